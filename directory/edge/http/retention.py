"""Retention over HTTP: the rules with their law, whose decision covers whom, what is due, and what was erased.

How much is due is told of what the caller administers; decisions, and that something was erased, name nobody and are
told to readers.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import chain
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from directory.core.decisions import Decisions
from directory.core.entries import NAMES, Entry, member_of
from directory.core.retention import RULES, Besides, Due, HeldBack, Undecided, cutoff, parts_lost
from directory.core.visibility import Visibility
from directory.directory import Directory
from directory.edge.http.doors import Authenticate
from directory.edge.http.plan_door import PlanDoor
from directory.edge.http.reading import Limit, audiences
from directory.edge.http.shapes import Audience, Shape
from directory.ports import Administration, Erasure
from directory.retention import Retention
from vocabulary.caller import Caller
from vocabulary.clock import Clock
from vocabulary.hsa_id import HsaId
from vocabulary.refusals import InvalidValue

_MOST_HELD = 100


class RuleShape(Shape):
    """``due`` have been over since ``cutoff`` or longer; of those something that stays still names ``held_back``, and
    ``undecided`` wait for a decision. All three are absent of what is no entry."""

    kind: str
    years: int
    law: str
    counts_from: str
    why: str
    cutoff: datetime
    due: int | None
    held_back: int | None
    undecided: int | None


class MemberShape(Shape):
    """A member, the ``decision`` that covers what is its own, and whether that is a joint one; without a decision
    nothing that tells of it is erased. How much of what is its is due, by kind, and of that how much is held back, or
    waits until it and whoever else is told of in it have decided."""

    hsa_id: str
    name: str
    decision: str | None
    joint: bool
    due: dict[str, int]
    held_back: dict[str, int]
    undecided: dict[str, int]


class HeldShape(Shape):
    """What is due and held back: the entry, or so many ``parts`` in it (kind ``membership``). ``by_entry`` is the first
    that stays and names it, ``by_plan`` the planned change; both are absent of what the caller may not know of."""

    kind: str
    hsa_id: str
    parts: int | None
    by_entry: str | None
    by_plan: int | None


class ErasureShape(Shape):
    """``member`` is whose it was; absent of what told of several at once."""

    at: datetime
    kind: str
    count: int
    law: str
    cutoff: datetime
    decision: str
    revision: int | None
    member: str | None


class RetentionShape(Shape):
    """``decision`` is that of an authority for all members. The journal, and whatever else tells of every member, is
    erased by ``common_decisions``: none at all until each has decided. ``held`` are the first hundred of what is held
    back. ``record`` is newest first."""

    decision: str | None
    common_decisions: list[str]
    members: list[MemberShape]
    rules: list[RuleShape]
    held: list[HeldShape]
    record: list[ErasureShape]
    next_cursor: str | None


def retention(
    directory: Directory,
    authenticate: Authenticate,
    administration: Administration,
    kept: Retention,
    door: PlanDoor,
    clock: Clock,
) -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["directory"])
    seen_by = Depends(audiences(directory, authenticate, administration))

    @routes.get("/retention")
    def told(
        seen: Audience = seen_by,
        caller: Caller = door.caller,
        cursor: Annotated[str | None, Query(max_length=20)] = None,
        limit: Limit = 100,
    ) -> RetentionShape:
        found = kept.record(_number_in(cursor), limit + 1)
        due = _hers(kept.due(), seen)
        return RetentionShape(
            decision=kept.decisions.joint or None,
            common_decisions=list(kept.decisions_for_all()),
            members=_members(due, seen, kept.decisions),
            rules=_rules(due, clock.now()),
            held=_held(due, seen, door, caller),
            record=[_erasure_shape(erasure) for _, erasure in found[:limit]],
            next_cursor=str(found[limit - 1][0]) if len(found) > limit else None,
        )

    return routes


def _hers(due: Due, seen: Audience) -> Due:
    """What is due of what she administers."""

    def administers(entry: Entry) -> bool:
        return seen.reach.circle(entry) >= Visibility.ADMINISTRATORS and seen.sees(entry)

    stripped = tuple(pair for pair in due.stripped if administers(pair[0]))
    return Due(
        tuple(entry for entry in due.erased if administers(entry)),
        stripped,
        sum(parts_lost(*pair) for pair in stripped),
        tuple(held for held in due.held_back if administers(held.entry)),
        tuple(waiting for waiting in due.undecided if administers(waiting.entry)),
    )


def _held(due: Due, seen: Audience, door: PlanDoor, caller: Caller) -> list[HeldShape]:
    some = due.held_back[:_MOST_HELD]
    numbers = {held.by for held in some if isinstance(held.by, int)}
    known = door.known(caller, numbers) if numbers else frozenset()
    return [
        HeldShape(
            kind=_kind_of(held),
            hsa_id=str(held.entry.hsa_id),
            parts=held.parts,
            by_entry=str(held.by) if isinstance(held.by, HsaId) and seen.seen(held.by) is not None else None,
            by_plan=held.by if isinstance(held.by, int) and held.by in known else None,
        )
        for held in some
    ]


def _kind_of(one: HeldBack | Undecided) -> str:
    return NAMES[type(one.entry)] if one.parts is None else Besides.MEMBERSHIP.value


@dataclass(frozen=True, slots=True)
class _Counts:
    """How many there are by kind."""

    going: Counter[str]
    held: Counter[str]
    undecided: Counter[str]

    @classmethod
    def of(cls, due: Due, member: HsaId | None = None) -> "_Counts":
        """Of all, or of what is this member's."""

        def counted(some: Iterable[tuple[Entry, str, int]]) -> Counter[str]:
            found: Counter[str] = Counter()
            for entry, kind, count in some:
                if member is None or member_of(entry) == member:
                    found[kind] += count
            return found

        stripped = ((pair[0], Besides.MEMBERSHIP.value, parts_lost(*pair)) for pair in due.stripped)
        held, undecided = (
            counted((one.entry, _kind_of(one), 1 if one.parts is None else one.parts) for one in some)
            for some in (due.held_back, due.undecided)
        )
        going = counted(chain(((entry, NAMES[type(entry)], 1) for entry in due.erased), stripped))
        return cls(going, held, undecided)

    @property
    def due(self) -> Counter[str]:
        return self.going + self.held + self.undecided


