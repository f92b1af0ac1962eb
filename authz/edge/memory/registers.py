"""The registers as decisions read them: in memory, current, and honest about when they are not.

Our own commits are applied before they return; those of other processes by ``refresh``, which the hub calls some times
a second. When SQL has not been heard for ``PATIENCE_SECONDS`` the registers answer ``UNKNOWN``, which denies.
"""

import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, Protocol

from authz.core.facts import (
    Block,
    CareRelationship,
    CatalogueTask,
    Consent,
    DischargeCase,
    Emergency,
    Lift,
    ResponsibilityMove,
    ServiceRecipient,
)
from authz.core.packs.deciding import PackPolicy
from authz.core.request import PatientKey
from authz.core.unknown import UNKNOWN, Unknown
from authz.edge.memory.packs import with_changed
from authz.ports import Act, Content, DelegationTerms, KeptRequest, Kind, Notice, PatientRecords, Row
from authz.refusals import ChangedMeanwhile, RegistersUnavailable
from vocabulary.clock import Clock
from vocabulary.hsa_id import HsaId

PATIENCE_SECONDS: Final = 5.0

_NOTHING = PatientRecords({})
_TOLD_ONLY: Final = frozenset(
    {
        Kind.DELEGATION_REPORT,
        Kind.BLOCK_LOOK,
        Kind.LOG_SAMPLE,
        Kind.LOG_REVIEW,
        Kind.EMERGENCY_REVIEW,
        Kind.CASE_MESSAGE,
        Kind.DISCLOSURE,
    }
)
"""What people tell each other, and of the log: no decision rests on it, so it is not kept in memory."""

_LIST_OF: Final[dict[type, str]] = {
    ResponsibilityMove: "responsibility_moves",
    ServiceRecipient: "service_recipients",
    Consent: "consents",
    Block: "blocks",
    Lift: "lifts",
    Emergency: "emergencies",
    DischargeCase: "discharge_cases",
}


class Store(Protocol):
    """Where the rows are kept; ``authz.edge.sql`` promises what the methods do."""

    def commit(
        self,
        rows: Sequence[Row],
        notices: Sequence[Notice] = (),
        *,
        unless: Callable[[Row], bool] | None = None,
        request: KeptRequest | None = None,
    ) -> int: ...

    def request(self, caller: str, key: str) -> KeptRequest | None: ...

    def rows_under(self, kind: Kind, above: str) -> tuple[Row, ...]: ...

    def last_acts(self, kind: Kind, ids: Collection[str]) -> Mapping[str, Act]: ...

    def history(self, kind: Kind, row_id: str) -> tuple[Act, ...]: ...

    def changed_since(self, revision: int, take: Callable[[Row], None]) -> int: ...

    def row(self, kind: Kind, row_id: str) -> Row | None: ...

    def rows_of_patient(self, kind: Kind, patient: PatientKey) -> tuple[Row, ...]: ...

    def rows_of_person(self, kind: Kind, person: HsaId) -> tuple[Row, ...]: ...


