"""Erase for good what the law no longer asks for (*gallring*): the only way in which anything leaves the directory.

Each step is safe to die after, and the next call goes on: what is due is found in the directory as it stands, and what
an earlier call erased and did not finish is finished first. INVARIANT (no trace): when a call returns,
no attribute of an erased entry is in the journal any more; that it was erased, when, and by which decision, stays.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from directory.actions.commit import commit
from directory.actions.desk import Desk
from directory.actions.writing import Terms, let_others_in, turn_to_write
from directory.core.changes import Change
from directory.core.entries import NAMES, Held
from directory.core.planned_change import PlanState, names_of
from directory.core.retention import DOOR, RULES, Besides, Due, cutoff, due_in, parts_lost
from directory.core.steps import Create
from directory.ports import Erasure, Erasures, HistoryQuery, JournalMovedOn, LicenceChecks, PlanQuery, Plans
from directory.refusals import StoreRejected

ACTOR = "tillit:retention"
AT_ONCE = 200
"""So many entries in one commit: who wants to write meanwhile waits for a moment."""
_READ_AT_ONCE = 1_000
_BY_DECISION = "gallring: "
_SURELY_COMMITTED = timedelta(days=1)
"""A sealed number is kept just before the change that needs it."""


@dataclass(frozen=True, slots=True)
class Registers:
    """What is kept beside the journal and goes with what it is about. ``settled_at_once`` is for trying it out: then
    what was changed just now is due by its end alone.
    """

    plans: Plans
    licence_checks: LicenceChecks
    erasures: Erasures
    settled_at_once: bool = False


def erase_what_is_due(desk: Desk, registers: Registers, decision: str) -> None:
    """Everything that is due now. ``decision`` is the archive authority's, which stands in every record of it.

    Raises ``DirectoryUnavailable`` and its kinds: what was not done waits for the next call.
    """
    terms = Terms.parse(ACTOR, f"{_BY_DECISION}{decision}", DOOR)
    with turn_to_write(desk):
        _finish(desk, registers)
    refused: set[str] = set()
    at_once = AT_ONCE
    while at_once:
        at_once = _some_erased(desk, registers, terms, refused, at_once)
    now = desk.clock.now()
    besides: dict[str, int] = {
        Besides.PLANNED_CHANGE: registers.plans.erase_settled(cutoff(Besides.PLANNED_CHANGE, now)),
        Besides.JOURNAL: _thinned(desk, cutoff(Besides.JOURNAL, now)),
        Besides.SEALED_NUMBER: _numbers_erased(desk, now),
    }
    registers.erasures.note(_records(besides, now, decision, None))


def what_is_due(desk: Desk, registers: Registers, besides: Collection[str] = ()) -> Due:
    """What would be erased now. Entries that stand otherwise in the store are settled before anything else is done,
    and what a planned change names is held back until that is erased too."""
    left_alone = {*desk.view.drift, *besides}
    truth, now = desk.view.truth, desk.clock.now()
    kinds = [kind for kind in NAMES.values() if kind in RULES]
    if registers.settled_at_once:
        settled_by = dict.fromkeys(kinds, truth.revision)
    else:
        settled_by = {kind: desk.journal.revision_at(cutoff(kind, now)) for kind in kinds}
    return due_in(truth, now, settled_by, left_alone, _planned(registers.plans))


def _planned(plans: Plans) -> dict[str, int]:
    """By key, the planned change that keeps an entry longest: one that waits before one that is settled, and a later
    one before an earlier."""
    settled: dict[str, int] = {}
    waiting: dict[str, int] = {}
    after: tuple[datetime, int] | None = None
    while some := plans.listed(PlanQuery(), after, _READ_AT_ONCE):
        for plan in some:
            made = (step.entry.hsa_id for step in plan.steps if isinstance(step, Create))
            keeping = waiting if plan.state is PlanState.WAITING else settled
            keeping.update((hsa_id.key, plan.id) for hsa_id in (*names_of(plan.steps), *made))
        after = some[-1].due, some[-1].id
    return settled | waiting


def _some_erased(desk: Desk, registers: Registers, terms: Terms, refused: set[str], at_once: int) -> int:
    """How many to try at once next; 0 when nothing is left that can go now."""
    with turn_to_write(desk):
        due = what_is_due(desk, registers, refused)
        stripped = due.stripped[:at_once]
        changes = [Change(before, after) for before, after in stripped]
        changes += [Change(entry, None) for entry in due.erased[: at_once - len(stripped)]]
        if not changes:
            return 0
        # First: whatever happens in between, an id that is not there any more is never given again.
        desk.ledger.retire(change.hsa_id for change in changes if change.after is None)
        try:
            commit(desk, changes, desk.view.truth.revision, terms)
        except JournalMovedOn:
            let_others_in(desk)
        except StoreRejected:
            if at_once == 1:
                refused.update(change.hsa_id.key for change in changes)
            return max(at_once // 2, 1)
        _finish(desk, registers)
        return at_once


def _thinned(desk: Desk, limit: datetime) -> int:
    """The oldest records, up to the first that is younger: a clock that was set back leaves older ones behind it."""
    count, journal = 0, desk.journal
    while True:
        oldest = journal.oldest()
        heads = journal.commits(HistoryQuery(first=oldest, last=oldest + _READ_AT_ONCE - 1), None, _READ_AT_ONCE)
        below = next((head.revision for head in reversed(heads) if head.at > limit), oldest + len(heads))
        gone = 0 if below == oldest else journal.thin(below)
        if not gone:
            return count
        count += gone


def _finish(desk: Desk, registers: Registers) -> None:
    """What follows from commits that erased: also from one after which somebody died."""
    done = registers.erasures.reached()
    for head in reversed(desk.journal.commits(HistoryQuery(door=DOOR, first=done + 1), None, _READ_AT_ONCE)):
        changes = [past.change for past in desk.journal.changes_of(head.revision, HistoryQuery(), -1, AT_ONCE)]
        erased = [change.before for change in changes if change.after is None and change.before is not None]
        counts = Counter(NAMES[type(entry)] for entry in erased)
        counts[Besides.MEMBERSHIP] = sum(map(_parts_lost, changes))
        registers.licence_checks.forget(entry.hsa_id for entry in erased)
        decision = head.reason.removeprefix(_BY_DECISION)
        registers.erasures.note(_records(counts, head.at, decision, head.revision))
    desk.journal.scrub()


def _parts_lost(change: Change) -> int:
    before, after = change.before, change.after
    return parts_lost(before, after) if isinstance(before, Held) and isinstance(after, Held) else 0


def _numbers_erased(desk: Desk, now: datetime) -> int:
    """Those that no entry has and no change that is kept. Whoever comes with one of them meanwhile keeps it anew, and
    then it is not taken."""
    surely = now - _SURELY_COMMITTED
    used = {person.number_lookup for person in desk.view.truth.people()}
    unused = desk.sealed_numbers.kept_before(surely) - used
    return desk.sealed_numbers.erase([each for each in unused if not desk.journal.names_number(each)], surely)


def _records(counts: Mapping[str, int], at: datetime, decision: str, revision: int | None) -> list[Erasure]:
    return [
        Erasure(at, kind, count, RULES[kind].law, cutoff(kind, at), decision, revision)
        for kind, count in counts.items()
        if count
    ]
