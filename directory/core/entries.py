"""What the directory holds: members, care providers, units, people, assignments. One frozen value per kind.

Attribute names are ours; how they are spelled in LDAP is the LDAP edge's table. Validity is always a ``Period``.
"""

from dataclasses import dataclass

from vocabulary.capacity import Capacity
from vocabulary.hsa_id import HsaId
from vocabulary.organisation_number import OrganisationNumber
from vocabulary.period import ALWAYS, Period


@dataclass(frozen=True, slots=True)
class Member:
    """One of the fifteen organisations (*huvudman*): an ``o=`` entry right under the county."""

    hsa_id: HsaId
    name: str
    organisation_number: OrganisationNumber
    id_prefixes: tuple[str, ...]
    directory_contact: str
    mail: str
    telephone: str
    postal_address: str
    municipality_code: str | None = None


@dataclass(frozen=True, slots=True)
class CareProvider:
    """A legal entity that gives care (*vårdgivare*, or *omsorgsgivare* when ``capacity`` is social care)."""

    hsa_id: HsaId
    member: HsaId
    name: str
    organisation_number: OrganisationNumber
    capacity: Capacity
    period: Period = ALWAYS


@dataclass(frozen=True, slots=True)
class Unit:
    """A node of the organisation tree; a care unit when ``care_provider`` is set.

    ``parent`` is another unit's HSA-id, or ``None`` right under the member. ``kind`` is a code of ours
    (``care_centre``, ``home_nursing`` …). ``opening_hours`` are HSA's ``1-5#08:00#17:00`` (Monday = 1).
    """

    hsa_id: HsaId
    member: HsaId
    parent: HsaId | None
    name: str
    care_provider: HsaId | None = None
    kind: str | None = None
    care_type: str | None = None
    municipality_code: str | None = None
    municipality_name: str | None = None
    telephone: str | None = None
    mail: str | None = None
    postal_address: str | None = None
    opening_hours: tuple[str, ...] = ()
    public: bool = False
    source: str | None = None
    source_id: str | None = None
    period: Period = ALWAYS


@dataclass(frozen=True, slots=True)
class Person:
    """An employee record (*tjänste-id*). ``licences`` are codes of the licence register (HOSP), never typed by hand.

    ``number_lookup`` is the keyed hash of the personal number (``vocabulary.seal``), never the number. ``source`` and
    ``source_id`` name the staff list that feeds the person, and her key in it.
    """

    hsa_id: HsaId
    member: HsaId
    full_name: str
    family_name: str
    given_name: str | None = None
    title: str | None = None
    licences: tuple[str, ...] = ()
    licence_restrictions: tuple[str, ...] = ()
    mail: str | None = None
    telephone: str | None = None
    number_lookup: str | None = None
    protected: bool = False
    feigned: bool = False
    archived: bool = False
    source: str | None = None
    source_id: str | None = None
    period: Period = ALWAYS


@dataclass(frozen=True, slots=True)
class Membership:
    """One person's part in an assignment, with its own period."""

    person: HsaId
    period: Period = ALWAYS


@dataclass(frozen=True, slots=True)
class Assignment:
    """A *medarbetaruppdrag* (hsaCommission): a unit, a purpose, rights, and the people who hold it.

    ``purpose`` and ``rights`` are kept as written, since what is malformed must be seen to be reported: a missing
    purpose suppresses the assignment whole, a malformed right is dropped alone.
    """

    hsa_id: HsaId
    member: HsaId
    unit: HsaId
    name: str
    purpose: str | None
    rights: tuple[str, ...] = ()
    memberships: tuple[Membership, ...] = ()
    source: str | None = None
    period: Period = ALWAYS


Entry = Member | CareProvider | Unit | Person | Assignment
