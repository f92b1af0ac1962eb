"""Change the directory: all of the wanted entries, or nothing.

``change_directory`` writes what its caller has made of one revision. ``change_in_turn`` asks its caller what to make of
the newest, so that nobody is overtaken for ever.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from directory.actions.commit import commit
from directory.actions.desk import Desk
from directory.actions.writing import Terms, let_others_in, turn_to_write
from directory.core.changes import Change, Commit, differences
from directory.core.entries import Assignment, Entry, Person, Unit
from directory.core.entry_json import kind_of
from directory.core.snapshot import Snapshot
from directory.core.validation import foreign_entries, problems_of
from directory.core.view import View
from directory.ports import JournalMovedOn, PastChange
from directory.refusals import ChangeRefused, DirectoryBusy, Problem, RevisionMoved
from vocabulary.hsa_id import HsaId
from vocabulary.personal_number import PersonalIdentityNumber

_ATTEMPTS = 3
_ATTEMPTS_IN_TURN = 50
"""Within a turn only other processes can be faster. Each attempt looks at the store again, some milliseconds."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What shall stand, and the personal numbers of people in it, as ``change_directory`` takes them."""

    entries: Sequence[Entry]
    numbers: Mapping[HsaId, PersonalIdentityNumber] = field(default_factory=dict)


DraftOf = Callable[[Snapshot], Draft]
"""What shall stand where this is served now. May refuse; must not change the directory."""


def change_directory(
    desk: Desk,
    wanted: Sequence[Entry],
    *,
    actor: str,
    reason: str,
    door: str,
    expected_revision: int | None,
    numbers: Mapping[HsaId, PersonalIdentityNumber],
    sealed: Mapping[str, bytes],
    only_member: HsaId | None = None,
    restores: bool = False,
) -> Commit:
    """Make the directory hold ``wanted`` as given; entries that stand so already are left alone.

    ``numbers`` gives people among ``wanted`` their personal numbers; ``sealed`` keeps ciphertexts by look-up value for
    people who carry that value already. With ``only_member`` an entry of any other member is refused (HSA, rule of
    quality 6). ``restores`` says that ``wanted`` stood so before. If nothing differs, nothing is written, and the
    commit that is returned has the revision that the directory is at and no changes.

    Raises ``RevisionMoved``, ``ChangeRefused`` (with every problem), ``StoreRejected``: nothing was changed.
    ``OutcomeUnknown``: it will be told later. Other ``DirectoryUnavailable``: nothing was changed, try again later.
    """
    terms = Terms.parse(actor, reason, door)
    wanted, kept = _sealed(desk, Draft(wanted, numbers), sealed)
    with turn_to_write(desk):
        for _ in range(_ATTEMPTS):
            view = desk.view
            if expected_revision is not None and expected_revision != view.truth.revision:
                raise RevisionMoved(expected_revision, view.truth.revision)
            try:
                return _written(desk, view, wanted, kept, terms, only_member, restores=restores)
            except JournalMovedOn:
                let_others_in(desk)
        raise DirectoryBusy("another change is being made; try again")


def change_in_turn(
    desk: Desk, draft_of: DraftOf, *, actor: str, reason: str, door: str, restores: bool = False
) -> Commit:
    """Make the directory hold what ``draft_of`` makes of what is served when it is written, and of nothing older.

    It is asked before the turn to write is taken, so that who is refused waits for nobody. If somebody was faster
    meanwhile it is asked once more within the turn, where nobody else of this process can be. Raises what it raises,
    and what ``change_directory`` raises but for ``RevisionMoved``; ``DirectoryBusy`` when other processes were faster
    again and again.
    """
    terms, snapshot = Terms.parse(actor, reason, door), desk.view.served
    draft = draft_of(snapshot)
    try:
        return change_directory(
            desk,
            draft.entries,
            actor=terms.actor,
            reason=terms.reason,
            door=terms.door,
            expected_revision=snapshot.revision,
            numbers=draft.numbers,
            sealed={},
            restores=restores,
        )
    except (RevisionMoved, DirectoryBusy):
        pass  # Nothing was changed: others were faster.
    with turn_to_write(desk):
        for _ in range(_ATTEMPTS_IN_TURN):
            view = desk.view
            wanted, kept = _sealed(desk, draft_of(view.served), {})
            try:
                return _written(desk, view, wanted, kept, terms, None, restores=restores)
            except JournalMovedOn:
                let_others_in(desk)
        raise DirectoryBusy("others change the directory again and again; try again soon")


