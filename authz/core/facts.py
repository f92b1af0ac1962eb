"""Everything gathered for one decision. Each register's part is its records, or ``UNKNOWN`` when it cannot be read.

Records may be of other patients, readers and times than the question's: the rules pick, so that a batch can share one
gathering. Every record has an ``id`` and a ``version``, and findings name what they rested on by both.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from authz.core.directory_facts import AdminAssignmentInUse, DirectoryEntry
from authz.core.policy import STRICTEST, Policy
from authz.core.request import PatientKey
from authz.core.unknown import Unknown
from vocabulary.assurance import AssuranceLevel
from vocabulary.capacity import Capacity
from vocabulary.hsa_id import HsaId
from vocabulary.period import ALWAYS, Period
from vocabulary.right import Right


@dataclass(frozen=True, slots=True)
class Reader:
    """The employee record that asks. ``licences`` and ``restrictions`` come from the licence register (HOSP).

    ``same_human`` are all employee records of the same human, as far as the personal number tells.
    """

    id: HsaId
    member: HsaId | None
    licences: frozenset[str] | Unknown = frozenset()
    restrictions: frozenset[str] | Unknown = frozenset()
    protected: bool = False
    active: bool = True
    may_see_protected: bool = False
    system_roles: frozenset[str] = frozenset()
    same_human: frozenset[HsaId] = frozenset()
    version: int = 1


@dataclass(frozen=True, slots=True)
class AssignmentInUse:
    """An assignment with the facts of its unit. ``rights`` are those that could be read; a malformed one is dropped.

    ``period`` is what the assignment, the membership, the unit and the provider have in common. ``capacity`` is the
    provider's. A unit without provider has neither, and then the assignment counts for nothing. ``care_type`` is the
    unit's (01 open care, 02 in-patient, 03 home care).
    """

    id: HsaId
    unit: HsaId | None
    provider: HsaId | None
    capacity: Capacity | None
    purpose: str | None
    rights: tuple[Right, ...]
    period: Period = ALWAYS
    care_type: str | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class InformationPlace:
    """What the directory knows of the place that the information is said to come from.

    ``unit_provider`` is the provider that the unit belongs to now, ``capacity`` that provider's.
    """

    unit: HsaId
    unit_provider: HsaId | None
    capacity: Capacity | None
    version: int = 1


@dataclass(frozen=True, slots=True)
class CareRelationship:
    id: str
    patient: PatientKey
    person: HsaId
    unit: HsaId
    period: Period
    version: int = 1


@dataclass(frozen=True, slots=True)
class ResponsibilityMove:
    """From ``at`` the unit ``from_unit`` no longer cares for the patient through ``professions`` (licence codes)."""

    id: str
    patient: PatientKey
    from_unit: HsaId
    to_unit: HsaId
    professions: frozenset[str]
    at: datetime
    version: int = 1


@dataclass(frozen=True, slots=True)
class ServiceRecipient:
    """The patient gets, or is assessed for, services of this social care provider."""

    id: str
    patient: PatientKey
    provider: HsaId
    period: Period = ALWAYS
    version: int = 1


class Ground(StrEnum):
    """What a consent register may hold as ground for sight across providers (Lag 2022:913 3 kap.)."""

    CONSENT_3_1 = "CONSENT_3_1"
    CHILD_3_1 = "CHILD_3_1"
    CONSENT_SOCIAL_3_2 = "CONSENT_SOCIAL_3_2"
    CHILD_SOCIAL_3_2 = "CHILD_SOCIAL_3_2"
    INCAPACITY_3_3 = "INCAPACITY_3_3"
    INCAPACITY_SOCIAL_3_4 = "INCAPACITY_SOCIAL_3_4"
    MESSAGE_2017_612 = "MESSAGE_2017_612"
    DISCLOSURE_CONSENT_OSL = "DISCLOSURE_CONSENT_OSL"


@dataclass(frozen=True, slots=True)
class Consent:
    """For a whole unit, or for one ``person`` there. ``annulled`` was registered in error and never counted."""

    id: str
    patient: PatientKey
    unit: HsaId
    person: HsaId | None
    ground: Ground
    period: Period
    ended_at: datetime | None = None
    annulled: bool = False
    version: int = 1


@dataclass(frozen=True, slots=True)
class Block:
    """Inner when ``unit`` is set, else outer. ``first`` and ``last`` are the information's days, both included.

    ``period`` is when the block itself stands (set until revoked).
    """

    id: str
    patient: PatientKey
    provider: HsaId
    unit: HsaId | None
    first: date | None = None
    last: date | None = None
    excepted: frozenset[str] = frozenset()
    period: Period = ALWAYS
    version: int = 1


class LiftReason(StrEnum):
    PATIENTS_CONSENT = "PatientsConsent"
    EMERGENCY = "Emergency"


@dataclass(frozen=True, slots=True)
class Lift:
    """A temporary opening of one block for a unit, or for one ``person`` in it."""

    id: str
    block: str
    unit: HsaId
    person: HsaId | None
    reason: LiftReason
    period: Period
    version: int = 1


@dataclass(frozen=True, slots=True)
class Emergency:
    id: str
    patient: PatientKey
    person: HsaId
    unit: HsaId
    reason: str
    period: Period
    version: int = 1


@dataclass(frozen=True, slots=True)
class Delegator:
    """The one who delegated, as the directory knows her now. ``assignments`` are all hers, whatever their dates.

    ``licence_lost_at`` is when the licence register last took a licence away, if it did. ``holds_by_delegation`` is
    true when she was herself delegated the same task.
    """

    id: HsaId
    member: HsaId | None
    licences: frozenset[str] | Unknown
    restrictions: frozenset[str] | Unknown
    assignments: tuple[AssignmentInUse, ...] | Unknown
    licence_lost_at: datetime | None = None
    holds_by_delegation: bool = False
    active: bool = True
    version: int = 1


@dataclass(frozen=True, slots=True)
class Delegation:
    """A task handed from one licensed person to one recipient.

    ``units`` are the recipient's units when it was given: leaving them ends it. ``patients`` empty means no limit.
    ``spent``: it was for one occasion, which has been. ``period`` is as written, however long.
    """

    id: str
    delegator: Delegator | Unknown
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


@dataclass(frozen=True, slots=True)
class CatalogueTask:
    """``signing_level`` is how sure the login must be by which a delegation of it is signed. ``name`` is for people."""

    code: str
    delegable: bool
    required_licences: frozenset[str]
    gives_sight_of: frozenset[str]
    signing_level: AssuranceLevel = AssuranceLevel.LOA2
    name: str = ""
    version: int = 1


class CaseState(StrEnum):
    """How far a discharge has come. ``READY`` is the treating doctor's judgement."""

    ADMITTED = "admitted"
    READY = "ready"
    DISCHARGED = "discharged"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class DischargeCase:
    id: str
    patient: PatientKey
    ward: HsaId
    concerned_units: frozenset[HsaId]
    state: CaseState
    permanent_care_contact: HsaId | None = None
    plan_consent: bool = False
    admitted_at: datetime | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class Patient:
    """``child``: a child that cannot consent by itself; ``UNKNOWN`` when nobody could say."""

    key: PatientKey
    child: bool | Unknown
    version: int = 1


