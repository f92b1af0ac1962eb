"""The registers that decisions rest on: rows with their histories, and what stands of them now.

``UNKNOWN`` says that nobody could tell, and denies.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from authz.core.facts import (
    Block,
    CareRelationship,
    CatalogueTask,
    Consent,
    DischargeCase,
    Emergency,
    Lift,
    LiftReason,
    ResponsibilityMove,
    ServiceRecipient,
)
from authz.core.request import PatientKey
from authz.core.unknown import Unknown
from authz.ports.case_records import CaseMessage, Disclosure, EmergencyReview
from authz.ports.packs import PackVersion
from vocabulary.assurance import AssuranceLevel
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period


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
    DELEGATION_REPORT = "delegation_reports"
    BLOCK_LOOK = "block_looks"
    LOG_SAMPLE = "log_samples"
    LOG_REVIEW = "log_reviews"
    EMERGENCY_REVIEW = "emergency_reviews"
    CASE_MESSAGE = "case_messages"
    DISCLOSURE = "disclosures"
    POLICY_PACK = "policy_packs"


@dataclass(frozen=True, slots=True)
class DelegationTerms:
    """A delegation as written; who the delegator is *now* the directory tells when a decision needs it.

    It is *offered* until ``signed`` by the delegator, and holds when it is ``accepted`` by the recipient and, where
    ``needs_agreement``, ``receiving_member_agreed``. ``once`` says that it is for one occasion, and ``spent`` that this
    has been. ``renews`` is the delegation in whose place it comes.
    """

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
    signed: bool = True
    needs_agreement: bool = False
    once: bool = False
    renews: str | None = None
    version: int = 1


class Weight(StrEnum):
    """What a recipient reports back: an event of weight, or a deviation from what was delegated."""

    EVENT = "event"
    DEVIATION = "deviation"


@dataclass(frozen=True, slots=True)
class DelegationReport:
    """From the recipient of a delegation back to the delegator.  (the source's process map)"""

    id: str
    delegation: str
    weight: Weight
    text: str
    acknowledged: bool = False
    version: int = 1


@dataclass(frozen=True, slots=True)
class BlockLook:
    """The first of the two steps of lifting: whoever looked was told which units of ``provider`` had blocked, and why
    she asked. ``blocks`` are the blocks that stood then.  (PDL 4 kap. 5 §)"""

    id: str
    patient: PatientKey
    provider: HsaId
    reason: LiftReason
    blocks: frozenset[str]
    version: int = 1


class Verdict(StrEnum):
    """What a log reviewer found of one access. ``INVESTIGATE`` is followed by one of the others."""

    JUSTIFIED = "justified"
    UNJUSTIFIED = "unjustified"
    INVESTIGATE = "investigate"


@dataclass(frozen=True, slots=True)
class LogSample:
    """Accesses that were drawn out of a member's log of a period. With ``seed`` the same are drawn again.

    ``wanted`` were drawn at random, and for each mark of ``rules`` at most ``most``. ``population`` is out of how many.
    """

    id: str
    member: HsaId
    period: Period
    seed: str
    wanted: int
    rules: frozenset[str]
    most: int
    population: int
    version: int = 1


@dataclass(frozen=True, slots=True)
class LogReview:
    """One drawn access: the line ``sequence`` of the trail, and ``why`` it was drawn (``random``, or marks).

    ``person`` accessed, under ``assignment`` at ``unit``.
    """

    id: str
    sample: str
    sequence: int
    why: frozenset[str]
    person: HsaId
    assignment: HsaId | None
    unit: HsaId | None
    verdict: Verdict | None = None
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
    | DelegationReport
    | BlockLook
    | LogSample
    | LogReview
    | EmergencyReview
    | CaseMessage
    | Disclosure
    | PackVersion
)


_PERIODIC = CareRelationship | ServiceRecipient | Block | Lift | Emergency
"""What stands for a period, which its end cuts short."""


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
class Act:
    """One step in the life of a row, kept for ever: what made its ``version``, in one word, and by whom.

    ``level`` tells how sure the login was by which it was done, and ``document`` is the SHA-256 (hex) of what was
    signed, where something was.
    """

    what: str
    by: str
    at: datetime
    note: str | None = None
    level: AssuranceLevel | None = None
    document: str | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class Notice:
    """Somebody is told of a row: ``what`` happened, in one word. The same is told once, however often it is sent."""

    to: HsaId
    what: str
    kind: Kind
    row: str
    at: datetime


