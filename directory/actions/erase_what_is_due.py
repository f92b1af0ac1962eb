"""Erase for good what the law no longer asks for (*gallring*): the only way in which anything leaves the directory.

Each step is safe to die after, and the next call goes on: what is due is found in the directory as it stands, and what
an earlier call erased and did not finish is finished first. INVARIANT (no trace): when a call returns,
no attribute of an erased entry is in the journal any more; that it was erased, when, and by which decision, stays.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from itertools import takewhile

from directory.actions.commit import commit
from directory.actions.desk import Desk
from directory.actions.erase_beside_entries import erase_beside_entries, joined
from directory.actions.what_is_due import Registers, what_is_due
from directory.actions.writing import Terms, let_others_in, turn_to_write
from directory.core.changes import Change
from directory.core.decisions import Decisions
from directory.core.entries import NAMES, Held, member_of
from directory.core.retention import DOOR, RULES, Besides, cutoff, parts_lost
from directory.ports import Erasure, HistoryQuery, JournalMovedOn
from directory.refusals import StoreRejected
from vocabulary.hsa_id import HsaId

ACTOR = "tillit:retention"
AT_ONCE = 200
"""So many entries in one commit: who wants to write meanwhile waits for a moment."""
_READ_AT_ONCE = 1_000
_BY_DECISION = "gallring: "


def erase_what_is_due(desk: Desk, registers: Registers, decisions: Decisions) -> None:
    """Everything that is due now and that ``decisions`` cover; those that were needed stand in every record of it.

    Raises ``DirectoryUnavailable`` and its kinds: what was not done waits for the next call.
    """
    with turn_to_write(desk):
        _finish(desk, registers)
    refused: set[str] = set()
    at_once = AT_ONCE
    while at_once:
        at_once = _some_erased(desk, registers, decisions, refused, at_once)
    erase_beside_entries(desk, registers, decisions)


def _some_erased(desk: Desk, registers: Registers, decisions: Decisions, refused: set[str], at_once: int) -> int:
    """How many to try at once next; 0 when nothing is left that can go now."""
    with turn_to_write(desk):
        due = what_is_due(desk, registers, decisions, refused)
        wanted = [Change(before, after) for before, after in due.stripped]
        wanted += [Change(entry, None) for entry in due.erased]
        if not wanted:
            return 0

        def by(change: Change) -> tuple[str, ...]:
            return decisions.covering(due.concerned[change.hsa_id.key])

        # One commit is by one decision, or by the same ones, and what stands below goes before what is above it.
        needed = by(wanted[0])
        changes = list(takewhile(lambda change: by(change) == needed, wanted[:at_once]))
        # First: whatever happens in between, an id that is not there any more is never given again.
        desk.ledger.retire(change.hsa_id for change in changes if change.after is None)
        try:
            commit(desk, changes, desk.view.truth.revision, _terms(needed))
        except JournalMovedOn:
            let_others_in(desk)
        except StoreRejected:
            if at_once == 1:
                refused.update(change.hsa_id.key for change in changes)
            return max(at_once // 2, 1)
        _finish(desk, registers)
        return at_once


def _terms(needed: tuple[str, ...]) -> Terms:
    """INVARIANT (by decision): nothing is erased without one. The text may be longer than what people may write, since
    a decision of each member may be needed."""
    if not needed:
        raise RuntimeError("nobody has decided that this is erased")
    return Terms(ACTOR, f"{_BY_DECISION}{joined(needed)}", DOOR)


def _finish(desk: Desk, registers: Registers) -> None:
    """What follows from commits that erased: also from one after which somebody died."""
    done = registers.erasures.reached()
    for head in reversed(desk.journal.commits(HistoryQuery(door=DOOR, first=done + 1), None, _READ_AT_ONCE)):
        changes = [past.change for past in desk.journal.changes_of(head.revision, HistoryQuery(), -1, AT_ONCE)]
        erased = [change.before for change in changes if change.after is None and change.before is not None]
        counts = Counter((NAMES[type(entry)], member_of(entry)) for entry in erased)
        for change in changes:
            if change.before is not None:
                counts[Besides.MEMBERSHIP, member_of(change.before)] += _parts_lost(change)
        registers.licence_checks.forget(entry.hsa_id for entry in erased)
        decision = head.reason.removeprefix(_BY_DECISION)
        registers.erasures.note(_records(counts, head.at, decision, head.revision))
    desk.journal.scrub()


def _parts_lost(change: Change) -> int:
    before, after = change.before, change.after
    return parts_lost(before, after) if isinstance(before, Held) and isinstance(after, Held) else 0


def _records(counts: Mapping[tuple[str, HsaId], int], at: datetime, decision: str, revision: int) -> list[Erasure]:
    return [
        Erasure(at, kind, count, RULES[kind].law, cutoff(kind, at), decision, revision, member)
        for (kind, member), count in counts.items()
        if count
    ]
