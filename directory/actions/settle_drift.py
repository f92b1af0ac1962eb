"""An administrator decides about drift: *adopt* what stands in the store, or *revert* it to what the journal says.

Both are commits like any other, so that the journal goes on telling the whole history.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from directory.actions.change_directory import check
from directory.actions.commit import commit
from directory.actions.desk import Desk
from directory.actions.writing import Terms, let_others_in, turn_to_write
from directory.core.changes import Change, Commit
from directory.core.editing import SetBy, attributes
from directory.core.entries import Person
from directory.core.validation import problems_of
from directory.core.view import Drift
from directory.ports import JournalMovedOn
from directory.refusals import ChangeRefused, DirectoryBusy, DriftMoved, DriftUnknown, Problem
from vocabulary.hsa_id import HsaId

DOOR = "drift"


Seen = Mapping[HsaId, Drift]
"""What the administrator looked at. If the store says something else of one of these by now, nothing is done."""


def adopt(desk: Desk, ids: Iterable[HsaId], *, actor: str, reason: str, seen: Seen) -> Commit:
    """Make what stands in the store the truth, if it obeys the rules that every change obeys (``ChangeRefused``).

    What is gone from the store cannot be adopted, since nothing is ever removed: revert it, then end it. Neither are
    licences, which come from the licence register only (HSA, rule of quality 4). Raises ``DriftUnknown`` and
    ``DriftMoved``; so does ``revert``.
    """
    terms = Terms.parse(actor, reason, DOOR)
    with turn_to_write(desk):
        drifting = _drift(desk, ids, seen)
        changes = [_adoption(drift) for drift in drifting]
        if problems := tuple(problem for drift in drifting for problem in _licences_not_adopted(drift)):
            raise ChangeRefused(problems)
        check(desk, changes, desk.view)
        return _made(desk, changes, terms)


def adoption_problems(desk: Desk, drift: Drift) -> tuple[Problem, ...]:
    """What ``adopt`` would refuse it for, ids that were used before excepted. Changes nothing."""
    return (*_licences_not_adopted(drift), *problems_of([_adoption(drift)], desk.view.truth))


def revert(desk: Desk, ids: Iterable[HsaId], *, actor: str, reason: str, seen: Seen) -> Commit:
    """Write what the journal says back into the store. An entry that only the store knows is taken away for good."""
    terms = Terms.parse(actor, reason, DOOR)
    with turn_to_write(desk):
        changes = [_reversion(drift) for drift in _drift(desk, ids, seen)]
        made = _made(desk, changes, terms)
        desk.ledger.retire(change.hsa_id for change in changes if change.after is None)
        return made


def _made(desk: Desk, changes: Sequence[Change], terms: Terms) -> Commit:
    try:
        return commit(desk, changes, desk.view.truth.revision, terms)
    except JournalMovedOn as moved:
        let_others_in(desk)
        raise DirectoryBusy("another change was made meanwhile; look again") from moved


def _drift(desk: Desk, ids: Iterable[HsaId], seen: Seen) -> list[Drift]:
    found = []
    for hsa_id in dict.fromkeys(ids):
        drift = desk.view.drift.get(hsa_id.key)
        if drift is None:
            raise DriftUnknown(f"`{hsa_id}` stands in the store as in the journal")
        if seen.get(hsa_id, drift) != drift:
            raise DriftMoved(f"`{hsa_id}` stands otherwise in the store than when it was looked at; look again")
        found.append(drift)
    if not found:
        raise DriftUnknown("no entry is named")
    return found


def _adoption(drift: Drift) -> Change:
    if drift.store is None:
        raise DriftUnknown(f"`{drift.hsa_id}` has nothing readable in the store to adopt: revert it, then end it")
    return Change(drift.store, drift.store)


def _licences_not_adopted(drift: Drift) -> Iterator[Problem]:
    if not isinstance(drift.store, Person):
        return
    for name in attributes(Person, SetBy.LICENCE_REGISTER):
        said = getattr(drift.journal, name) if isinstance(drift.journal, Person) else ()
        if sorted(getattr(drift.store, name)) != sorted(said):
            yield Problem(
                str(drift.hsa_id), name, "it is the licence register's to say: revert, and write what it says"
            )


def _reversion(drift: Drift) -> Change:
    if drift.store is None and drift.journal is None:
        raise DriftUnknown(f"`{drift.hsa_id}` cannot be read: take it away with the server's own tools")
    return Change(drift.store, drift.journal)
