"""What a version of a policy pack would have answered to the questions that its application really asked.

A question is rebuilt from its record in the trail. One that cannot be is told apart, never guessed: where something was
masked, or that another kind of record was kept.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from authz.core.facts import AssignmentInUse, Reader
from authz.core.packs.asking import Told, decide_asked, fault_of
from authz.core.packs.deciding import PackPolicy
from authz.core.packs.pack import EMPLOYEE, Asked
from authz.core.packs.scope import Part
from authz.core.unknown import UNKNOWN, Unknown
from vocabulary.assurance import AssuranceLevel
from vocabulary.hsa_id import HsaId
from vocabulary.network_zone import NetworkZone
from vocabulary.period import Period
from vocabulary.refusals import InvalidValue

MOST_TOLD: Final = 200
_MASK: Final = "••••"
_UNREADABLE: Final = {"unreadable": True}
"""Stands for a value that was there and could not be read: no kind of attribute reads an object."""


@dataclass(frozen=True, slots=True)
class Turned:
    """A recorded decision that would be another. ``before`` and ``after`` are the deciding rules."""

    decision_id: str
    at: str
    permit_before: bool
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """``turned`` are the first that would be others, ``changed`` counts all of them; ``unclear`` could not be asked
    again."""

    compared: int
    unclear: int
    changed: int
    turned: tuple[Turned, ...]


def compare_recorded(policy: PackPolicy, records: Iterable[Mapping[str, Any]]) -> Comparison:
    """``records`` are decisions as the trail keeps them."""
    compared = unclear = changed = 0
    turned: list[Turned] = []
    for record in records:
        again = asked_again(record)
        if again is None:
            unclear += 1
            continue
        compared += 1
        asked, told = again
        permit, rule = False, fault_of(policy.pack, asked)
        if rule is None:
            decision = decide_asked(policy, asked, told)
            permit, rule = decision.permit, decision.rule
        if permit is not record["permit"]:
            changed += 1
            if len(turned) < MOST_TOLD:
                turned.append(Turned(record["decision_id"], record["at"], record["permit"], record["rule"], rule))
    return Comparison(compared, unclear, changed, tuple(turned))


def asked_again(record: Mapping[str, Any]) -> tuple[Asked, Told] | None:
    """The question of a record and what the house told then; ``None`` when the record does not hold all of it."""
    try:
        own = record["own"]
        if _MASK in str((own["values"], record["subject"], record["resource"])):
            return None
        stated: dict[str, dict[str, Any]] = {part.value: {} for part in Part}
        for names in (own["values"], dict.fromkeys(own["unreadable"], _UNREADABLE)):
            for name, value in names.items():
                part, _, attribute = name.partition(".")
                stated[part][attribute] = value
        subject, resource = record["subject"], record["resource"]
        asked = Asked(
            subject["type"],
            subject["id"],
            record["activity"],
            resource["type"],
            resource["id"],
            stated[Part.SUBJECT],
            stated[Part.RESOURCE],
            stated[Part.CONTEXT],
        )
        return asked, _told(record, subject["type"])
    except (KeyError, TypeError, ValueError, AttributeError, InvalidValue):
        return None


def _told(record: Mapping[str, Any], subject_type: str) -> Told:
    now, zone = datetime.fromisoformat(record["at"]), NetworkZone(record["zone"])
    level = AssuranceLevel(record["assurance"])
    if subject_type != EMPLOYEE:
        return Told(now, zone, level)
    facts = record["facts"]
    return Told(now, zone, level, HsaId.parse(record["person"]), _reader(facts), _assignment(facts))


def _reader(facts: Mapping[str, Any]) -> Reader | Unknown | None:
    found = facts.get("reader")
    if found is None or found == "unknown":
        return None if found is None else UNKNOWN
    licences = found["licences"]
    return Reader(
        HsaId.parse(found["id"]),
        None if found["member"] is None else HsaId.parse(found["member"]),
        UNKNOWN if licences == "unknown" else frozenset(licences),
        active=found["active"],
        system_roles=frozenset(found["system_roles"]),
    )


def _assignment(facts: Mapping[str, Any]) -> AssignmentInUse | Unknown | None:
    found = facts.get("assignment")
    if found is None or found == "unknown":
        return None if found is None else UNKNOWN
    unit, provider = (None if found[name] is None else HsaId.parse(found[name]) for name in ("unit", "provider"))
    start, end = (None if text is None else datetime.fromisoformat(text) for text in found["period"])
    return AssignmentInUse(HsaId.parse(found["id"]), unit, provider, None, None, (), Period(start, end))
