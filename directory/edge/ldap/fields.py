"""How each attribute of our entries is spelled in LDAP: one table per kind, read in both directions.

Boundary: spelling of single values. Whole objects, their classes and what is malformed are ``entry_mapping``'s work.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from directory.core.entries import (
    AdminAssignment,
    Assignment,
    CareProvider,
    Code,
    CodeTable,
    Entry,
    Function,
    Member,
    Membership,
    Person,
    SystemRole,
    Unit,
    VideoEndpoint,
)
from directory.edge.ldap.generalized_time import read_time, written_time
from directory.edge.ldap.names import SUFFIX
from vocabulary.capacity import Capacity
from vocabulary.hsa_id import HsaId
from vocabulary.organisation_number import OrganisationNumber
from vocabulary.period import ALWAYS, Period
from vocabulary.refusals import InvalidValue

Values = Mapping[str, Sequence[str]]
PUBLIC = "03"


@dataclass(frozen=True, slots=True)
class Field:
    """``fatal`` says that an entry whose value cannot be read is not served at all. ``many`` is a tuple of values."""

    name: str
    attribute: str
    write: Callable[[Any], str] = str
    read: Callable[[str], Any] = str
    fatal: bool = False
    many: bool = False
    required: bool = False
    ascii_only: bool = False


def _lines_to_dollars(text: str) -> str:
    return text.replace("\\", "\\5C").replace("$", "\\24").replace("\n", "$")


def _dollars_to_lines(text: str) -> str:
    return text.replace("$", "\n").replace("\\24", "$").replace("\\5C", "\\").replace("\\5c", "\\")


def _write_membership(held: Membership) -> str:
    if held.period == ALWAYS:
        return str(held.person)
    return f"{held.person}#{_write_bounds(held.period)}"


def _read_membership(text: str) -> Membership:
    person, *times = text.split("#")
    if len(times) not in (0, 2):
        raise InvalidValue("a member of an assignment is an HSA-id, or HSA-id#from#to")
    return Membership(HsaId.parse(person), _read_bounds(times or ["", ""]))


def _write_bounds(period: Period) -> str:
    return "#".join("" if at is None else written_time(at) for at in (period.start, period.end))


def _read_bounds(times: Sequence[str]) -> Period:
    start, end = (read_time(time) if time else None for time in times)
    return Period(start, end)


def _write_code(code: Code) -> str:
    return f"{code.code}#{_write_bounds(code.period)}#{code.text}"


def _read_code(text: str) -> Code:
    parts = text.split("#", 3)
    if len(parts) != 4:
        raise InvalidValue("a row of a code table is code#from#to#text")
    return Code(parts[0], parts[3], _read_bounds(parts[1:3]))


def _write_owner(owner: HsaId) -> str:
    return f"ldap:///{SUFFIX}??sub?(hsaIdentity={owner})"


def _read_owner(text: str) -> HsaId:
    found = _OWNER.fullmatch(text)
    if found is None:
        raise InvalidValue("the owner of an endpoint is ldap:///c=SE??sub?(hsaIdentity=HSA-id)")
    return HsaId.parse(found[1])


_OWNER = re.compile(re.escape(f"ldap:///{SUFFIX}??sub?(hsaIdentity=") + r"([^()]+)\)")


_HSA_ID = Field("hsa_id", "hsaIdentity", read=HsaId.parse, required=True, ascii_only=True)
_ORG_NO = Field("organisation_number", "orgNo", read=OrganisationNumber.parse, required=True, ascii_only=True)
_SOURCE = Field("source", "tillitSource", ascii_only=True)
_SOURCE_ID = Field("source_id", "tillitSourceId")


def _mail(*, required: bool = False) -> Field:
    return Field("mail", "mail", required=required, ascii_only=True)


def _address(*, required: bool = False) -> Field:
    return Field("postal_address", "postalAddress", _lines_to_dollars, _dollars_to_lines, required=required)


_MEMBER = Field("member", "tillitMember", read=HsaId.parse, required=True, ascii_only=True)
"""Only for what stands in the county's own folders: elsewhere the place says whose entry it is."""
_DESCRIPTION = Field("description", "description")
_WEB_PAGE = Field("web_page", "labeledURI", ascii_only=True)
_MERGED_INTO = Field("merged_into", "tillitMergedInto", read=HsaId.parse, ascii_only=True)
_REACHED = (
    Field("telephone", "telephoneNumber", ascii_only=True),
    _mail(),
    _address(),
    Field("visiting_address", "hsaVisitingAddress", _lines_to_dollars, _dollars_to_lines),
    Field("opening_hours", "surgeryHours", many=True),
    Field("telephone_hours", "telephoneHours", many=True),
    Field("services", "businessClassificationCode", many=True),
    _DESCRIPTION,
    _WEB_PAGE,
)


