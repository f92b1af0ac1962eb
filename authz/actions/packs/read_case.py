"""The decision cases of a policy pack, read from its document: a question, and the answer that it must get."""

from typing import Any

from authz.actions.packs.fields import Members, listed, mapping, name, optional_mapping, refuse, step, text
from authz.core.packs.pack import EMPLOYEE, Asked, HouseSubject, PackCase
from vocabulary.hsa_id import HsaId
from vocabulary.network_zone import NetworkZone
from vocabulary.refusals import InvalidValue

_CASE = frozenset({"name", "subject", "action", "resource", "context", "network_zone", "expect", "rule", "obligations"})
_HOUSE = frozenset({"member", "licences", "system_roles", "assignment", "unit", "provider", "level"})
_ZONES = frozenset(zone.value for zone in NetworkZone)


def read_case(found: Any, at: str, subjects: frozenset[str]) -> PackCase:
    """Raises ``InvalidPolicyPack``. Types and actions may be unknown ones: that they are denied can be tested too."""
    members = mapping(found, at, _CASE)
    subject = mapping(members.get("subject"), step(at, "subject"), frozenset({"type", "id", "properties", "house"}))
    resource = mapping(members.get("resource"), step(at, "resource"), frozenset({"type", "id", "properties"}))
    expect = members.get("expect")
    if expect not in ("permit", "deny"):
        raise refuse("a case expects `permit` or `deny`", step(at, "expect"))
    zone = members.get("network_zone", "open")
    if not isinstance(zone, str) or zone not in _ZONES:
        raise refuse(f"a network zone is one of {', '.join(sorted(_ZONES))}", step(at, "network_zone"))
    subject_type = text(subject.get("type"), f"{at}/subject/type")
    if subject.get("house") is not None and subject_type != EMPLOYEE:
        raise refuse("the house tells of employees only", f"{at}/subject/house")
    rule, owed = members.get("rule"), members.get("obligations")
    return PackCase(
        name=text(members.get("name"), step(at, "name")),
        asked=Asked(
            subject_type,
            text(subject.get("id"), f"{at}/subject/id"),
            text(members.get("action"), step(at, "action")),
            text(resource.get("type"), f"{at}/resource/type"),
            text(resource.get("id"), f"{at}/resource/id"),
            _stated(subject.get("properties"), f"{at}/subject/properties"),
            _stated(resource.get("properties"), f"{at}/resource/properties"),
            _stated(members.get("context"), step(at, "context")),
        ),
        permit=expect == "permit",
        rule=None if rule is None else name(rule, step(at, "rule")),
        obligations=None
        if owed is None
        else tuple(name(one, where) for one, where in listed(owed, step(at, "obligations"), 100)),
        house=_house(optional_mapping(subject.get("house"), f"{at}/subject/house", _HOUSE), f"{at}/subject/house"),
        network_zone=zone,
    )


def _stated(found: Any, at: str) -> Members:
    """As an application may state them, also wrongly: values, lists and objects of values, not deeper."""
    members = optional_mapping(found, at, most=50)
    for one, value in members.items():
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        if any(isinstance(part, dict | list) for part in inner):
            raise refuse("a case states nothing nested deeper than this", step(at, one[:64]))
    return members


def _house(members: Members, at: str) -> HouseSubject:
    level = members.get("level", 3)
    if isinstance(level, bool) or level not in (0, 2, 3):
        raise refuse("a level of assurance is 0, 2 or 3", step(at, "level"))
    texts = {
        one: frozenset(text(word, where) for word, where in listed(members.get(one), step(at, one), 100))
        for one in ("licences", "system_roles")
    }
    places = {one: _place(members.get(one), step(at, one)) for one in ("assignment", "unit", "provider")}
    member = members.get("member")
    return HouseSubject(
        None if member is None else text(member, step(at, "member")),
        texts["licences"],
        texts["system_roles"],
        places["assignment"],
        places["unit"],
        places["provider"],
        int(level),
    )


def _place(found: Any, at: str) -> HsaId | None:
    if found is None:
        return None
    try:
        return HsaId.parse(text(found, at))
    except InvalidValue as fault:
        raise refuse(fault.description, at) from None
