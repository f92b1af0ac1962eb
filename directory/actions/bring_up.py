"""Make a mirror hold all that was acknowledged, before anything that it says is believed.

A mirror follows its partner by replication, entry by entry and some seconds behind. When the partner dies, it may lack
the newest changes, have half of one while its revision says that it has it, or stand at a revision long past. The
journal has everything that was ever acknowledged, so the mirror is read whole and compared with it:

* What it holds otherwise than the journal, but as the journal *once* held it, lags behind. It is written anew, in
  transactions that lead from the mirror's revision to the journal's.
* What the journal never held was written past us: that stays, and is drift as ever.

INVARIANT (nothing goes backwards): between the partner's end and this, what is served is the view in memory, which no
look at the mirror has touched.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice

from directory.actions.catch_up import catch_up, take_acknowledged
from directory.actions.desk import Desk
from directory.actions.rebuild import PLAIN
from directory.core.changes import Change
from directory.core.retention import DOOR
from directory.core.sameness import same
from directory.core.snapshot import Snapshot
from directory.ports import PastChange, StoreState
from directory.refusals import StoreOutOfStep, StoreRejected, StoreUnavailable
from vocabulary.hsa_id import HsaId

_ATTEMPTS = 5
_AT_ONCE = 500


def bring_up(desk: Desk) -> None:
    """Only for who holds ``desk.writing``. Returns when the store that serves holds what was acknowledged, but for
    what somebody wrote past us. One that is empty is left to ``resume``, which builds it.

    Raises ``DirectoryUnavailable`` and its kinds: then nothing of the store may be believed yet.
    """
    problem: Exception | None = None
    for attempt in range(_ATTEMPTS):
        state = desk.store.take_up(desk.view.truth.entry)
        if state.revision <= 0:
            return
        catch_up(desk, state.revision)
        take_acknowledged(desk)
        truth = desk.view.truth
        lacking = _lacking(desk, state)
        if not lacking and state.revision == truth.revision:
            return
        try:
            _write(desk, lacking, state.revision, truth.revision, one_by_one=attempt == _ATTEMPTS - 1)
            return
        except (StoreOutOfStep, StoreRejected) as meanwhile:
            problem = meanwhile  # Replication, or another process, brings the same: look again.
    raise StoreUnavailable("the directory server cannot be brought to what was acknowledged", detail=str(problem))


def _lacking(desk: Desk, state: StoreState) -> list[Change]:
    """What lags behind in ``state``, as changes that lead to the truth, in the order in which history made it."""
    truth = desk.view.truth
    there = {entry.hsa_id.key: entry for entry in state.entries}
    unreadable = {bad.hsa_id.key for bad in state.malformed if bad.hsa_id is not None}
    known = {key: drift.store for key, drift in desk.view.drift.items()}
    differing = {
        hsa_id.key: hsa_id
        for hsa_id in _ids(truth, state)
        if hsa_id.key not in unreadable
        and not same(truth.entry(hsa_id), there.get(hsa_id.key))
        and not (hsa_id.key in known and same(known[hsa_id.key], there.get(hsa_id.key)))
    }
    lacking: list[tuple[tuple[int, int], Change]] = []
    for past in _pasts(desk, differing.values()):
        hsa_id = past[0].change.hsa_id
        seen = there.get(hsa_id.key)
        if past[-1].commit.door == DOOR and past[-1].change.after is None:
            # History does not tell any more what it was, only that nothing is to be left of it.
            lacking.append(((past[-1].commit.revision, past[-1].position), Change(seen, None)))
        elif any(same(seen, former) for each in past for former in (each.held, each.change.before, each.change.after)):
            place = (past[0].commit.revision, past[0].position)
            lacking.append((place, Change(seen, truth.entry(hsa_id))))
    return [change for _, change in sorted(lacking, key=lambda each: each[0])]


def _ids(truth: Snapshot, state: StoreState) -> Iterator[HsaId]:
    for entry in truth.entries():
        yield entry.hsa_id
    for entry in state.entries:
        if truth.entry(entry.hsa_id) is None:
            yield entry.hsa_id


def _pasts(desk: Desk, ids: Iterable[HsaId]) -> Iterator[Sequence[PastChange]]:
    """The whole past of each entry that has one, oldest first."""
    waiting = iter(ids)
    while some := list(islice(waiting, _AT_ONCE)):
        found: dict[str, list[PastChange]] = defaultdict(list)
        for past in desk.journal.later_changes(some, 0):
            found[past.change.hsa_id.key].append(past)
        yield from found.values()


def _write(desk: Desk, lacking: Sequence[Change], follows: int, reached: int, *, one_by_one: bool) -> None:
    """What others are named after or stand below comes first, then the many, then what is to go.

    ``one_by_one`` is the last resort, when something written past us is in the way of some: those are left as drift.
    """
    placed = [change for change in lacking if change.after is not None]
    structure = [change for change in placed if not isinstance(change.after, PLAIN)]
    many = [change for change in placed if isinstance(change.after, PLAIN)]
    parts = [structure, *(many[at : at + _AT_ONCE] for at in range(0, len(many), _AT_ONCE))]
    for part in [[change] for change in placed] if one_by_one else parts:
        if part:
            try:
                desk.store.build(part, follows=follows, reached=follows)
            except StoreRejected:
                if not one_by_one:
                    raise
    for change in lacking:
        if change.after is None:
            with suppress(StoreRejected):  # Something of somebody else's stands below it.
                desk.store.build([change], follows=follows, reached=follows)
    desk.store.build([], follows=follows, reached=reached)
