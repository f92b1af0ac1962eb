"""What the directory holds, twice: as the journal says it (*truth*), and as it is served. They differ under drift only.

The journal owns the truth. What stands otherwise in the store was written past us: it is kept as *drift* until it heals
or an administrator adopts or reverts it, and until then the entry is served narrowed (``narrowing``: a foreign write
grants nothing, and what it takes away is away at once).

INVARIANT (no sudden shrinking): when many entries of one kind are gone from the store at once, that is not believed.
They are served as before, and shown as drift that is not believed.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from directory.core.changes import Change
from directory.core.entries import Entry
from directory.core.narrowing import narrowed
from directory.core.sameness import same
from directory.core.snapshot import Snapshot
from vocabulary.hsa_id import HsaId

GONE_AT_ONCE = 10
GONE_AT_ONCE_SHARE = 0.2
"""More of one kind than both, gone in one look at the store, are not believed to be gone."""


@dataclass(frozen=True, slots=True)
class Drift:
    """An entry that stands otherwise in the store than in the journal.

    ``journal`` is ``None`` for one that only the store knows, ``store`` for one that is gone from it or cannot be read
    there; ``problem`` then says why it cannot. ``believed`` is false for what the invariant above keeps served.
    """

    hsa_id: HsaId
    journal: Entry | None
    store: Entry | None
    seen_at: datetime
    problem: str | None = None
    believed: bool = True


@dataclass(frozen=True, slots=True)
class Sight:
    """One look at the store, at its ``revision``: whole entries, and what is not there (any more).

    A ``complete`` look saw everything. ``unreadable`` maps ids to what is wrong with their objects.
    """

    revision: int
    at: datetime
    changed: Sequence[Entry]
    removed: Sequence[HsaId] = ()
    complete: bool = False
    unreadable: Mapping[HsaId, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class View:
    truth: Snapshot
    served: Snapshot
    drift: Mapping[str, Drift]

    @classmethod
    def of(cls, truth: Snapshot) -> "View":
        return cls(truth, truth, {})

    def held_by_store(self, hsa_id: HsaId) -> Entry | None:
        """What a change of this entry starts from: what the store holds, drifted or not."""
        drift = self.drift.get(hsa_id.key)
        return self.truth.entry(hsa_id) if drift is None else drift.store

    def committed(self, changes: Sequence[Change], revision: int) -> "View":
        """After a commit the store holds what it says: the drift of these entries is over."""
        afters = [change.after for change in changes if change.after is not None]
        gone = [change.hsa_id for change in changes if change.after is None]
        over = {change.hsa_id.key for change in changes}
        drift = {key: found for key, found in self.drift.items() if key not in over}
        truth = _after(self.truth, afters, gone, revision)
        return View(truth, _after(self.served, afters, gone, revision) if drift else truth, drift)

    def after_sight(self, sight: Sight) -> "View":
        """Compare what was seen with the truth. What the truth changed after the sight waits for the next one."""
        looked_at = dict(self._looked_at(sight))
        if not looked_at:
            return self
        found = {key: drift for key, drift in looked_at.items() if drift is not None}
        for key in self._too_many_gone(found.values()):
            found[key] = replace(found[key], believed=False)
        drift = {key: kept for key, kept in self.drift.items() if key not in looked_at} | found
        if not drift:
            return View(self.truth, self.truth, {})
        served = [entry for key in looked_at if (entry := self._served(key, looked_at[key], drift)) is not None]
        return View(self.truth, self.served.succeeded_by(served, self.truth.revision), drift)

    def _looked_at(self, sight: Sight) -> Iterable[tuple[str, Drift | None]]:
        """Each entry that is drifting now (its drift) or was until now (``None``); what never was is left out."""
        seen = set()
        for entry in sight.changed:
            seen.add(entry.hsa_id.key)
            yield from self._compared(entry.hsa_id, entry, sight, None)
        gone = [hsa_id for hsa_id in sight.removed if hsa_id.key not in seen]
        if sight.complete:
            known = [entry.hsa_id for entry in self.truth.entries()] + [drift.hsa_id for drift in self.drift.values()]
            gone += [hsa_id for hsa_id in known if hsa_id.key not in seen]
        for hsa_id in gone:
            if hsa_id not in sight.unreadable:
                yield from self._compared(hsa_id, None, sight, None)
        for hsa_id, problem in sight.unreadable.items():
            if hsa_id.key not in seen:
                yield from self._compared(hsa_id, None, sight, problem)

    def _compared(
        self, hsa_id: HsaId, store: Entry | None, sight: Sight, problem: str | None
    ) -> Iterable[tuple[str, Drift | None]]:
        journal, before = self.truth.entry(hsa_id), self.drift.get(hsa_id.key)
        if self.truth.changed_at(hsa_id) > sight.revision:
            return
        if same(journal, store) and problem is None:
            if before is not None:
                yield hsa_id.key, None
        elif before is None or not same(before.store, store) or before.problem != problem:
            yield hsa_id.key, Drift(hsa_id, journal, store, sight.at, problem)

    def _too_many_gone(self, found: Iterable[Drift]) -> list[str]:
        gone = [drift for drift in found if drift.store is None and drift.journal is not None]
        count = Counter(type(drift.journal) for drift in gone)
        return [
            drift.hsa_id.key
            for drift in gone
            if drift.journal is not None
            and count[type(drift.journal)] > GONE_AT_ONCE
            and count[type(drift.journal)] > GONE_AT_ONCE_SHARE * self.truth.count(type(drift.journal))
        ]

    def _served(self, key: str, looked: Drift | None, drift: Mapping[str, Drift]) -> Entry | None:
        if looked is None:
            return self.truth.entry(self.drift[key].hsa_id)
        now = drift[key]
        if now.journal is None or not now.believed:
            return now.journal
        return narrowed(now.journal, now.store)


def _after(snapshot: Snapshot, afters: Sequence[Entry], gone: Sequence[HsaId], revision: int) -> Snapshot:
    made = snapshot.succeeded_by(afters, revision)
    return made.without(gone, revision) if any(made.entry(hsa_id) is not None for hsa_id in gone) else made
