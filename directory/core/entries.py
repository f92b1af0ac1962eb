"""What the directory holds: one frozen value per kind of entry.

Attribute names are ours; how they are spelled in LDAP is the LDAP edge's table. Validity is always a ``Period``; what
is over is ``archived`` (hsaArchivedObject), never taken away.
"""

from dataclasses import dataclass, fields

from vocabulary.capacity import Capacity
from vocabulary.hsa_id import HsaId
from vocabulary.organisation_number import OrganisationNumber
from vocabulary.period import ALWAYS, Period


@dataclass(frozen=True, slots=True)
class Coordinates:
    """A place in SWEREF 99 TM, in whole metres: ``north`` 6 100 000–7 700 000, ``east`` 250 000–930 000 in Sweden."""

    north: int
    east: int


@dataclass(frozen=True, slots=True)
class Membership:
    """One person's part in an assignment, an admin assignment or a system role, with its own period."""

    person: HsaId
    period: Period = ALWAYS


@dataclass(frozen=True, slots=True)
class Member:
    """One of the fifteen organisations (*huvudman*): an ``o=`` entry right under the county.

    ``assigns_people_of`` are HSA-ids of other members whose people it may give its assignments to.
    """

    hsa_id: HsaId
    name: str
    organisation_number: OrganisationNumber
    id_prefixes: tuple[str, ...]
    directory_contact: str
    mail: str
    telephone: str
    postal_address: str
    municipality_code: str | None = None
    web_page: str | None = None
    period: Period = ALWAYS
    archived: bool = False
    assigns_people_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CareProvider:
    """A legal entity that gives care (*vårdgivare*, or *omsorgsgivare* when ``capacity`` is social care)."""

    hsa_id: HsaId
    member: HsaId
    name: str
    organisation_number: OrganisationNumber
    capacity: Capacity
    period: Period = ALWAYS
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Unit:
    """A node of the organisation tree; a care unit when ``care_provider`` is set.

    ``parent`` is another unit's HSA-id, or ``None`` right under the member. ``kind`` is a code of ours
    (``care_centre``, ``home_nursing`` …); ``services`` are codes of the code table of services. ``manager`` is the head
    of operations (*verksamhetschef*). Hours are HSA's ``1-5#08:00#17:00`` (Monday = 1). ``merged_into`` names the unit
    that took over when this one was merged.
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
    short_name: str | None = None
    description: str | None = None
    services: tuple[str, ...] = ()
    manager: HsaId | None = None
    switchboard: str | None = None
    visiting_address: str | None = None
    route: str | None = None
    coordinates: Coordinates | None = None
    telephone_hours: tuple[str, ...] = ()
    visiting_hours: tuple[str, ...] = ()
    drop_in_hours: tuple[str, ...] = ()
    web_page: str | None = None
    prescription_code: str | None = None
    merged_into: HsaId | None = None
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """A named function (*funktion*: reception, booking) of ``unit``, which may be the member itself."""

    hsa_id: HsaId
    member: HsaId
    unit: HsaId
    name: str
    description: str | None = None
    services: tuple[str, ...] = ()
    telephone: str | None = None
    mail: str | None = None
    postal_address: str | None = None
    visiting_address: str | None = None
    opening_hours: tuple[str, ...] = ()
    telephone_hours: tuple[str, ...] = ()
    web_page: str | None = None
    public: bool = False
    period: Period = ALWAYS
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """An employee record (*tjänste-id*). ``licences`` are codes of the licence register (HOSP), never typed by hand.

    ``number_lookup`` is the keyed hash of the personal number (``vocabulary.seal``), never the number. ``source`` and
    ``source_id`` name the staff list that feeds the person, and her key in it. ``position`` and ``position_code`` are
    what she is employed as (*befattning*, paTitle). ``specialities`` are ``licence;speciality code;plain text`` and
    ``prescription_rights`` ``BM;true``, both from the licence register. ``merged_into`` names the record that took
    over.
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
    middle_name: str | None = None
    nickname: str | None = None
    mobile: str | None = None
    switchboard: str | None = None
    position_code: str | None = None
    position: str | None = None
    specialities: tuple[str, ...] = ()
    prescription_rights: tuple[str, ...] = ()
    prescription_code: str | None = None
    description: str | None = None
    merged_into: HsaId | None = None


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
    description: str | None = None
    archived: bool = False


