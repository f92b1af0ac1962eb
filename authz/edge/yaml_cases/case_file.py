"""What a case file holds, and how it is read. The form is checked here; what the words mean, in the scratch world."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from authz.core.decide import UNREADABLE
from authz.core.order import EVERY_ORDER
from authz.edge.yaml_cases.fields import Fields
from authz.edge.yaml_cases.scratch_world import ScratchWorld
from authz.edge.yaml_cases.strict_yaml import load_strictly
from vocabulary.refusals import InvalidValue

VERSION = 1

RULE_NAMES = frozenset(
    rule.name
    for order in EVERY_ORDER
    for gate in order
    for rule in (*gate.restrictions, *gate.grounds, *gate.otherwise)
) | {UNREADABLE}

_CASE_KEYS = ("name", "because", "area", "at", "given", "when", "then")
_THEN_KEYS = ("decision", "rule", "may_show_blocked_exists", "obligations")


@dataclass(frozen=True, slots=True)
class Expectation:
    """``None`` leaves a thing open. ``obligations`` is the full list, in any order."""

    permit: bool
    rule: str
    may_show_blocked_exists: bool | None
    obligations: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Case:
    """``given`` and ``when`` are kept as read: what this version cannot understand fails that case alone."""

    name: str
    area: str
    because: str
    at: datetime
    given: tuple[Any, ...]
    when: Mapping[str, Any]
    then: Expectation


@dataclass(frozen=True, slots=True)
class CaseFile:
    world: ScratchWorld
    cases: tuple[Case, ...]


def load_cases(text: str) -> CaseFile:
    """Read a whole case file. Raises ``InvalidValue`` for anything that is not of the form."""
    top = Fields(load_strictly(text), "the file", ("version", "world", "cases"))
    if top.any("version") != VERSION:
        raise InvalidValue(f"the file's version is not {VERSION}")
    cases = tuple(_case(one, number) for number, one in enumerate(top.items("cases"), 1))
    names = [case.name for case in cases]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InvalidValue(f"two cases are named `{twice}`")
    return CaseFile(ScratchWorld.read(top.any("world")), cases)


def _case(value: Any, number: int) -> Case:
    place = f"case {number}"
    fields = Fields(value, place, _CASE_KEYS)
    when = fields.any("when")
    if not isinstance(when, Mapping):
        raise InvalidValue(f"`when` of {place} is not a mapping")
    return Case(
        name=fields.text("name"),
        area=fields.maybe_text("area") or "",
        because=fields.maybe_text("because") or "",
        at=fields.instant("at"),
        given=tuple(fields.items("given")),
        when=when,
        then=_expectation(fields.any("then"), f"`then` of {place}"),
    )


def _expectation(value: Any, place: str) -> Expectation:
    fields = Fields(value, place, _THEN_KEYS)
    decision, rule = fields.text("decision"), fields.text("rule")
    if decision not in ("permit", "deny"):
        raise InvalidValue(f"`decision` of {place} is `permit` or `deny`")
    if rule not in RULE_NAMES:
        raise InvalidValue(f"`rule` of {place} is not a rule: `{rule}`")
    shown = fields.flag("may_show_blocked_exists") if fields.has("may_show_blocked_exists") else None
    obligations = frozenset(fields.texts("obligations")) if fields.any("obligations") is not None else None
    return Expectation(decision == "permit", rule, shown, obligations)