class RegisterModel:
    """The ports of the registers, ``Registers``, ``RegisterBook`` and ``PackPolicies``, over one store.

    # INVARIANT (published records stand still): a ``PatientRecords`` that a reader can have is never changed; a commit
    # puts a new one in its place, so that a decision sees all of a patient's commit or nothing of it.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._writing = threading.Lock()
        self._patients: dict[PatientKey, PatientRecords] = {}
        self._patients_of: dict[str, set[PatientKey]] = {}
        self._delegations: dict[str, tuple[DelegationTerms, ...]] = {}
        self._tasks: dict[str, CatalogueTask] = {}
        self._packs: dict[str, PackPolicy | Unknown | None] = {}
        self._revision = 0
        self._heard_at: float | None = None

    # -- keeping current ----------------------------------------------------------------------------------------

    def refresh(self) -> bool:
        """Take in what other processes committed; at start, everything. False when SQL did not answer."""
        with self._writing:
            asked_at = self._clock.monotonic_seconds()
            changed: list[Row] = []
            try:
                revision = self._store.changed_since(self._revision, changed.append)
            except RegistersUnavailable:
                return False
            self._apply(changed, self._clock.now())
            self._revision = revision
            self._heard_at = asked_at
            return True

    @property
    def revision(self) -> int:
        return self._revision

    def unheard_for_seconds(self) -> float | None:
        """Since SQL last confirmed that we are current; ``None`` when it never did."""
        return None if self._heard_at is None else self._clock.monotonic_seconds() - self._heard_at

    def _is_stale(self) -> bool:
        return self._heard_at is None or self._clock.monotonic_seconds() - self._heard_at > PATIENCE_SECONDS

    # -- reading ------------------------------------------------------------------------------------------------

    def of_patient(self, patient: PatientKey) -> PatientRecords | Unknown:
        return UNKNOWN if self._is_stale() else self._patients.get(patient, _NOTHING)

    def patients_of(self, person: HsaId) -> tuple[PatientKey, ...] | Unknown:
        # One call of the interpreter's own takes the copy, so that no commit comes in between.
        return UNKNOWN if self._is_stale() else tuple(self._patients_of.get(person.key, ()))

    def delegations_to(self, recipient: HsaId) -> tuple[DelegationTerms, ...] | Unknown:
        return UNKNOWN if self._is_stale() else self._delegations.get(recipient.key, ())

    def task(self, code: str) -> CatalogueTask | Unknown | None:
        return UNKNOWN if self._is_stale() else self._tasks.get(code)

    def delegations(self) -> tuple[DelegationTerms, ...] | Unknown:
        return UNKNOWN if self._is_stale() else tuple(one for some in self._delegations.values() for one in some)

    def tasks(self) -> tuple[CatalogueTask, ...] | Unknown:
        return UNKNOWN if self._is_stale() else tuple(self._tasks.values())

    def policy(self, space: str) -> PackPolicy | Unknown | None:
        return UNKNOWN if self._is_stale() else self._packs.get(space)

    def spaces(self) -> tuple[str, ...]:
        return tuple(self._packs)

    def row(self, kind: Kind, row_id: str) -> Row | None:
        return self._store.row(kind, row_id)

    def rows_under(self, kind: Kind, above: str) -> tuple[Row, ...]:
        return self._store.rows_under(kind, above)

    def last_acts(self, kind: Kind, ids: Collection[str]) -> Mapping[str, Act]:
        return self._store.last_acts(kind, ids)

    def history(self, kind: Kind, row_id: str) -> tuple[Act, ...]:
        return self._store.history(kind, row_id)

    def rows_of_patient(self, kind: Kind, patient: PatientKey) -> tuple[Row, ...]:
        return self._store.rows_of_patient(kind, patient)

    def rows_of_person(self, kind: Kind, person: HsaId) -> tuple[Row, ...]:
        return self._store.rows_of_person(kind, person)

    def request(self, caller: str, key: str) -> KeptRequest | None:
        return self._store.request(caller, key)

    # -- writing ------------------------------------------------------------------------------------------------

    def commit(
        self,
        rows: Sequence[Row],
        notices: Sequence[Notice] = (),
        *,
        unless: Callable[[Row], bool] | None = None,
        request: KeptRequest | None = None,
    ) -> int:
        """Write, then show to decisions, then return: nothing decided after the return rests on what was replaced.

        When it is not known whether the rows were written, the registers are silent until a refresh has told.
        """
        if not rows and not notices and request is None:
            return self._revision
        with self._writing:
            try:
                revision = self._store.commit(rows, notices, unless=unless, request=request)
            except ChangedMeanwhile:
                raise
            except BaseException:
                self._heard_at = None
                raise
            self._apply(rows, self._clock.now())
            if revision == self._revision + 1:
                self._revision = revision
            return revision

    def _apply(self, rows: Iterable[Row], now: datetime) -> None:
        fresh: dict[PatientKey, PatientRecords] = {}
        packs: list[Row] = []
        for row in rows:
            standing = row.standing
            if row.kind is Kind.DELEGATION:
                self._apply_delegation(row)
            elif row.kind is Kind.TASK:
                self._apply_task(row)
            elif row.kind is Kind.POLICY_PACK:
                packs.append(row)
            elif row.kind not in _TOLD_ONLY:
                key = row.patients[0].key
                records = fresh.get(key)
                if records is None:
                    records = fresh[key] = _copy(self._patients.get(key, _NOTHING))
                records.sealed = row.patients[0].sealed
                _put(records, row, standing if standing is not None and _still_counts(standing, now) else None)
                if isinstance(row.content, CareRelationship):
                    self._index(key, row.content.person.key, records)
        self._patients.update(fresh)
        if packs:
            self._packs = with_changed(self._packs, packs)

    def _index(self, patient: PatientKey, person: str, records: PatientRecords) -> None:
        if person in records.care_relationships:
            self._patients_of.setdefault(person, set()).add(patient)
        else:
            self._patients_of.get(person, set()).discard(patient)

    def _apply_delegation(self, row: Row) -> None:
        assert isinstance(row.content, DelegationTerms)
        key, standing = row.content.recipient.key, row.standing
        others = tuple(kept for kept in self._delegations.get(key, ()) if kept.id != row.id)
        self._delegations[key] = (*others, standing) if isinstance(standing, DelegationTerms) else others

    def _apply_task(self, row: Row) -> None:
        assert isinstance(row.content, CatalogueTask)
        if isinstance(row.standing, CatalogueTask):
            self._tasks[row.content.code] = row.standing
        else:
            self._tasks.pop(row.content.code, None)


def _copy(records: PatientRecords) -> PatientRecords:
    return replace(records, care_relationships=dict(records.care_relationships))


def _put(records: PatientRecords, row: Row, standing: Content | None) -> None:
    content = row.content
    if isinstance(content, CareRelationship):
        key = content.person.key
        kept = tuple(other for other in records.care_relationships.get(key, ()) if other.id != row.id)
        if isinstance(standing, CareRelationship):
            kept = (*kept, standing)
        if kept:
            records.care_relationships[key] = kept
        else:
            records.care_relationships.pop(key, None)
        return
    name = _LIST_OF[type(content)]
    others = tuple(other for other in getattr(records, name) if other.id != row.id)
    setattr(records, name, others if standing is None else (*others, standing))


def _still_counts(standing: Content, now: datetime) -> bool:
    """False for what has ended for good: the history of it is the store's. What ends later the rules see end."""
    if isinstance(standing, Consent) and (standing.annulled or (standing.ended_at and standing.ended_at <= now)):
        return False
    period = getattr(standing, "period", None)
    return period is None or period.end is None or period.end > now
