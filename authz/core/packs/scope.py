"""What one question tells a pack's rules: who asks, about what, in which surroundings, and what of that is doubtful.

A value is a text, a whole number, a flag or a set of texts. ``UNKNOWN`` is one that is missing or cannot be relied on.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from authz.core.unknown import UNKNOWN, Unknown

MAX_TEXT: Final = 300
MAX_TEXTS: Final = 500
LARGEST: Final = 2**53 - 1
"""Whole numbers beyond it are not the same in every JSON reader (RFC 7493 section 2.2)."""

_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

Value = str | int | bool | frozenset[str]


class ValueKind(StrEnum):
    """What an attribute holds."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    TEXTS = "texts"


class Part(StrEnum):
    """Where an attribute stands."""

    SUBJECT = "subject"
    RESOURCE = "resource"
    CONTEXT = "context"


class Attribute(NamedTuple):
    """One attribute by its place and name, e.g. ``resource.owner``."""

    part: Part
    name: str

    def __str__(self) -> str:
        return f"{self.part}.{self.name}"


@dataclass(frozen=True, slots=True)
class Scope:
    """``absent`` are attributes that are surely not there; one that is neither there nor absent is unreadable.

    ``roles`` are held for certain, ``doubtful_roles`` perhaps.
    """

    values: Mapping[Attribute, Value]
    absent: frozenset[Attribute] = frozenset()
    roles: frozenset[str] = frozenset()
    doubtful_roles: frozenset[str] = frozenset()

    def value(self, attribute: Attribute) -> Value | Unknown:
        found = self.values.get(attribute)
        return UNKNOWN if found is None else found

    def has(self, attribute: Attribute) -> bool | Unknown:
        if attribute in self.values:
            return True
        return False if attribute in self.absent else UNKNOWN

    def plays(self, role: str) -> bool | Unknown:
        if role in self.roles:
            return True
        return UNKNOWN if role in self.doubtful_roles else False


def is_plain(text: str) -> bool:
    """Whether the text looks like what it is: normal form C, and nothing that a reader cannot see (UAX #15, UTS #39).

    Two texts that differ only in that would not be equal, and so slip past a rule that forbids one of them.
    """
    if len(text) > MAX_TEXT:
        return False
    if text.isascii():
        return text.isprintable()
    return unicodedata.is_normalized("NFC", text) and not any(
        unicodedata.category(character) in _UNSEEN for character in text
    )


def read_value(stated: object, kind: ValueKind) -> Value | Unknown:
    """A value as JSON has it, of just that kind; ``UNKNOWN`` for one of another kind or beyond measure."""
    match kind, stated:
        case ValueKind.FLAG, bool():
            return stated
        case ValueKind.NUMBER, int() if not isinstance(stated, bool) and -LARGEST <= stated <= LARGEST:
            return stated
        case ValueKind.TEXT, str() if is_plain(stated):
            return stated
        case ValueKind.TEXTS, list() if len(stated) <= MAX_TEXTS:
            if all(isinstance(text, str) and is_plain(text) for text in stated):
                return frozenset(stated)
    return UNKNOWN
