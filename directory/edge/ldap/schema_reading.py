"""Definitions of attributes and classes as text (RFC 4512 4.1), read as far as two of them can be compared.

For asking a server whether it knows our schema. Object identifiers and descriptions do not matter for that: ours are
placeholders in an experimental arc.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_TOKEN = re.compile(r"'(?:[^']*)'|[()$]|[^\s()$']+")
_COMPARED = ("SUP", "EQUALITY", "ORDERING", "SUBSTR", "SYNTAX", "MUST", "MAY")
_FLAGS = ("SINGLE-VALUE", "ABSTRACT", "STRUCTURAL", "AUXILIARY", "NO-USER-MODIFICATION")
_LENGTH = re.compile(r"\{\d+\}")


@dataclass(frozen=True, slots=True)
class Definition:
    """``says`` maps each keyword to what it is given, in small letters; a flag is given nothing."""

    name: str
    says: Mapping[str, frozenset[str]]


def definitions_in_schema_file(text: str) -> tuple[dict[str, Definition], dict[str, Definition]]:
    """Attributes and classes of a file as slapd.conf includes it, each by its name in small letters."""
    bodies = re.split(r"^(attributetype|objectclass)\s", re.sub(r"^#.*$", "", text, flags=re.M), flags=re.M | re.I)
    found: dict[str, list[str]] = {"attributetype": [], "objectclass": []}
    for kind, body in zip(bodies[1::2], bodies[2::2], strict=True):
        found[kind.lower()].append(body)
    return by_name(found["attributetype"]), by_name(found["objectclass"])


def by_name(texts: Iterable[str]) -> dict[str, Definition]:
    """Each definition under every name that it has."""
    return {name.lower(): definition for text in texts for name, definition in _named(text)}


def differing(ours: Mapping[str, Definition], theirs: Mapping[str, Definition]) -> tuple[list[str], list[str]]:
    """The names of ours that are missing there, and those that mean something else there; in our order."""
    missing = [definition.name for name, definition in ours.items() if name not in theirs]
    other = [
        definition.name for name, definition in ours.items() if name in theirs and theirs[name].says != definition.says
    ]
    return missing, other


def _named(text: str) -> list[tuple[str, Definition]]:
    tokens = _TOKEN.findall(text)
    names: list[str] = []
    says: dict[str, frozenset[str]] = {}
    at = 0
    while at < len(tokens):
        word = tokens[at]
        if word == "NAME":
            given, at = _given(tokens, at + 1)
            names = [each.strip("'") for each in given]
        elif word == "DESC":
            at += 2
        elif word in _COMPARED:
            given, at = _given(tokens, at + 1)
            says[word] = frozenset(_LENGTH.sub("", each.strip("'").lower()) for each in given)
        else:
            if word in _FLAGS:
                says[word] = frozenset()
            at += 1
    return [(name, Definition(name, says)) for name in names]


def _given(tokens: list[str], at: int) -> tuple[list[str], int]:
    """One word, or those between parentheses; and the place behind."""
    if at >= len(tokens) or tokens[at] != "(":
        return tokens[at : at + 1], at + 1
    end = tokens.index(")", at)
    return [word for word in tokens[at + 1 : end] if word != "$"], end + 1