@dataclass(frozen=True, slots=True)
class AdminAssignment:
    """An *administrativt medarbetaruppdrag* (hsaAdminCommission): who may administer which part of the tree.

    ``areas`` are members or units, each with all that stands below it; none at all means the whole region. ``duties``
    are codes of ``vocabulary.duties``, kept as written: one that is not known gives nothing.
    """

    hsa_id: HsaId
    member: HsaId
    name: str
    areas: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    memberships: tuple[Membership, ...] = ()
    responsible: HsaId | None = None
    description: str | None = None
    period: Period = ALWAYS
    archived: bool = False


@dataclass(frozen=True, slots=True)
class VideoEndpoint:
    """An address of the video register (H.350, RFC 3944): a room or a device that can be called. No passwords, ever.

    ``owner`` is the unit or person whose it is. ``sip_uri`` and ``h323_id`` are how it is called; ``dialed_digits`` its
    E.164 number or alias on the gatekeeper of ``gatekeeper_domain``.
    """

    hsa_id: HsaId
    member: HsaId
    name: str
    owner: HsaId | None = None
    sip_uri: str | None = None
    h323_id: str | None = None
    dialed_digits: str | None = None
    gatekeeper_domain: str | None = None
    location: str | None = None
    telephone: str | None = None
    municipality_code: str | None = None
    description: str | None = None
    period: Period = ALWAYS
    archived: bool = False


@dataclass(frozen=True, slots=True)
class SystemRole:
    """A *systemroll*: ``role`` in the dependent application ``system``, and the people who hold it.

    Told to applications as ``system;role`` (hsaSystemRole).
    """

    hsa_id: HsaId
    member: HsaId
    system: str
    role: str
    name: str
    memberships: tuple[Membership, ...] = ()
    description: str | None = None
    period: Period = ALWAYS
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """One row of a code table. A code that was replaced is ended, so that old entries can still be read."""

    code: str
    text: str
    period: Period = ALWAYS


@dataclass(frozen=True, slots=True)
class CodeTable:
    """A table of codes that the region keeps itself (services, kinds of unit, positions); ``table`` is its short name.

    The tables that law or HSA fix (purposes, licences, rights) are in ``vocabulary.codes`` and cannot be changed here.
    """

    hsa_id: HsaId
    member: HsaId
    table: str
    name: str
    codes: tuple[Code, ...] = ()
    period: Period = ALWAYS
    archived: bool = False


Entry = (
    Member
    | CareProvider
    | Unit
    | Function
    | Person
    | Assignment
    | AdminAssignment
    | VideoEndpoint
    | SystemRole
    | CodeTable
)
Held = Assignment | AdminAssignment | SystemRole
"""What people hold by a membership."""

KINDS: dict[str, type[Entry]] = {
    "member": Member,
    "care_provider": CareProvider,
    "unit": Unit,
    "function": Function,
    "person": Person,
    "assignment": Assignment,
    "admin_assignment": AdminAssignment,
    "video_endpoint": VideoEndpoint,
    "system_role": SystemRole,
    "code_table": CodeTable,
}
"""By name, in an order in which what is referred to by others comes early."""
NAMES: dict[type[Entry], str] = {kind: name for name, kind in KINDS.items()}
FIELDS: dict[type[Entry], tuple[str, ...]] = {kind: tuple(each.name for each in fields(kind)) for kind in NAMES}


def member_of(entry: Entry) -> HsaId:
    """The member whose entry it is; a member is its own."""
    return entry.hsa_id if isinstance(entry, Member) else entry.member


def parent_of(entry: Entry) -> HsaId | None:
    """The entry below which it stands; ``None`` right under the county, or in the county's own folders."""
    match entry:
        case Member() | AdminAssignment() | VideoEndpoint() | SystemRole() | CodeTable():
            return None
        case Unit():
            return entry.parent if entry.parent is not None else entry.member
        case Assignment() | Function():
            return entry.unit
    return entry.member
