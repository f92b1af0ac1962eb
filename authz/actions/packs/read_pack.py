"""A policy pack read from its document, plain values of JSON or YAML. What does not hold together is refused.

Nothing of the house's own is decided by a pack: its resource types cannot be named, and of subjects only employees.
"""

import re
from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from authz.actions.packs.fields import (
    Faults,
    listed,
    literal,
    mapping,
    name,
    need_new,
    one_of,
    optional_mapping,
    refuse,
    some_of,
    step,
    text,
)
from authz.actions.packs.read_case import read_case
from authz.actions.packs.read_condition import ConditionReader, Types
from authz.actions.read_request import RESOURCE_TYPES
from authz.core.packs.expression import Condition
from authz.core.packs.pack import (
    EMPLOYEE,
    HOUSE_ATTRIBUTES,
    HOUSE_CONTEXT,
    ID,
    AttributeType,
    Effect,
    EntityType,
    Grant,
    Known,
    Pack,
    PackObligation,
    PackRule,
    Role,
)
from authz.core.packs.scope import Value, ValueKind, read_value
from authz.core.reasons import Reason
from authz.core.unknown import UNKNOWN
from vocabulary.hsa_id import HsaId
from vocabulary.refusals import InvalidValue

MAX_BYTES: Final = 1024 * 1024
MAX_TYPES, MAX_ATTRIBUTES, MAX_ACTIONS = 20, 50, 50
MAX_ROLES, MAX_RULES, MAX_OBLIGATIONS, MAX_ENTITIES, MAX_CASES = 200, 500, 100, 5_000, 1_000
MAX_PARTS: Final = 10_000
"""Of all conditions together: it bounds what one decision costs, and so what trying a draft does."""

_SPACE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,63}", re.ASCII)
_HOUSES_SUBJECTS: Final = frozenset({"patient"})
_ID_TYPE: Final = AttributeType(ValueKind.TEXT)
_TOP: Final = frozenset(
    {"pack", "subjects", "resources", "context", "roles", "rules", "obligations", "entities", "cases"}
)


def read_pack(document: Any, number: int) -> Pack:
    """The pack, as version ``number``. Raises ``InvalidPolicyPack`` with as many faults as can be told at once."""
    top = mapping(document, "", _TOP)
    return _Reader().pack(top, number)


def space_of(document: Any) -> str:
    """Whose pack the document says it is: the application's client id."""
    space = mapping(document, "", _TOP).get("pack")
    if not isinstance(space, str) or _SPACE.fullmatch(space) is None:
        raise refuse("a pack is named by its application's client id, at most 64 letters, digits or `._~-`", "/pack")
    return space


