"""Conditions of a policy pack, read from its document: every attribute is there, and of the kind that is needed.

The size of each is bounded here; that is what bounds the work of deciding.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from authz.actions.packs.fields import literal, mapping, one_of, refuse, step
from authz.core.packs.expression import (
    ALWAYS,
    All,
    Compare,
    Comparison,
    Condition,
    Contains,
    Equal,
    Has,
    Not,
    Operand,
    Plays,
    Some,
)
from authz.core.packs.pack import AttributeType
from authz.core.packs.scope import Attribute, Part, ValueKind

MAX_DEPTH: Final = 8
MAX_NODES: Final = 200

_KIND_OF: Final[Mapping[type, ValueKind]] = {
    str: ValueKind.TEXT,
    int: ValueKind.NUMBER,
    bool: ValueKind.FLAG,
    frozenset: ValueKind.TEXTS,
}

Types = Mapping[str, AttributeType]


@dataclass(slots=True)
class ConditionReader:
    """Reads one condition. ``subjects`` and ``resources`` are the attributes of every type that it is judged for;
    ``roles`` are those that it may name."""

    subjects: tuple[Types, ...]
    resources: tuple[Types, ...]
    context: Types
    roles: frozenset[str]
    parts: int = field(default=0, init=False)

    def read(self, found: Any, at: str) -> Condition:
        """The condition; one that is left out always holds. Raises ``InvalidPolicyPack``."""
        return ALWAYS if found is None else self._condition(found, at, 1)

    def _condition(self, found: Any, at: str, depth: int) -> Condition:
        if depth > MAX_DEPTH:
            raise refuse(f"a condition is at most {MAX_DEPTH} deep", at)
        self._count(at)
        members = mapping(found, at)
        if len(members) != 1:
            raise refuse("a condition is an object with one member, its kind", at)
        [(kind, inner)] = members.items()
        where = step(at, kind[:64])
        if kind in ("all", "any"):
            parts = tuple(self._parts(inner, where, depth))
            return All(parts) if kind == "all" else Some(parts)
        if kind == "not":
            return Not(self._condition(inner, where, depth + 1))
        if kind == "has":
            return Has(self._attribute(inner, where)[0])
        if kind == "role":
            return Plays(one_of(inner, self.roles, "role", where))
        read = self._comparisons().get(kind)
        if read is None:
            known = ", ".join(("all", "any", "not", "has", "role", *self._comparisons()))
            raise refuse(f"there is no such condition; it is one of {known}", where)
        return read(inner, where)

    def _comparisons(self) -> dict[str, Callable[[Any, str], Condition]]:
        def ordered(how: Comparison) -> Callable[[Any, str], Condition]:
            return lambda inner, at: Compare(how, *self._two(inner, at, ValueKind.NUMBER, ValueKind.NUMBER))

        return {
            "eq": self._equal,
            "in": lambda inner, at: Contains(*reversed(self._two(inner, at, ValueKind.TEXT, ValueKind.TEXTS))),
            "contains": lambda inner, at: Contains(*self._two(inner, at, ValueKind.TEXTS, ValueKind.TEXT)),
            **{how.value: ordered(how) for how in Comparison},
        }

    def _parts(self, found: Any, at: str, depth: int) -> Iterable[Condition]:
        if not isinstance(found, list) or not found:
            raise refuse("a list of at least one condition is needed here", at)
        for number, one in enumerate(found):
            yield self._condition(one, step(at, number), depth + 1)

    def _equal(self, found: Any, at: str) -> Condition:
        (left, of_left), (right, of_right) = self._pair(found, at)
        if of_left is not of_right:
            raise refuse(f"a {of_left} is never equal to a {of_right}", at)
        return Equal(left, right)

    def _two(self, found: Any, at: str, *kinds: ValueKind) -> tuple[Operand, Operand]:
        pair = self._pair(found, at)
        for number, ((_, kind), wanted) in enumerate(zip(pair, kinds, strict=True)):
            if kind is not wanted:
                raise refuse(f"a {wanted} is needed here, not a {kind}", step(at, number))
        return pair[0][0], pair[1][0]

    def _pair(self, found: Any, at: str) -> tuple[tuple[Operand, ValueKind], tuple[Operand, ValueKind]]:
        if not isinstance(found, list) or len(found) != 2:
            raise refuse("a list of two is needed here", at)
        return self._operand(found[0], step(at, 0)), self._operand(found[1], step(at, 1))

    def _operand(self, found: Any, at: str) -> tuple[Operand, ValueKind]:
        self._count(at)
        if isinstance(found, dict):
            members = mapping(found, at, frozenset({"attr"}))
            return self._attribute(members.get("attr"), step(at, "attr"))
        value = literal(found, at)
        return value, _KIND_OF[type(value)]

    def _attribute(self, found: Any, at: str) -> tuple[Attribute, ValueKind]:
        """INVARIANT (no attribute of nowhere): it stands in every type that the condition is judged for."""
        part, _, name = found.partition(".") if isinstance(found, str) else ("", "", "")
        if part not in frozenset(Part):
            raise refuse("an attribute is `subject.…`, `resource.…` or `context.…`", at)
        attribute = Attribute(Part(part), name)
        places = {Part.SUBJECT: self.subjects, Part.RESOURCE: self.resources, Part.CONTEXT: (self.context,)}
        types = places[attribute.part]
        if not types or not all(name in there for there in types):
            raise refuse("not every type that this is about has such an attribute", at)
        kinds = {there[name].kind for there in types}
        if len(kinds) > 1:
            raise refuse("the types that this is about have it of different kinds", at)
        return attribute, kinds.pop()

    def _count(self, at: str) -> None:
        self.parts += 1
        if self.parts > MAX_NODES:
            raise refuse(f"a condition has at most {MAX_NODES} parts", at)
