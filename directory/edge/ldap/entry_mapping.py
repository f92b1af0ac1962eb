"""Whole entries to LDAP objects and back, by the tables of ``fields``.

Writing refuses what LDAP cannot hold (``StoreRejected``). Reading never raises: what is malformed becomes a
``Malformed``, and takes its whole entry along where leaving it out would open something (a period's end, a licence's
restriction). Where an entry stands is not here: names and parents are the change plan's and the reading's work.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from directory.core.entries import (
    AdminAssignment,
    Assignment,
    CareProvider,
    CodeTable,
    Coordinates,
    Entry,
    Function,
    Member,
    Person,
    SystemRole,
    Unit,
    VideoEndpoint,
)
from directory.core.malformed import Malformed
from directory.edge.ldap.fields import (
    ARCHIVED,
    FIELDS,
    KIND_OF_CLASS,
    MARKERS,
    PERIOD,
    PLACE,
    PROVIDER_CLASSES,
    PUBLIC,
    Field,
    Values,
)
from directory.edge.ldap.generalized_time import read_time, written_time
from directory.edge.ldap.names import CONTROLS
from directory.refusals import StoreRejected
from vocabulary.capacity import Capacity
from vocabulary.hsa_id import HsaId
from vocabulary.period import ALWAYS, Period
from vocabulary.refusals import InvalidValue


def to_ldap(entry: Entry) -> dict[str, list[str]]:
    """Everything that is stored of ``entry`` but its place. Raises ``StoreRejected``, without naming the value."""
    found: dict[str, list[str]] = {"objectClass": _classes(entry)}
    for field in FIELDS[type(entry)]:
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
    match entry:
        case Unit() | Function() if entry.public:
            found["hsaDestinationIndicator"] = [PUBLIC]
        case Person():
            found["cn"] = [entry.full_name]
        case Assignment() if entry.purpose is None:
            raise StoreRejected(f"`{entry.hsa_id}`: an assignment needs a purpose to be stored", pointer="/purpose")
        case AdminAssignment():
            # What HSA demands; who may do what is told by areas and duties.
            found["hsaAdminCommissionSector"] = [f"{area};1" for area in entry.areas or (str(entry.member),)]
        case VideoEndpoint():
            found["commUniqueId"] = [str(entry.hsa_id)]
    if isinstance(entry, Unit) and entry.coordinates is not None:
        for end, attribute in PLACE:
            found[attribute] = [str(getattr(entry.coordinates, end))]
    return found


def _classes(entry: Entry) -> list[str]:
    return [*_classes_of_kind(entry), *([ARCHIVED] if entry.archived else [])]


def _classes_of_kind(entry: Entry) -> list[str]:
    match entry:
        case Member():
            return ["top", "organization", "hsaOrgExtension"]
        case CareProvider():
            return ["top", "organization", PROVIDER_CLASSES[entry.capacity]]
        case Unit():
            care_unit = ["hsaHealthCareUnit"] if entry.care_provider is not None else []
            return ["top", "organizationalUnit", "hsaUnitExtension", *care_unit]
        case Function():
            return ["top", "organizationalRole", "hsaRoleExtension"]
        case Person():
            marked = [marker for name, marker in MARKERS if getattr(entry, name)]
            return ["top", "person", "organizationalPerson", "inetOrgPerson", "hsaPersonExtension", *marked]
        case Assignment():
            return ["top", "hsaCommission"]
        case AdminAssignment():
            return ["top", "hsaAdminCommission"]
        case VideoEndpoint():
            h323 = ["h323Identity"] if entry.h323_id or entry.dialed_digits or entry.gatekeeper_domain else []
            sip = ["SIPIdentity"] if entry.sip_uri else []
            return ["top", "commObject", "tillitVideoSystem", *h323, *sip]
        case SystemRole():
            return ["top", "tillitSystemRole"]
        case CodeTable():
            return ["top", "tillitCodeTable"]


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
        fields = _read_fields(FIELDS[kind], values, dropped)
        fields.update(place)
        fields["period"] = _read_period(values)
        classes = {name.lower() for name in values["objectClass"]}
        fields["archived"] = ARCHIVED.lower() in classes
        if kind is CareProvider:
            fields["capacity"] = _read_capacity(classes)
        if kind is Unit:
            fields["coordinates"] = _read_coordinates(values, dropped)
        if kind in (Unit, Function):
            fields["public"] = PUBLIC in values.get("hsaDestinationIndicator", ())
        if kind is Person:
            fields.update({name: marker.lower() in classes for name, marker in MARKERS})
        entry = kind(**fields)
    except _Unservable as problem:
        return Reading(None, (Malformed(id_in(values), dn, str(problem)),))
    return Reading(entry, tuple(Malformed(entry.hsa_id, dn, f"{problem}; left out", True) for problem in dropped))


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


def _read_coordinates(values: Values, dropped: list[str]) -> Coordinates | None:
    """Both or none: half a place is none."""
    texts = [values.get(attribute, ()) for _, attribute in PLACE]
    if not any(texts):
        return None
    if all(len(found) == 1 and found[0].isascii() and found[0].isdigit() and len(found[0]) == size
           for found, size in zip(texts, (7, 6), strict=True)):  # fmt: skip
        return Coordinates(*(int(found[0]) for found in texts))
    dropped.append(f"`{PLACE[0][1]}` and `{PLACE[1][1]}` are no place together")
    return None


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