@dataclass(frozen=True, slots=True)
class Colleague:
    """The person whose directory entry is asked for."""

    id: HsaId
    protected: bool
    version: int = 1


@dataclass(frozen=True, slots=True)
class ApplicationEntry:
    """Who may use an application: the system roles (``systemId;role``) and assignments that its policy names."""

    client_id: str
    system_roles: frozenset[str] = frozenset()
    assignments: frozenset[HsaId] = frozenset()
    version: int = 1


@dataclass(frozen=True, slots=True)
class Facts:
    """``None`` says that there is none; ``UNKNOWN`` that nobody could tell.

    ``assignment`` is ``None`` when none was stated, or the stated one is not the reader's or is suppressed.
    ``information`` is ``None`` when the unit is not in the directory or the question names none. ``task`` is the
    catalogue's entry for the asked task. ``policy`` is the local data that the rules read.

    ``entry`` is the asked entry of the directory as it stands, and as it would stand when it is to be made;
    ``entry_after`` as it will stand, where a change is known. ``admin_assignments`` are the reader's, whatever their
    dates. ``powers`` and ``powers_after`` are those of all her employee records before and after a known change.
    """

    now: datetime
    reader: Reader | Unknown | None = None
    assignment: AssignmentInUse | Unknown | None = None
    information: InformationPlace | Unknown | None = None
    care_relationships: tuple[CareRelationship, ...] | Unknown = ()
    responsibility_moves: tuple[ResponsibilityMove, ...] | Unknown = ()
    service_recipients: tuple[ServiceRecipient, ...] | Unknown = ()
    consents: tuple[Consent, ...] | Unknown = ()
    blocks: tuple[Block, ...] | Unknown = ()
    lifts: tuple[Lift, ...] | Unknown = ()
    emergencies: tuple[Emergency, ...] | Unknown = ()
    delegations: tuple[Delegation, ...] | Unknown = ()
    task: CatalogueTask | Unknown | None = None
    discharge_cases: tuple[DischargeCase, ...] | Unknown = ()
    patient: Patient | Unknown | None = None
    colleague: Colleague | Unknown | None = None
    application: ApplicationEntry | Unknown | None = None
    entry: DirectoryEntry | Unknown | None = None
    entry_after: DirectoryEntry | Unknown | None = None
    admin_assignments: tuple[AdminAssignmentInUse, ...] | Unknown = ()
    powers: tuple[AdminAssignmentInUse, ...] | Unknown | None = None
    powers_after: tuple[AdminAssignmentInUse, ...] | Unknown | None = None
    policy: Policy = STRICTEST