def _members(due: Due, seen: Audience, decisions: Decisions) -> list[MemberShape]:
    found = []
    for member in sorted(seen.snapshot.members(), key=lambda member: member.hsa_id.key):
        if seen.sees(member):
            counts = _Counts.of(due, member.hsa_id)
            found.append(
                MemberShape(
                    hsa_id=str(member.hsa_id),
                    name=member.name,
                    decision=decisions.of(member.hsa_id) or None,
                    joint=bool(decisions.joint) and not decisions.own.get(member.hsa_id),
                    due=dict(counts.due),
                    held_back=dict(counts.held),
                    undecided=dict(counts.undecided),
                )
            )
    return found


def _rules(due: Due, now: datetime) -> list[RuleShape]:
    counts = _Counts.of(due)
    counted = {*NAMES.values(), Besides.MEMBERSHIP}
    return [
        RuleShape(
            kind=kind,
            years=rule.years,
            law=rule.law,
            counts_from=rule.counts_from,
            why=rule.why,
            cutoff=cutoff(kind, now),
            due=counts.due[kind] if kind in counted else None,
            held_back=counts.held[kind] if kind in counted else None,
            undecided=counts.undecided[kind] if kind in counted else None,
        )
        for kind, rule in RULES.items()
    ]


def _erasure_shape(erasure: Erasure) -> ErasureShape:
    member = None if erasure.member is None else str(erasure.member)
    told = {each.name: getattr(erasure, each.name) for each in fields(erasure) if each.name != "member"}
    return ErasureShape(**told, member=member)


def _number_in(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdigit()):
        raise InvalidValue("the cursor is not one that an earlier page gave", pointer="/cursor")
    return int(cursor)