REGISTERED, ENDED, ANNULLED, CHANGED = "registered", "ended", "annulled", "changed"
"""What may be done with a row of any register; others have words of their own."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of one register. ``content`` is as registered; ``standing`` is what counts now.

    ``note`` is the free text that was given as ground, where the register asks for one. ``asked_by`` tells who spoke
    for the patient, in words for people: no decision rests on it. ``act`` is what makes this version, on a row that is
    about to be written; those that are read have their acts in ``RegisterBook.history``.
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
    act: Act | None = field(default=None, compare=False)
    asked_by: str | None = None

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
        if isinstance(content, _PERIODIC):
            return replace(content, period=content.period.ended_at(end.at), version=self.version)
        return None

    @property
    def made_by(self) -> Act:
        """The act that makes this version; where none is stated it is the plain registering, changing or ending."""
        if self.act is not None:
            return replace(self.act, version=self.version)
        if self.end is not None:
            what = ANNULLED if self.end.annulled else ENDED
            return Act(what, self.end.by, self.end.at, self.end.reason, version=self.version)
        what = REGISTERED if self.version == 1 else CHANGED
        return Act(what, self.registered_by, self.registered_at, self.note, version=self.version)

    def changed(self, content: Content, act: Act) -> "Row":
        """The next version, with other content."""
        version = self.version + 1
        return replace(self, content=replace(content, version=version), version=version, act=act)

    def ended(self, end: End, act: Act | None = None) -> "Row":
        return replace(self, end=end, version=self.version + 1, act=act)


@dataclass(frozen=True, slots=True)
class KeptRequest:
    """A request that its caller gave a ``key`` of her own, and the row that it was answered with.

    ``fingerprint`` (SHA-256, hex) tells it from another request with the same key; ``created`` whether it made the row.
    """

    caller: str
    key: str
    fingerprint: str
    at: datetime
    kind: Kind
    row: str
    created: bool


@dataclass(slots=True)
class PatientRecords:
    """What stands in the registers about one patient. ``care_relationships`` are by the reader's HSA-id key.

    ``sealed`` is her number as the registers keep it, for whoever may be told whom they speak of. Belongs to the
    registers: whoever is handed one only reads it.
    """

    care_relationships: dict[str, tuple[CareRelationship, ...]]
    responsibility_moves: tuple[ResponsibilityMove, ...] = ()
    service_recipients: tuple[ServiceRecipient, ...] = ()
    consents: tuple[Consent, ...] = ()
    blocks: tuple[Block, ...] = ()
    lifts: tuple[Lift, ...] = ()
    emergencies: tuple[Emergency, ...] = ()
    discharge_cases: tuple[DischargeCase, ...] = ()
    sealed: bytes = b""


class Registers(Protocol):
    """Reading for decisions: from memory, never blocking. ``UNKNOWN`` when it is too long since SQL was heard."""

    @property
    def revision(self) -> int: ...

    def of_patient(self, patient: PatientKey) -> PatientRecords | Unknown: ...

    def patients_of(self, person: HsaId) -> tuple[PatientKey, ...] | Unknown:
        """Those with whom the person has a care relationship that has not ended, in no order."""
        ...

    def delegations_to(self, recipient: HsaId) -> tuple[DelegationTerms, ...] | Unknown: ...

    def task(self, code: str) -> CatalogueTask | Unknown | None: ...

    def delegations(self) -> tuple[DelegationTerms, ...] | Unknown:
        """All that have not ended."""
        ...

    def tasks(self) -> tuple[CatalogueTask, ...] | Unknown: ...


class RegisterBook(Protocol):
    """Writing and history. Every method raises ``RegistersUnavailable`` when the database does not answer."""

    def commit(
        self,
        rows: Sequence[Row],
        notices: Sequence[Notice] = (),
        *,
        unless: Callable[[Row], bool] | None = None,
        request: KeptRequest | None = None,
    ) -> int:
        """Write new rows (version 1) and new versions of old ones with their acts, tell who is to be told, and keep the
        ``request`` that this answers, all or none; gives the registers' revision.

        Raises ``ChangedMeanwhile`` when a row is not at the version before, ``StandsAlready`` when ``unless`` is true
        of a row of the same register and patient that has not ended, and ``KeyTaken`` when the request's key is. Of
        several at once, each sees what the one before it wrote. After the return no decision in this process rests on
        what was replaced.
        """
        ...

    def request(self, caller: str, key: str) -> KeptRequest | None: ...

    def row(self, kind: Kind, row_id: str) -> Row | None: ...

    def rows_under(self, kind: Kind, above: str) -> tuple[Row, ...]:
        """The lifts of a block, the reports of a delegation, an emergency's review, a case's messages, an application's
        policy packs; oldest first."""
        ...

    def last_acts(self, kind: Kind, ids: Collection[str]) -> Mapping[str, Act]:
        """By row, what was done with it last."""
        ...

    def history(self, kind: Kind, row_id: str) -> tuple[Act, ...]:
        """All that was done with a row, oldest first; empty for an unknown one."""
        ...

    def rows_of_patient(self, kind: Kind, patient: PatientKey) -> tuple[Row, ...]:
        """All, ended ones too, oldest first."""
        ...

    def rows_of_person(self, kind: Kind, person: HsaId) -> tuple[Row, ...]:
        """Care relationships, consents, lifts and emergencies of a person; delegations that she gave or received."""
        ...
