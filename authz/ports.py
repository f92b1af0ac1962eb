"""What decisions need from outside, in their own words: the directory, the registers, tokens, the audit trail.

An answer of ``UNKNOWN`` means that nobody could tell, and denies. Not for HTTP: its own needs stand in its edge.
"""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from authz.core.directory_facts import AdminAssignmentInUse, DirectoryEntry
from authz.core.directory_words import EntryKind
from authz.core.facts import (
    ApplicationEntry,
    AssignmentInUse,
    Block,
    CareRelationship,
    CatalogueTask,
    Colleague,
    Consent,
    Delegator,
    DischargeCase,
    Emergency,
    InformationPlace,
    Lift,
    Reader,
    ResponsibilityMove,
    ServiceRecipient,
)
from authz.core.request import PatientKey
from authz.core.unknown import Unknown
from vocabulary.assurance import AssuranceLevel
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period

# The directory ------------------------------------------------------------------------------------------------------


class StaffView(Protocol):
    """One revision of the directory, unchanging: everything that one answer rests on is read from one view.

    ``None`` says that there is no such entry. An assignment is ``None`` also when it is not the person's, or is
    suppressed whole (DOMAIN 4); dates are left to the rules.
    """

    @property
    def revision(self) -> int: ...

    def reader(self, person: HsaId) -> Reader | None: ...

    def assignment(self, assignment: HsaId, person: HsaId) -> AssignmentInUse | None: ...

    def place(self, unit: HsaId) -> InformationPlace | None: ...

    def delegator(self, person: HsaId) -> Delegator | None: ...

    def colleague(self, person: HsaId) -> Colleague | None: ...

    def admin_assignments(self, person: HsaId) -> tuple[AdminAssignmentInUse, ...]:
        """All that the person holds, whatever their dates."""
        ...

    def entry(self, entry: HsaId, asker: HsaId) -> DirectoryEntry | None:
        """The entry of whatever kind; ``own`` are the memberships of ``asker``, as any of her employee records."""
        ...

    def below(self, place: HsaId, kind: EntryKind) -> DirectoryEntry | None:
        """An entry of ``kind`` as it would stand right below ``place``; ``None`` where nothing can."""
        ...

    def named(self, name: str) -> HsaId | None:
        """The id of the one entry with this distinguished name (RFC 4514), or ``None``."""
        ...

    def member_of_unit(self, unit: HsaId) -> HsaId | None: ...

    def member_of_provider(self, provider: HsaId) -> HsaId | None: ...


class Staff(Protocol):
    def view(self) -> StaffView | Unknown:
        """The newest revision, or ``UNKNOWN`` when it is too long since it was confirmed. Never blocks."""
        ...


# Tokens -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Subject:
    """Who a verified access token speaks of. A citizen has ``citizen`` (her key in the registers) and no person."""

    person: HsaId | None
    assignment: HsaId | None
    level: AssuranceLevel
    client_id: str
    citizen: PatientKey | None = None


class SubjectTokens(Protocol):
    def verify(self, token: str) -> Subject:
        """Raises ``InvalidSubjectToken`` for anything but a token of ours that is valid and not revoked now, and
        ``RegistersUnavailable`` when nobody can tell at the moment whether it was revoked."""
        ...


class Applications(Protocol):
    def application(self, client_id: str) -> ApplicationEntry | Unknown | None: ...


# The registers ------------------------------------------------------------------------------------------------------


class Kind(StrEnum):
    """The registers, by the names that ids and SQL tables carry."""

    CARE_RELATIONSHIP = "care_relationships"
    SERVICE_RECIPIENT = "service_recipients"
    CONSENT = "consents"
    BLOCK = "blocks"
    LIFT = "lifts"
    EMERGENCY = "emergencies"
    DELEGATION = "delegations"
    TASK = "tasks"
    DISCHARGE_CASE = "discharge_cases"
    RESPONSIBILITY_MOVE = "responsibility_moves"


@dataclass(frozen=True, slots=True)
class DelegationTerms:
    """A delegation as written; who the delegator is *now* the directory tells when a decision needs it."""

    id: str
    delegator: HsaId
    recipient: HsaId
    task: str
    patients: frozenset[PatientKey]
    units: frozenset[HsaId]
    period: Period
    accepted: bool
    vetoed: bool = False
    revoked_at: datetime | None = None
    receiving_member_agreed: bool = False
    spent: bool = False
    version: int = 1


Content = (
    CareRelationship
    | ServiceRecipient
    | Consent
    | Block
    | Lift
    | Emergency
    | DelegationTerms
    | CatalogueTask
    | DischargeCase
    | ResponsibilityMove
)