class _Reader:
    def __init__(self) -> None:
        self._faults = Faults()
        self._subjects: dict[str, EntityType] = {}
        self._resources: dict[str, EntityType] = {}
        self._context: Types = HOUSE_CONTEXT
        self._parts = 0

    def pack(self, top: dict[str, Any], number: int) -> Pack:
        space = space_of(top)
        caught = self._faults.caught
        caught(lambda: self._types(top))
        self._faults.raise_any()  # What follows rests on the types, and so on the roles.
        roles = caught(lambda: self._roles(top.get("roles"), "/roles"))
        self._faults.raise_any()
        names = frozenset(role.id for role in roles)
        rules = self._several(top, "rules", MAX_RULES, lambda one, at: self._rule(one, at, names))
        obligations = self._several(
            top, "obligations", MAX_OBLIGATIONS, lambda one, at: self._obligation(one, at, names)
        )
        entities = optional_mapping(top.get("entities"), "/entities", frozenset({"subjects", "resources"}))
        subjects = self._entities(entities, "subjects", self._subjects, names)
        resources = self._entities(entities, "resources", self._resources, None)
        cases = self._several(top, "cases", MAX_CASES, lambda one, at: read_case(one, at, frozenset(self._subjects)))
        self._several_names(rules, "/rules")
        self._several_names(obligations, "/obligations")
        self._faults.raise_any()
        if not rules:
            raise refuse("a pack without rules decides nothing", "/rules")
        return Pack(
            space,
            number,
            MappingProxyType(self._subjects),
            MappingProxyType(self._resources),
            self._context,
            roles,
            tuple(sorted(rules, key=lambda rule: rule.id)),
            tuple(sorted(obligations, key=lambda owed: owed.id)),
            MappingProxyType(subjects),
            MappingProxyType(resources),
            tuple(cases),
        )

    def _several(self, top: dict[str, Any], member: str, most: int, read: Any) -> list[Any]:
        """Each member of a list, those that can be read; the faults of the others are kept."""
        found = self._faults.caught(lambda: list(listed(top.get(member), f"/{member}", most))) or []
        made = [self._faults.caught(partial(read, one, at)) for one, at in found]
        return [one for one in made if one is not None]

    def _several_names(self, found: list[Any], at: str) -> None:
        seen: set[str] = set()
        for one in found:
            self._faults.caught(partial(need_new, one.id, seen, at))

    # -- types --------------------------------------------------------------------------------------------------

    def _types(self, top: dict[str, Any]) -> None:
        for of_type, at in self._named(top.get("subjects"), "/subjects", MAX_TYPES):
            if of_type in _HOUSES_SUBJECTS:
                raise refuse("patients are the house's own", at)
            found = top["subjects"][of_type]
            if of_type == EMPLOYEE:
                optional_mapping(found, at, frozenset())
                self._subjects[of_type] = EntityType(of_type, HOUSE_ATTRIBUTES)
            else:
                members = optional_mapping(found, at, frozenset({"attributes"}))
                self._subjects[of_type] = EntityType(of_type, self._attributes(members.get("attributes"), at, ID))
        for of_type, at in self._named(top.get("resources"), "/resources", MAX_TYPES):
            if of_type in RESOURCE_TYPES:
                raise refuse("this type of resource is the house's own", at)
            members = mapping(top["resources"][of_type], at, frozenset({"actions", "attributes"}))
            actions = [name(one, where) for one, where in listed(members.get("actions"), f"{at}/actions", MAX_ACTIONS)]
            if not actions:
                raise refuse("a type of resource has at least one action", step(at, "actions"))
            attributes = self._attributes(members.get("attributes"), at, ID)
            self._resources[of_type] = EntityType(of_type, attributes, frozenset(actions))
        if not self._subjects or not self._resources:
            raise refuse("a pack has at least one type of subject and one of resource", "")
        stated = {
            one: AttributeType(self._kind(found, step("/context", one)).kind, stated=True)
            for one, found in optional_mapping(top.get("context"), "/context", most=MAX_ATTRIBUTES).items()
        }
        for one in stated:
            name(one, step("/context", one[:64]))
            if one in HOUSE_CONTEXT:
                raise refuse("this the house tells itself", step("/context", one))
        self._context = MappingProxyType({**HOUSE_CONTEXT, **stated})

    def _named(self, found: Any, at: str, most: int) -> list[tuple[str, str]]:
        seen: set[str] = set()
        return [
            (need_new(name(one, step(at, one[:64])), seen, step(at, one)), step(at, one))
            for one in optional_mapping(found, at, most=most)
        ]

    def _attributes(self, found: Any, at: str, own: str) -> Types:
        made = {own: _ID_TYPE}
        for one, where in self._named(found, f"{at}/attributes", MAX_ATTRIBUTES):
            if one == own:
                raise refuse("everything has an id already", where)
            made[one] = self._kind(found[one], where)
        return MappingProxyType(made)

    def _kind(self, found: Any, at: str) -> AttributeType:
        """``text``, or ``{"kind": "text", "stated": true}``."""
        if isinstance(found, str):
            found = {"kind": found}
        members = mapping(found, at, frozenset({"kind", "stated"}))
        kind, stated = members.get("kind"), members.get("stated", False)
        if not isinstance(kind, str) or kind not in frozenset(ValueKind):
            raise refuse(f"an attribute's kind is one of {', '.join(ValueKind)}", at)
        if not isinstance(stated, bool):
            raise refuse("`stated` is true or false", step(at, "stated"))
        return AttributeType(ValueKind(kind), stated)

    # -- roles --------------------------------------------------------------------------------------------------

    def _roles(self, found: Any, at: str) -> tuple[Role, ...]:
        bodies = {
            one: optional_mapping(found[one], where, frozenset({"includes", "system_roles", "assignments", "when"}))
            for one, where in self._named(found, at, MAX_ROLES)
        }
        names = frozenset(bodies)
        includes = {
            one: frozenset(
                one_of(other, names, "role", where)
                for other, where in listed(body.get("includes"), f"{at}/{one}/includes", MAX_ROLES)
            )
            for one, body in bodies.items()
        }
        return tuple(self._role(one, bodies[one], step(at, one), includes) for one in sorted(bodies))

    def _role(self, role: str, body: dict[str, Any], at: str, includes: Mapping[str, frozenset[str]]) -> Role:
        system_roles = frozenset(
            _system_role(one, where) for one, where in listed(body.get("system_roles"), f"{at}/system_roles", 50)
        )
        assignments = frozenset(
            _hsa_id(one, where) for one, where in listed(body.get("assignments"), f"{at}/assignments", 500)
        )
        if (system_roles or assignments) and EMPLOYEE not in self._subjects:
            raise refuse("only employees hold these, and the pack has no subjects of the type `employee`", at)
        grants = tuple(self._grant(one, where) for one, where in listed(body.get("when"), f"{at}/when", 20))
        return Role(role, _closure(role, includes, at), system_roles, assignments, grants)

    def _grant(self, found: Any, at: str) -> Grant:
        members = mapping(found, at, frozenset({"subject", "if"}))
        subject = one_of(members.get("subject"), frozenset(self._subjects), "type of subject", step(at, "subject"))
        reader = ConditionReader((self._subjects[subject].attributes,), (), self._context, frozenset())
        return Grant(subject, self._counted(reader, mapping(members.get("if"), step(at, "if")), step(at, "if")))

    # -- rules --------------------------------------------------------------------------------------------------

    def _rule(self, found: Any, at: str, roles: frozenset[str]) -> PackRule:
        members = mapping(found, at, frozenset({"id", "effect", "subjects", "actions", "resources", "when", "because"}))
        effect = members.get("effect")
        if effect not in ("permit", "forbid"):
            raise refuse("a rule's effect is `permit` or `forbid`", step(at, "effect"))
        subjects = some_of(members.get("subjects"), frozenset(self._subjects), "type of subject", f"{at}/subjects")
        resources, actions = self._about(members, at)
        rule = name(members.get("id"), step(at, "id"))
        return PackRule(
            rule,
            Effect(effect),
            subjects,
            actions,
            resources,
            self._condition(members.get("when"), f"{at}/when", subjects, resources, roles),
            _because(rule, members.get("because"), step(at, "because")),
        )

    def _obligation(self, found: Any, at: str, roles: frozenset[str]) -> PackObligation:
        members = mapping(found, at, frozenset({"id", "actions", "resources", "when"}))
        resources, actions = self._about(members, at)
        when = self._condition(members.get("when"), f"{at}/when", frozenset(self._subjects), resources, roles)
        return PackObligation(name(members.get("id"), step(at, "id")), actions, resources, when)

    def _about(self, members: dict[str, Any], at: str) -> tuple[frozenset[str], frozenset[str]]:
        resources = some_of(members.get("resources"), frozenset(self._resources), "type of resource", f"{at}/resources")
        offered = frozenset(action for one in resources for action in self._resources[one].actions)
        return resources, some_of(members.get("actions"), offered, "action of these resources", f"{at}/actions")

    def _condition(
        self, found: Any, at: str, subjects: frozenset[str], resources: frozenset[str], roles: frozenset[str]
    ) -> Condition:
        reader = ConditionReader(
            tuple(self._subjects[one].attributes for one in sorted(subjects)),
            tuple(self._resources[one].attributes for one in sorted(resources)),
            self._context,
            roles,
        )
        return self._counted(reader, found, at)

    def _counted(self, reader: ConditionReader, found: Any, at: str) -> Condition:
        condition = reader.read(found, at)
        self._parts += reader.parts
        if self._parts > MAX_PARTS:
            raise refuse(f"all conditions together have at most {MAX_PARTS} parts", at)
        return condition

    # -- what the pack knows ------------------------------------------------------------------------------------

    def _entities(
        self, found: dict[str, Any], member: str, types: Mapping[str, EntityType], roles: frozenset[str] | None
    ) -> dict[tuple[str, str], Known]:
        made: dict[tuple[str, str], Known] = {}
        at = f"/entities/{member}"
        for one, where in self._faults.caught(lambda: list(listed(found.get(member), at, MAX_ENTITIES))) or []:
            known = self._faults.caught(partial(_known, one, where, types, roles))
            if known is None:
                continue
            key = (known.type, known.id)
            if key in made:
                self._faults.keep(refuse("this stands twice", where))
            made[key] = known
        return made


