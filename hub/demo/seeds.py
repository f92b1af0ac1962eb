"""The demo's register facts as values: one ``Seed…`` per kind, spelled as the decision cases spell them.

``ref`` names a fact for other facts and for people. All instants are aware, all periods half-open.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from vocabulary.hsa_id import HsaId
from vocabulary.period import Period
from vocabulary.personal_number import NumberKind, PersonalIdentityNumber


@dataclass(frozen=True, slots=True)
class SeedPatient:
    """``value`` is one of the official test numbers (Skatteverket); ``municipality`` is a member key."""

    key: str
    name: str
    kind: NumberKind
    value: str
    municipality: str

    @property
    def number(self) -> PersonalIdentityNumber:
        return PersonalIdentityNumber.parse(self.value, self.kind)


@dataclass(frozen=True, slots=True)
class SeedCareRelationship:
    patient: str
    person: HsaId
    unit: HsaId
    period: Period


class Ground(StrEnum):
    """The lawful grounds that the demo's consents rest on (Lag 2022:913, 3 kap.)."""

    CONSENT_3_1 = "CONSENT_3_1"
    CHILD_3_1 = "CHILD_3_1"
    CONSENT_SOCIAL_3_2 = "CONSENT_SOCIAL_3_2"


@dataclass(frozen=True, slots=True)
class SeedConsent:
    """For the whole ``unit`` when ``person`` is ``None``. Registered by ``registered_by`` under ``assignment``."""

    ref: str
    patient: str
    unit: HsaId
    person: HsaId | None
    ground: Ground
    period: Period
    registered_by: HsaId
    assignment: HsaId
    ended_at: datetime | None = None
    annulled: bool = False


@dataclass(frozen=True, slots=True)
class SeedBlock:
    """Inner when ``unit`` is set, else outer. ``first`` and ``last`` are the information's days, both included;
    ``period`` is when the block itself stands. ``excepted`` are information types."""

    ref: str
    patient: str
    provider: HsaId
    unit: HsaId | None
    period: Period
    registered_by: HsaId
    assignment: HsaId
    first: date | None = None
    last: date | None = None
    excepted: tuple[str, ...] = ()


class LiftReason(StrEnum):
    PATIENTS_CONSENT = "PatientsConsent"
    EMERGENCY = "Emergency"


@dataclass(frozen=True, slots=True)
class SeedLift:
    """Opens the block ``block`` (a ref) for ``unit``, or for one ``person`` there; at most seven days."""

    ref: str
    block: str
    unit: HsaId
    person: HsaId | None
    reason: LiftReason
    text: str
    period: Period
    lifted_by: HsaId
    assignment: HsaId


@dataclass(frozen=True, slots=True)
class SeedTask:
    code: str
    name: str
    delegable: bool
    required_licences: tuple[str, ...]
    gives_sight_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeedDelegation:
    """``units`` are the recipient's, and leaving them ends it. ``accepted_at`` is ``None`` while it waits for
    its recipient. ``receiving_member_agreed`` concerns those across members and is true inside one."""

    ref: str
    delegator: HsaId
    delegator_assignment: HsaId
    recipient: HsaId
    recipient_assignment: HsaId
    task: str
    patients: tuple[str, ...]
    units: tuple[HsaId, ...]
    period: Period
    written_at: datetime
    accepted_at: datetime | None
    receiving_member_agreed: bool = True
    vetoed: bool = False
    revoked_at: datetime | None = None
    revoked_by: HsaId | None = None


@dataclass(frozen=True, slots=True)
class SeedServiceRecipient:
    """The patient gets, or is assessed for, services of this social care provider."""

    patient: str
    provider: HsaId
    period: Period


class DischargeState(StrEnum):
    ADMITTED = "admitted"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class SeedDischargeCase:
    ref: str
    patient: str
    ward: HsaId
    concerned_units: tuple[HsaId, ...]
    state: DischargeState
    permanent_care_contact: HsaId
    plan_consent: bool
    admitted_at: datetime
    ready_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SeedResponsibilityMove:
    """From ``at``, nursing by ``professions`` (licences) is the new unit's (HSL 12 kap. 1 §)."""

    ref: str
    patient: str
    from_unit: HsaId
    to_unit: HsaId
    professions: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class SeedEmergencyAccess:
    ref: str
    patient: str
    person: HsaId
    assignment: HsaId
    unit: HsaId
    reason: str
    period: Period


@dataclass(frozen=True, slots=True)
class SeedPersonalNumber:
    """The personal number (an official test number) of somebody in the directory, to be sealed."""

    person: HsaId
    value: str