@dataclass(frozen=True, slots=True)
class SealedPatient:
    """A patient as stored: ``key`` finds, ``sealed`` shows to whoever may see."""

    key: PatientKey
    sealed: bytes


@dataclass(frozen=True, slots=True)
class End:
    """How a row ended. ``annulled`` was registered in error: it never counted, but stays in history."""

    at: datetime
    by: str
    reason: str
    annulled: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row of one register with its history. ``content`` is as registered; ``standing`` is what counts now.

    ``note`` is the free text that was given as ground, where the register asks for one.
    """

    kind: Kind
    id: str
    content: Content
    patients: tuple[SealedPatient, ...]
    registered_by: str
    registered_at: datetime
    end: End | None = None
    note: str | None = None
    version: int = 1

    def __post_init__(self) -> None:
        # INVARIANT (a row is its fact): they share the id, since memory finds and replaces facts by it.
        if not isinstance(self.content, CatalogueTask) and self.content.id != self.id:
            raise ValueError(f"the row {self.id} holds the fact {self.content.id}")

    @property
    def standing(self) -> Content | None:
        """The fact with its end applied, or ``None`` when it never counted. Its version is the row's."""
        end, content = self.end, self.content
        if end is None:
            return content if content.version == self.version else replace(content, version=self.version)
        if isinstance(content, Consent):
            return replace(content, ended_at=end.at, annulled=end.annulled, version=self.version)
        if end.annulled:
            return None
        if isinstance(content, DelegationTerms):
            return replace(content, revoked_at=end.at, version=self.version)
        if isinstance(content, CatalogueTask | DischargeCase | ResponsibilityMove):
            return None
        return replace(content, period=content.period.ended_at(end.at), version=self.version)

    def ended(self, end: End) -> "Row":
        return replace(self, end=end, version=self.version + 1)


@dataclass(slots=True)
class PatientRecords:
    """What stands in the registers about one patient. ``care_relationships`` are by the reader's HSA-id key.

    Belongs to the registers: whoever is handed one only reads it.
    """

    care_relationships: dict[str, tuple[CareRelationship, ...]]
    responsibility_moves: tuple[ResponsibilityMove, ...] = ()
    service_recipients: tuple[ServiceRecipient, ...] = ()
    consents: tuple[Consent, ...] = ()
    blocks: tuple[Block, ...] = ()
    lifts: tuple[Lift, ...] = ()
    emergencies: tuple[Emergency, ...] = ()
    discharge_cases: tuple[DischargeCase, ...] = ()


class Registers(Protocol):
    """Reading for decisions: from memory, never blocking. ``UNKNOWN`` when it is too long since SQL was heard."""

    @property
    def revision(self) -> int: ...

    def of_patient(self, patient: PatientKey) -> PatientRecords | Unknown: ...

    def delegations_to(self, recipient: HsaId) -> tuple[DelegationTerms, ...] | Unknown: ...

    def task(self, code: str) -> CatalogueTask | Unknown | None: ...


class RegisterBook(Protocol):
    """Writing and history. Every method raises ``RegistersUnavailable`` when the database does not answer."""

    def commit(self, rows: Sequence[Row]) -> int:
        """Write new rows (version 1) and new versions of old ones, all or none; gives the registers' revision.

        Raises ``ChangedMeanwhile`` when a row is not at the version before. After the return no decision in this
        process rests on what was replaced.
        """
        ...

    def row(self, kind: Kind, row_id: str) -> Row | None: ...

    def rows_of_patient(self, kind: Kind, patient: PatientKey) -> tuple[Row, ...]:
        """All, ended ones too, oldest first."""
        ...

    def rows_of_person(self, kind: Kind, person: HsaId) -> tuple[Row, ...]:
        """Care relationships, consents, lifts and emergencies of a person; delegations that she gave or received."""
        ...


# The audit trail ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Receipt:
    """The records stand durably in the trail, from line ``first`` to line ``last``."""

    first: int
    last: int


class Trail(Protocol):
    """The audit trail. Records are JSON objects in UTF-8 on one line; all of one call or none are written.

    Both raise ``TrailUnavailable`` when nothing can be written: then nothing may be permitted.
    """

    def append(self, records: Sequence[bytes]) -> Future[Receipt]:
        """For threads: the future completes when the records are durable."""
        ...

    async def appended(self, records: Sequence[bytes]) -> Receipt:
        """For asyncio: returns when the records are durable."""
        ...
