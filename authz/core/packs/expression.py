"""Conditions of a pack's rules: a small tree that always ends, has no effects, and answers yes, no or unknown.

There is no loop, no call and no pattern: the size of the tree bounds the work, and is bounded when it is read.
Connectives are Kleene's: what is unknown decides only what nothing else decides.
"""

from dataclasses import dataclass
from enum import StrEnum

from authz.core.packs.scope import Attribute, Scope, Value
from authz.core.unknown import UNKNOWN, Unknown

Truth = bool | Unknown


class Comparison(StrEnum):
    """Between whole numbers."""

    LESS = "less"
    AT_MOST = "at_most"
    MORE = "more"
    AT_LEAST = "at_least"


@dataclass(frozen=True, slots=True)
class All:
    """Every one holds; with none, it holds."""

    of: tuple["Condition", ...]

    def judge(self, scope: Scope) -> Truth:
        doubt = False
        for condition in self.of:
            truth = condition.judge(scope)
            if truth is False:
                return False
            doubt = doubt or truth is UNKNOWN
        return UNKNOWN if doubt else True


@dataclass(frozen=True, slots=True)
class Some:
    """At least one holds; with none, it does not."""

    of: tuple["Condition", ...]

    def judge(self, scope: Scope) -> Truth:
        doubt = False
        for condition in self.of:
            truth = condition.judge(scope)
            if truth is True:
                return True
            doubt = doubt or truth is UNKNOWN
        return UNKNOWN if doubt else False


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary; of what is unknown, nothing is known."""

    of: "Condition"

    def judge(self, scope: Scope) -> Truth:
        truth = self.of.judge(scope)
        return UNKNOWN if truth is UNKNOWN else not truth


@dataclass(frozen=True, slots=True)
class Equal:
    """The same value of the same kind, code point for code point; sets of texts regardless of order."""

    left: "Operand"
    right: "Operand"

    def judge(self, scope: Scope) -> Truth:
        left, right = _of(self.left, scope), _of(self.right, scope)
        if left is UNKNOWN or right is UNKNOWN or type(left) is not type(right):
            return UNKNOWN
        return left == right


@dataclass(frozen=True, slots=True)
class Contains:
    """The set of texts on the left holds the text on the right."""

    texts: "Operand"
    text: "Operand"

    def judge(self, scope: Scope) -> Truth:
        texts, text = _of(self.texts, scope), _of(self.text, scope)
        if isinstance(texts, frozenset) and isinstance(text, str):
            return text in texts
        return UNKNOWN


@dataclass(frozen=True, slots=True)
class Compare:
    """Two whole numbers in their order."""

    how: Comparison
    left: "Operand"
    right: "Operand"

    def judge(self, scope: Scope) -> Truth:
        left, right = _of(self.left, scope), _of(self.right, scope)
        if not _is_number(left) or not _is_number(right):
            return UNKNOWN
        assert isinstance(left, int) and isinstance(right, int)
        match self.how:
            case Comparison.LESS:
                return left < right
            case Comparison.AT_MOST:
                return left <= right
            case Comparison.MORE:
                return left > right
            case Comparison.AT_LEAST:
                return left >= right


@dataclass(frozen=True, slots=True)
class Has:
    """The attribute was told, whatever its value."""

    attribute: Attribute

    def judge(self, scope: Scope) -> Truth:
        return scope.has(self.attribute)


@dataclass(frozen=True, slots=True)
class Plays:
    """The subject has the role, itself or by one that includes it."""

    role: str

    def judge(self, scope: Scope) -> Truth:
        return scope.plays(self.role)


Condition = All | Some | Not | Equal | Contains | Compare | Has | Plays
Operand = Attribute | Value

ALWAYS = All(())


def _of(operand: Operand, scope: Scope) -> Value | Unknown:
    return scope.value(operand) if isinstance(operand, Attribute) else operand


def _is_number(value: Value | Unknown) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