def _memberships(attribute: str) -> Field:
    return Field("memberships", attribute, _write_membership, _read_membership, many=True, ascii_only=True)


MEMBER = (
    _HSA_ID,
    Field("name", "o", required=True),
    _ORG_NO,
    Field("id_prefixes", "hsaIdPrefix", many=True, ascii_only=True),
    Field("directory_contact", "hsaDirectoryContact", required=True, ascii_only=True),
    _mail(required=True),
    Field("telephone", "telephoneNumber", required=True, ascii_only=True),
    _address(required=True),
    Field("municipality_code", "municipalityCode", ascii_only=True),
    _WEB_PAGE,
    Field("assigns_people_of", "tillitAssignsPeopleOf", many=True, ascii_only=True),
)
CARE_PROVIDER = (_HSA_ID, Field("name", "o", required=True), _ORG_NO)
UNIT = (
    _HSA_ID,
    Field("name", "ou", required=True),
    Field("care_provider", "hsaResponsibleHealthCareProvider", read=HsaId.parse, ascii_only=True),
    Field("kind", "tillitKind"),
    Field("care_type", "careType", ascii_only=True),
    Field("municipality_code", "municipalityCode", ascii_only=True),
    Field("municipality_name", "municipalityName"),
    *_REACHED,
    Field("short_name", "ouShort"),
    Field("manager", "hsaHealthCareUnitManager", read=HsaId.parse, ascii_only=True),
    Field("switchboard", "hsaSwitchboardNumber", ascii_only=True),
    Field("route", "route"),
    Field("visiting_hours", "visitingHours", many=True),
    Field("drop_in_hours", "dropInHours", many=True),
    Field("prescription_code", "unitPrescriptionCode", ascii_only=True),
    _MERGED_INTO,
    _SOURCE,
    _SOURCE_ID,
)
FUNCTION = (_HSA_ID, Field("name", "cn", required=True), *_REACHED)
PERSON = (
    _HSA_ID,
    Field("full_name", "fullName", required=True),
    Field("family_name", "sn", required=True),
    Field("given_name", "givenName"),
    Field("middle_name", "middleName"),
    Field("nickname", "nickName"),
    Field("title", "title"),
    Field("licences", "hsaSosTitleCode", many=True, ascii_only=True),
    Field("licence_restrictions", "hsaSosRestrictionsCode", many=True, fatal=True),
    Field("specialities", "hsaSosTitleCodeSpeciality", many=True),
    Field("prescription_rights", "hsaSosNursePrescriptionRight", many=True, ascii_only=True),
    Field("prescription_code", "personalPrescriptionCode", ascii_only=True),
    Field("position_code", "paTitleCode", ascii_only=True),
    Field("position", "paTitleName"),
    _mail(),
    Field("telephone", "telephoneNumber", ascii_only=True),
    Field("mobile", "mobile", ascii_only=True),
    Field("switchboard", "hsaSwitchboardNumber", ascii_only=True),
    _DESCRIPTION,
    Field("number_lookup", "tillitNumberLookup", ascii_only=True),
    _MERGED_INTO,
    _SOURCE,
    _SOURCE_ID,
)
ASSIGNMENT = (
    _HSA_ID,
    Field("name", "cn", required=True),
    Field("purpose", "hsaCommissionPurpose"),
    Field("rights", "hsaCommissionRight", many=True),
    _memberships("hsaCommissionMember"),
    _DESCRIPTION,
    _SOURCE,
)
ADMIN_ASSIGNMENT = (
    _HSA_ID,
    _MEMBER,
    Field("name", "cn", required=True),
    Field("areas", "tillitArea", many=True, fatal=True, ascii_only=True),
    Field("duties", "tillitDuty", many=True, ascii_only=True),
    _memberships("hsaAdminCommissionMemberP"),
    Field("responsible", "hsaAdminCommissionResponsiblePerson", read=HsaId.parse, ascii_only=True),
    _DESCRIPTION,
)
VIDEO_ENDPOINT = (
    _HSA_ID,
    _MEMBER,
    Field("name", "cn", required=True),
    Field("owner", "commOwner", _write_owner, _read_owner),
    Field("sip_uri", "SIPIdentitySIPURI", ascii_only=True),
    Field("h323_id", "h323Identityh323-ID"),
    Field("dialed_digits", "h323IdentitydialedDigits", ascii_only=True),
    Field("gatekeeper_domain", "h323IdentityGKDomain", ascii_only=True),
    Field("location", "l"),
    Field("telephone", "telephoneNumber", ascii_only=True),
    Field("municipality_code", "municipalityCode", ascii_only=True),
    _DESCRIPTION,
)
SYSTEM_ROLE = (
    _HSA_ID,
    _MEMBER,
    Field("system", "tillitSystem", required=True, ascii_only=True),
    Field("role", "tillitRole", required=True),
    Field("name", "cn", required=True),
    _memberships("tillitRoleMember"),
    _DESCRIPTION,
)
CODE_TABLE = (
    _HSA_ID,
    _MEMBER,
    Field("table", "tillitTable", required=True, ascii_only=True),
    Field("name", "cn", required=True),
    Field("codes", "tillitCode", _write_code, _read_code, many=True),
)
PERIOD = (("start", "startDate"), ("end", "endDate"))
PLACE = (("north", "hsaSweRef99Latitude"), ("east", "hsaSweRef99Longitude"))
ARCHIVED = "hsaArchivedObject"
MARKERS = (("protected", "hsaConfidentialPerson"), ("feigned", "hsaFeignedDataObject"))
"""Marks of people; every kind of entry may be marked as archived."""
PROVIDER_CLASSES = {
    Capacity.HEALTH_CARE: "hsaHealthCareProvider",
    Capacity.SOCIAL_CARE: "tillitSocialCareProvider",
}
FIELDS: dict[type[Entry], tuple[Field, ...]] = {
    Member: MEMBER,
    CareProvider: CARE_PROVIDER,
    Unit: UNIT,
    Function: FUNCTION,
    Person: PERSON,
    Assignment: ASSIGNMENT,
    AdminAssignment: ADMIN_ASSIGNMENT,
    VideoEndpoint: VIDEO_ENDPOINT,
    SystemRole: SYSTEM_ROLE,
    CodeTable: CODE_TABLE,
}
# The class that says what an entry is; the first that is found counts, so that a member may be a provider too.
KIND_OF_CLASS: dict[str, type[Entry]] = {
    "hsacommission": Assignment,
    "hsaadmincommission": AdminAssignment,
    "tillitsystemrole": SystemRole,
    "tillitcodetable": CodeTable,
    "commobject": VideoEndpoint,
    "hsaroleextension": Function,
    "hsapersonextension": Person,
    "hsaunitextension": Unit,
    "hsaorgextension": Member,
    "hsahealthcareprovider": CareProvider,
    "tillitsocialcareprovider": CareProvider,
}
ATTRIBUTES = (
    "objectClass",
    *sorted({field.attribute for fields in FIELDS.values() for field in fields}),
    "hsaDestinationIndicator",
    *(attribute for _, attribute in PERIOD),
    *(attribute for _, attribute in PLACE),
)