def _known(found: Any, at: str, types: Mapping[str, EntityType], roles: frozenset[str] | None) -> Known:
    allowed = frozenset({"type", "id", "attributes"} | (set() if roles is None else {"roles"}))
    members = mapping(found, at, allowed)
    of_type = one_of(members.get("type"), frozenset(types), "type", step(at, "type"))
    values: dict[str, Value] = {}
    for one, stated in optional_mapping(members.get("attributes"), f"{at}/attributes").items():
        where = step(f"{at}/attributes", one[:64])
        attribute = types[of_type].attributes.get(one)
        if attribute is None or one == ID or attribute.stated or of_type == EMPLOYEE:
            raise refuse("the pack tells no such attribute of the type", where)
        value = read_value(stated, attribute.kind)
        if value is UNKNOWN:
            raise refuse(f"a {attribute.kind} is needed here", where)
        literal(stated, where)
        values[one] = value
    held = (
        frozenset()
        if roles is None
        else frozenset(
            one_of(one, roles, "role", where) for one, where in listed(members.get("roles"), f"{at}/roles", 200)
        )
    )
    where = step(at, "id")
    named = _hsa_id(members.get("id"), where).key if of_type == EMPLOYEE else text(members.get("id"), where)
    return Known(of_type, named, MappingProxyType(values), held)


def _closure(role: str, includes: Mapping[str, frozenset[str]], at: str) -> frozenset[str]:
    """The role and all that it includes. Raises where it comes to include itself."""
    gives, coming = {role}, list(includes[role])
    while coming:
        one = coming.pop()
        if one == role:
            raise refuse("the role comes to include itself", step(at, "includes"))
        if one not in gives:
            gives.add(one)
            coming += includes[one]
    return frozenset(gives)


def _because(rule: str, found: Any, at: str) -> Reason:
    members = mapping(found, at, frozenset({"sv", "en"}))
    return Reason(rule, text(members.get("sv"), step(at, "sv")), text(members.get("en"), step(at, "en")))


def _system_role(found: Any, at: str) -> str:
    told = text(found, at)
    system, separator, role = told.partition(";")
    if not system or not separator or not role:
        raise refuse("a system role is written `system;role`", at)
    return told


def _hsa_id(found: Any, at: str) -> HsaId:
    try:
        return HsaId.parse(text(found, at))
    except InvalidValue as fault:
        raise refuse(fault.description, at) from None
