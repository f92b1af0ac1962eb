"""Build a store anew from the journal alone: after it was lost, or to prove that it could be.

Two parts, so that a journal of a million changes does not mean a million transactions. First the *structure*: all
entries but people and assignments, change by change as history had it, since two units of one name are told apart by
who came first. Then everything as it stands in the end, many entries in one transaction.

INVARIANT (half a store says so): while it is built, the store's revision is below 0 and tells up to which revision of
history the structure stands; only the last transaction makes it a revision that counts. So an interruption, whenever it
comes, is continued from there, and of two who build one store each step is done by one.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from directory.core.changes import Change
from directory.core.entries import NAMES, Assignment, Entry, Person, parent_of
from directory.core.entry_json import kind_of
from directory.core.hsa_ids import made_from
from directory.ports import DirectoryStore, IdLedger, Journal, PastChange, UsedId
from directory.refusals import StoreOutOfStep, StoreRejected
from vocabulary.hsa_id import HsaId

PLAIN = (Person, Assignment)
"""The kinds of which there are many. They are named by their ids and nothing is named after them."""

_PLAIN_KINDS = tuple(NAMES[kind] for kind in PLAIN)
_CHANGES_AT_ONCE = 500
_READ_AT_ONCE = 500

Tell = Callable[[int, int], None]
"""Hears how many entries are done, of how many."""


def rebuild(store: DirectoryStore, journal: Journal, tell: Tell = lambda done, of: None) -> int:
    """Bring a store that is new, or that somebody began to build, to all that the journal holds applied; gives the
    revision.

    Raises ``StoreOutOfStep`` for a store at a revision that counts, which is nobody's to build; ``StoreRejected`` when
    something stands in it that the journal knows nothing of and that is in the way; ``DirectoryUnavailable``.
    """
    stood: tuple[int, int] | None = None
    while True:
        held, reached = journal.held(), store.revision()
        if reached == held.revision:
            return reached
        if reached > 0:
            raise StoreOutOfStep(0, reached)
        try:
            reached = _replay_structure(store, journal, reached, held.revision)
            _fill_in(store, [entry for entry, _ in held.entries], reached, held.revision, tell)
        except (StoreOutOfStep, StoreRejected):
            # Another who builds the same was faster, if more stands now than when we began.
            stands = store.revision(), len(store.load().entries)
            if stands == stood:
                raise
            stood = stands


def mend_ledger(journal: Journal, ledger: IdLedger) -> None:
    """Note every id that the journal names as used, for a ledger that was lost or is older than the journal."""
    highest: dict[str, int] = {}
    for used in _ids_used(journal):
        ledger.claim({each.hsa_id: each.kind for each in used})
        ledger.retire(each.hsa_id for each in used if each.taken_away)
        for made in filter(None, (made_from(each.hsa_id) for each in used)):
            series, serial = made
            highest[series] = max(serial, highest.get(series, 0))
    for series, serial in highest.items():
        behind = serial - ledger.take_serials(series, 1)[-1]
        if behind > 0:
            ledger.take_serials(series, behind)


def _ids_used(journal: Journal) -> Iterator[Sequence[UsedId]]:
    """What changes name, and what is held: of what was thinned, only what still stands is known."""
    after = ""
    while used := journal.ids_used(after, _READ_AT_ONCE):
        yield used
        after = used[-1].hsa_id.key
    yield [UsedId(entry.hsa_id, kind_of(entry), taken_away=False) for entry, _ in journal.held().entries]


def _replay_structure(store: DirectoryStore, journal: Journal, reached: int, until: int) -> int:
    """Only what gives an entry its place or name is written; all else follows when everything is filled in. Gives the
    revision that the store says."""
    there = _loaded(store)
    written: dict[HsaId, Entry] = {key: entry for key, entry in there.items() if not isinstance(entry, PLAIN)}
    begun = journal.oldest() - 1
    waiting: dict[HsaId, Entry] = {}
    if -reached < begun:
        base = _structure_at(journal, begun, until)
        changes = [Change(written.get(hsa_id), entry) for hsa_id, entry in base.items()]
        changes, waiting = _with_a_place(changes, written)
        store.build(changes, follows=reached, reached=-begun)
        reached = -begun
    for revision, group in groupby(_structural(journal, -reached, until), lambda past: past.commit.revision):
        changes = []
        for past in group:
            hsa_id, after = past.change.hsa_id, past.change.after
            waiting.pop(hsa_id, None)
            before = written.get(hsa_id)
            if before is not None and after is not None and _place(before) == _place(after):
                continue
            if before != after:
                changes.append(Change(before, after))
        changes += [Change(None, entry) for entry in waiting.values()]
        changes, waiting = _with_a_place(changes, written)
        if changes:
            store.build(changes, follows=reached, reached=-revision)
            reached = -revision
    return reached


def _with_a_place(changes: Sequence[Change], written: dict[HsaId, Entry]) -> tuple[list[Change], dict[HsaId, Entry]]:
    """What can be written now, and noted in ``written``; and what is new and has to wait, since it stood below a unit
    that was erased for good: it comes when history moves it to where it stands in the end. What stands already stays
    until then."""
    going = {change.hsa_id for change in changes if change.after is None}
    wanted = {change.hsa_id: change.after for change in changes if change.after is not None}
    placed: set[HsaId] = set()

    def has_place(entry: Entry) -> bool:
        above = parent_of(entry)
        stands = above in written and above not in going and (above not in wanted or above in placed)
        return above is None or stands or above in placed

    while found := [hsa_id for hsa_id, entry in wanted.items() if hsa_id not in placed and has_place(entry)]:
        placed.update(found)
    able = [change for change in changes if change.after is None or change.hsa_id in placed]
    waiting = {hsa_id: entry for hsa_id, entry in wanted.items() if hsa_id not in placed and hsa_id not in written}
    for change in able:
        written.pop(change.hsa_id, None)
        if change.after is not None:
            written[change.hsa_id] = change.after
    return able, waiting


def _structure_at(journal: Journal, begun: int, until: int) -> dict[HsaId, Entry]:
    """The structure as it stood at revision ``begun``, before which all was thinned: what later changes found, and what
    none of them touched. Which of two units of one name came first is not known any more; the smaller id is taken."""
    stood: dict[HsaId, Entry | None] = {}
    for past in _structural(journal, begun, until):
        stood.setdefault(past.change.hsa_id, past.held)
    for entry, _ in journal.held().entries:
        if not isinstance(entry, PLAIN):
            stood.setdefault(entry.hsa_id, entry)
    there = ((hsa_id, entry) for hsa_id, entry in stood.items() if entry is not None)
    return dict(sorted(there, key=lambda each: each[0].key))


def _fill_in(store: DirectoryStore, wanted: Sequence[Entry], reached: int, revision: int, tell: Tell) -> None:
    there = _loaded(store)
    # Compared whole: the order of a list's values is written as the journal has it.
    missing = [entry for entry in wanted if there.get(entry.hsa_id) != entry]
    depth = _depths(wanted)
    missing.sort(key=lambda entry: (isinstance(entry, PLAIN), depth.get(entry.hsa_id, 0)))
    done = len(wanted) - len(missing)
    while True:
        tell(done, len(wanted))
        batch, missing = missing[:_CHANGES_AT_ONCE], missing[_CHANGES_AT_ONCE:]
        changes = [Change(there.get(entry.hsa_id), entry) for entry in batch]
        store.build(changes, follows=reached, reached=-revision if missing else revision)
        reached = -revision
        done += len(batch)
        if not missing:
            return tell(done, len(wanted))


def _loaded(store: DirectoryStore) -> dict[HsaId, Entry]:
    return {entry.hsa_id: entry for entry in store.load().entries}


def _place(entry: Entry) -> tuple[str, HsaId | None]:
    assert not isinstance(entry, Person), "people are not part of the structure"
    return entry.name, parent_of(entry)


def _depths(entries: Sequence[Entry]) -> dict[HsaId, int]:
    """How far below the county each part of the structure stands, so that what is above is written first."""
    above = {entry.hsa_id: parent_of(entry) for entry in entries if not isinstance(entry, PLAIN)}
    depths: dict[HsaId, int] = {}
    for hsa_id in above:
        way = [hsa_id]
        while (following := above.get(way[-1])) is not None and following not in way:
            way.append(following)
        depths[hsa_id] = len(way)
    return depths


def _structural(journal: Journal, above: int, until: int) -> Iterator[PastChange]:
    after = (above + 1, -1)
    while some := journal.changes_besides(_PLAIN_KINDS, after, _READ_AT_ONCE):
        for past in some:
            if past.commit.revision > until:
                return
            yield past
        after = (some[-1].commit.revision, some[-1].position)