def find_problems(desk: Desk, wanted: Sequence[Entry], *, restores: bool = False) -> tuple[Problem, ...]:
    """What ``change_directory`` would refuse now, ids that were used before excepted. Changes nothing."""
    view = desk.view
    changes = differences(wanted, view.held_by_store)
    return (*problems_of(changes, view.truth, restores=restores), *_opened_elsewhere(desk, changes, view.truth))


def check(
    desk: Desk, changes: Sequence[Change], view: View, only_member: HsaId | None = None, *, restores: bool = False
) -> None:
    """Raises ``ChangeRefused`` with every problem; else the new ids are claimed in the ledger."""
    problems = (*problems_of(changes, view.truth, restores=restores), *_opened_elsewhere(desk, changes, view.truth))
    if only_member is not None:
        problems = (*problems, *foreign_entries(changes, only_member))
    if not problems:
        afters = [change.after for change in changes if change.after is not None]
        new = {after.hsa_id: kind_of(after) for after in afters if view.truth.entry(after.hsa_id) is None}
        used = desk.ledger.claim(new) if new else frozenset()
        problems = tuple(
            Problem(str(i), "hsa_id", "the id was used before, and may not be used for this") for i in used
        )
    if problems:
        raise ChangeRefused(problems)


def _opened_elsewhere(desk: Desk, changes: Sequence[Change], truth: Snapshot) -> Iterator[Problem]:
    """An assignment opens its care provider's data: so one that was archived opens again only if it opens the same.

    While it was archived its unit could come to another provider. Where history no longer tells, doubt closes.
    """
    standing = {each.hsa_id: each.after for each in changes}
    back = [
        each.after
        for each in changes
        if isinstance(each.before, Assignment)
        and isinstance(each.after, Assignment)
        and each.before.archived
        and not each.after.archived
    ]
    if not back:
        return
    since = _settled(desk.journal.later_changes([each.hsa_id for each in back], 0), truth)
    earliest = min(since.values(), default=truth.revision)
    moved = desk.journal.later_changes([each.unit for each in back], earliest - 1)
    for assignment in back:
        unit = standing.get(assignment.unit, truth.entry(assignment.unit))
        settled = since.get(assignment.hsa_id)
        if settled is None:
            said = "the journal no longer tells whose data it opened; make a new assignment"
            yield Problem(str(assignment.hsa_id), "archived", said)
            continue
        held = [p.held for p in moved if p.change.hsa_id == assignment.unit and p.commit.revision >= settled]
        was = held[0] if held else truth.entry(assignment.unit)
        if isinstance(was, Unit) and isinstance(unit, Unit) and was.care_provider != unit.care_provider:
            said = f"`{unit.hsa_id}` came to another care provider since it was archived; make a new assignment there"
            yield Problem(str(assignment.hsa_id), "archived", said)


def _settled(history: Sequence[PastChange], truth: Snapshot) -> dict[HsaId, int]:
    """By assignment: the revision that archived it, or gave it its unit after that."""
    found: dict[HsaId, int] = {}
    for past in history:
        held, after = past.held, past.change.after
        if isinstance(after, Assignment) and past.commit.revision <= truth.revision:
            was = (held.archived, held.unit) if isinstance(held, Assignment) else None
            if was != (after.archived, after.unit):
                found[after.hsa_id] = past.commit.revision
    return found


def _written(
    desk: Desk,
    view: View,
    wanted: Sequence[Entry],
    kept: Mapping[str, bytes],
    terms: Terms,
    only_member: HsaId | None,
    *,
    restores: bool,
) -> Commit:
    """Only inside ``turn_to_write``. Raises ``JournalMovedOn``: nothing was written."""
    changes = differences(wanted, view.held_by_store)
    if not changes:
        return Commit(view.truth.revision, desk.clock.now(), terms.actor, terms.reason, terms.door, ())
    check(desk, changes, view, only_member, restores=restores)
    if kept:
        desk.sealed_numbers.keep(kept, desk.clock.now())
    return commit(desk, changes, view.truth.revision, terms)


def _sealed(desk: Desk, draft: Draft, sealed: Mapping[str, bytes]) -> tuple[list[Entry], dict[str, bytes]]:
    """The entries with their numbers' look-up values, and all ciphertexts by those."""
    entries = [_with_number(desk, entry, draft.numbers) for entry in draft.entries]
    return entries, dict(sealed) | {desk.seal.lookup(each): desk.seal.close(each) for each in draft.numbers.values()}


def _with_number(desk: Desk, entry: Entry, numbers: Mapping[HsaId, PersonalIdentityNumber]) -> Entry:
    number = numbers.get(entry.hsa_id)
    if number is None or not isinstance(entry, Person):
        return entry
    return replace(entry, number_lookup=desk.seal.lookup(number))
