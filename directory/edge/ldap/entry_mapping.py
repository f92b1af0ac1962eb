"""How each attribute of our entries is spelled in LDAP: one table per kind, used in both directions.

Writing refuses what LDAP cannot hold (``StoreRejected``). Reading never raises: what is malformed becomes a
``Malformed``, and takes its whole entry along where leaving it out would open something (a period's end, a licence's
restriction). Where an entry stands is not here: names and parents are the change plan's and the reading's work.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from directory.core.entries import Assignment, CareProvider, Entry, Member, Membership, Person, Unit
from directory.edge.ldap.generalized_time import read_time, written_time
from directory.edge.ldap.names import CONTROLS
from directory.ports import Malformed
from directory.refusals import StoreRejected
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
    start, end = ("" if at is None else written_time(at) for at in (held.period.start, held.period.end))
    return f"{held.person}#{start}#{end}"


def _read_membership(text: str) -> Membership:
    person, *times = text.split("#")
    if len(times) not in (0, 2):
        raise InvalidValue("a member of an assignment is an HSA-id, or HSA-id#from#to")
    start, end = (read_time(time) if time else None for time in times or ("", ""))
    return Membership(HsaId.parse(person), Period(start, end))


_HSA_ID = Field("hsa_id", "hsaIdentity", read=HsaId.parse, required=True, ascii_only=True)
_ORG_NO = Field("organisation_number", "orgNo", read=OrganisationNumber.parse, required=True, ascii_only=True)
_SOURCE = Field("source", "tillitSource", ascii_only=True)
_SOURCE_ID = Field("source_id", "tillitSourceId")


def _mail(*, required: bool = False) -> Field:
    return Field("mail", "mail", required=required, ascii_only=True)


def _address(*, required: bool = False) -> Field:
    return Field("postal_address", "postalAddress", _lines_to_dollars, _dollars_to_lines, required=required)


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
    Field("telephone", "telephoneNumber", ascii_only=True),
    _mail(),
    _address(),
    Field("opening_hours", "surgeryHours", many=True),
    _SOURCE,
    _SOURCE_ID,
)
PERSON = (
    _HSA_ID,
    Field("full_name", "fullName", required=True),
    Field("family_name", "sn", required=True),
    Field("given_name", "givenName"),
    Field("title", "title"),
    Field("licences", "hsaSosTitleCode", many=True, ascii_only=True),
    Field("licence_restrictions", "hsaSosRestrictionsCode", many=True, fatal=True),
    _mail(),
    Field("telephone", "telephoneNumber", ascii_only=True),
    Field("number_lookup", "tillitNumberLookup", ascii_only=True),
    _SOURCE,
    _SOURCE_ID,
)
ASSIGNMENT = (
    _HSA_ID,
    Field("name", "cn", required=True),
    Field("purpose", "hsaCommissionPurpose"),
    Field("rights", "hsaCommissionRight", many=True),
    Field("memberships", "hsaCommissionMember", _write_membership, _read_membership, many=True),
    _SOURCE,
)
PERIOD = (("start", "startDate"), ("end", "endDate"))
MARKERS = (
    ("protected", "hsaConfidentialPerson"),
    ("feigned", "hsaFeignedDataObject"),
    ("archived", "hsaArchivedObject"),
)
PROVIDER_CLASSES = {
    Capacity.HEALTH_CARE: "hsaHealthCareProvider",
    Capacity.SOCIAL_CARE: "tillitSocialCareProvider",
}
_FIELDS: dict[type[Entry], tuple[Field, ...]] = {
    Member: MEMBER,
    CareProvider: CARE_PROVIDER,
    Unit: UNIT,
    Person: PERSON,
    Assignment: ASSIGNMENT,
}
# The class that says what an entry is; the first that is found counts, so that a member may be a provider too.
KIND_OF_CLASS: dict[str, type[Entry]] = {
    "hsacommission": Assignment,
    "hsapersonextension": Person,
    "hsaunitextension": Unit,
    "hsaorgextension": Member,
    "hsahealthcareprovider": CareProvider,
    "tillitsocialcareprovider": CareProvider,
}
ATTRIBUTES = (
    "objectClass",
    *sorted({field.attribute for fields in _FIELDS.values() for field in fields}),
    "hsaDestinationIndicator",
    *(attribute for _, attribute in PERIOD),
)


def to_ldap(entry: Entry) -> dict[str, list[str]]:
    """Everything that is stored of ``entry`` but its place. Raises ``StoreRejected``, without naming the value."""
    found: dict[str, list[str]] = {"objectClass": _classes(entry)}
    for field in _FIELDS[type(entry)]:
        value = getattr(entry, field.name)
        values = [field.write(one) for one in value] if field.many else [] if value is None else [field.write(value)]
        for text in values:
            _check(entry, field, text)
        if values:
            found[field.attribute] = values
    if not isinstance(entry, Member):
        found["tillitMember"] = [str(entry.member)]
        for end, attribute in PERIOD:
            instant = getattr(entry.period, end)
            if instant is not None:
                found[attribute] = [written_time(instant)]
    if isinstance(entry, Unit) and entry.public:
        found["hsaDestinationIndicator"] = [PUBLIC]
    if isinstance(entry, Person):
        found["cn"] = [entry.full_name]
    if isinstance(entry, Assignment) and entry.purpose is None:
        raise StoreRejected(f"`{entry.hsa_id}`: an assignment needs a purpose to be stored", pointer="/purpose")
    return found


def _classes(entry: Entry) -> list[str]:
    match entry:
        case Member():
            return ["top", "organization", "hsaOrgExtension"]
        case CareProvider():
            return ["top", "organization", PROVIDER_CLASSES[entry.capacity]]
        case Unit():
            care_unit = ["hsaHealthCareUnit"] if entry.care_provider is not None else []
            return ["top", "organizationalUnit", "hsaUnitExtension", *care_unit]
        case Person():
            marked = [marker for name, marker in MARKERS if getattr(entry, name)]
            return ["top", "person", "organizationalPerson", "inetOrgPerson", "hsaPersonExtension", *marked]
        case Assignment():
            return ["top", "hsaCommission"]


def _check(entry: Entry, field: Field, text: str) -> None:
    problem = None
    if not text:
        problem = "is empty, which LDAP cannot hold"
    elif CONTROLS.search(text):
        problem = "holds a control character"
    elif field.ascii_only and not text.isascii():
        problem = "may hold only letters A–Z, digits and ASCII signs"
    if problem is not None:
        raise StoreRejected(f"`{entry.hsa_id}`: `{field.name}` {problem}", pointer=f"/{field.name}")


@dataclass(frozen=True, slots=True)
class Reading:
    """``entry`` is ``None`` when the object cannot be served; ``problems`` are then why, else what was left out."""

    entry: Entry | None
    problems: tuple[Malformed, ...] = ()


class _Unservable(Exception):
    """The whole object falls; its text is the problem."""


def kind_of(values: Values) -> type[Entry] | None:
    """What the object is, or ``None`` for one that is no entry of ours (a container, an account)."""
    classes = {name.lower() for name in values.get("objectClass", ())}
    return next((kind for name, kind in KIND_OF_CLASS.items() if name in classes), None)


def from_ldap(dn: str, values: Values, kind: type[Entry], place: Mapping[str, HsaId | None]) -> Reading:
    """The entry at ``dn``. ``place`` are the fields that its place in the tree gives: member, parent, unit."""
    dropped: list[str] = []
    try:
        fields = _read_fields(_FIELDS[kind], values, dropped)
        fields.update(place)
        if kind is not Member:
            fields["period"] = _read_period(values)
        classes = {name.lower() for name in values["objectClass"]}
        if kind is CareProvider:
            fields["capacity"] = _read_capacity(classes)
        if kind is Unit:
            fields["public"] = PUBLIC in values.get("hsaDestinationIndicator", ())
        if kind is Person:
            fields.update({name: marker.lower() in classes for name, marker in MARKERS})
        entry = kind(**fields)
    except _Unservable as problem:
        return Reading(None, (Malformed(id_in(values), dn, str(problem)),))
    return Reading(entry, tuple(Malformed(None, dn, f"{problem}; left out") for problem in dropped))


def texts_of(attributes: Mapping[str, Sequence[bytes]]) -> Values:
    """The attributes as text. Bytes that are no UTF-8 become surrogates, which no field accepts."""
    return {name: [value.decode(errors="surrogateescape") for value in raw] for name, raw in attributes.items()}


def _read_fields(table: tuple[Field, ...], values: Values, dropped: list[str]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for field in table:
        texts = values.get(field.attribute, ())
        read = []
        for text in texts:
            try:
                if CONTROLS.search(text):
                    raise InvalidValue("control characters")
                read.append(field.read(text))
            except InvalidValue:
                problem = f"`{field.attribute}` holds a malformed value"
                if field.fatal or field.required:
                    raise _Unservable(problem) from None
                dropped.append(problem)
        if field.many:
            fields[field.name] = tuple(read)
            continue
        if len(texts) > 1:
            raise _Unservable(f"`{field.attribute}` holds several values")
        if field.required and not read:
            raise _Unservable(f"`{field.attribute}` is missing")
        fields[field.name] = read[0] if read else None
    return fields


def _read_period(values: Values) -> Period:
    found = {}
    for end, attribute in PERIOD:
        texts = values.get(attribute, ())
        try:
            if len(texts) > 1:
                raise InvalidValue("several")
            found[end] = read_time(texts[0]) if texts else None
        except InvalidValue:
            raise _Unservable(f"`{attribute}` is malformed") from None
    try:
        return replace(ALWAYS, **found)
    except InvalidValue:
        raise _Unservable("`endDate` is before `startDate`") from None


def _read_capacity(classes: set[str]) -> Capacity:
    found = [capacity for capacity, name in PROVIDER_CLASSES.items() if name.lower() in classes]
    if len(found) != 1:
        raise _Unservable("a provider gives either health care or social care")
    return found[0]


def id_in(values: Values) -> HsaId | None:
    """The object's own HSA-id, or ``None`` where it has none that can be read."""
    try:
        (text,) = values.get("hsaIdentity", ())
        return HsaId.parse(text)
    except (ValueError, InvalidValue):
        return None
