"""Ending what counts still: an entry, or somebody's part in it, at an instant that is said or now.

Boundary: never later than it ends already. To let something count longer is to restore it, which others may do; so who
says a later end is told that, and never answered as if she had been heard.
"""

from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from directory.core.entries import Entry, Held
from directory.refusals import ChangeRefused, Problem
from vocabulary.hsa_id import HsaId
from vocabulary.stockholm import written

E = TypeVar("E", bound=Entry)


def ended(entry: E, at: datetime | None, now: datetime) -> E:
    """``entry``, ending at ``at``, or now. Raises ``ChangeRefused`` when it ends before ``at`` already."""
    before = entry.period.end
    if at is not None and before is not None and before < at:
        said = (
            f"it ends {written(before)} already; restore it with the end that it shall have, to let it count until then"
        )
        raise ChangeRefused((Problem(str(entry.hsa_id), "at", said),))
    return replace(entry, period=entry.period.ended_at(now if at is None else at))


def without_holder(held: Held, person: HsaId, at: datetime | None, now: datetime) -> Held:
    """``held``, which ``person`` does not hold from ``at`` on, or from now. Raises ``ChangeRefused`` when she stops
    holding it before ``at`` already."""
    ends = [each.period.end for each in held.memberships if each.person == person]
    known = [end for end in ends if end is not None]
    if at is not None and len(known) == len(ends) > 0 and max(known) < at:
        said = f"`{person}` holds it until {written(max(known))} only; let her hold it anew from then on"
        raise ChangeRefused((Problem(str(held.hsa_id), "at", said),))
    until = now if at is None else at
    kept = (replace(m, period=m.period.ended_at(until)) if m.person == person else m for m in held.memberships)
    return replace(held, memberships=tuple(kept))
