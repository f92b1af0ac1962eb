"""SCIM's filter grammar: which of many entries are meant, in one line of text.  (RFC 7644 section 3.4.2.2)

A filter is judged on what the asker may see of an entry, so that it tells no more than the list itself. Boundary: it
knows no entries; ``Schema`` says which attributes there are. Attributes have no URI before them.
"""

import json
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from vocabulary.personal_number import PersonalIdentityNumber
from vocabulary.refusals import InvalidValue
from vocabulary.stockholm import parse_instant

Schema: TypeAlias = "Mapping[str, type | Schema]"
"""Attribute → ``str``, ``bool``, ``int``, ``datetime``, or its own attributes; lists as what they hold."""
Matches = Callable[[Mapping[str, Any]], bool]
Literal: TypeAlias = "str | int | float | bool | datetime | None"

MOST_DEEP = 20
"""So many brackets may stand in each other."""
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<number>-?[0-9]{1,15}(?:\.[0-9]{1,15})?(?![\w.]))"""
    r"""|(?P<word>[A-Za-z][A-Za-z0-9_.-]*)|(?P<mark>[()\[\]]))""",
    re.ASCII,
)
_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt, "ge": operator.ge, "lt": operator.lt, "le": operator.le,
}  # fmt: skip
_PART: Mapping[str, Callable[[str, str], bool]] = {"co": operator.contains, "sw": str.startswith, "ew": str.endswith}
_CONSTANTS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class Filter:
    """``names`` are the attributes that it asks for: nothing else of an entry need be told to it."""

    matches: Matches
    names: frozenset[str]


def parse_filter(text: str, schema: Schema, *, pointer: str) -> Filter:
    """Raises ``InvalidValue`` for what is no filter, names no attribute of ``schema``, or compares what cannot be.

    Texts are compared without case. ``ne`` is that ``eq`` does not hold, of an attribute without a value too. Of a list
    one that fits is enough.
    """
    try:
        parser = _Parser(tuple(_tokens(text)))
        return Filter(parser.whole(schema), frozenset(parser.names))
    except InvalidValue as refusal:
        raise InvalidValue(f"the filter cannot be read: {refusal.description}", pointer=pointer) from None


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at, end = 0, len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None:
            raise InvalidValue(f"nothing begins so at character {at + 1}")
        at = found.end()
        yield str(found.lastgroup), found[str(found.lastgroup)]


class _Parser:
    def __init__(self, tokens: tuple[tuple[str, str], ...]) -> None:
        self._tokens, self._at, self._depth = tokens, 0, 0
        self.names: set[str] = set()

    def whole(self, schema: Schema) -> Matches:
        found = self._any_of(schema)
        if self._at < len(self._tokens):
            raise InvalidValue("more follows than one filter; join them by `and` or `or`")
        return found

    def _any_of(self, schema: Schema) -> Matches:
        parts = [self._all_of(schema)]
        while self._takes("word", "or"):
            parts.append(self._all_of(schema))
        return parts[0] if len(parts) == 1 else lambda told: any(part(told) for part in parts)

    def _all_of(self, schema: Schema) -> Matches:
        parts = [self._one(schema)]
        while self._takes("word", "and"):
            parts.append(self._one(schema))
        return parts[0] if len(parts) == 1 else lambda told: all(part(told) for part in parts)

    def _one(self, schema: Schema) -> Matches:
        if self._takes("mark", "("):
            return self._inside(schema, ")")
        if self._takes("word", "not"):
            self._expect("(")
            inner = self._inside(schema, ")")
            return lambda told: not inner(told)
        names, form = self._path(schema)
        if self._takes("mark", "["):
            if not isinstance(form, Mapping):
                raise InvalidValue(f"`{'.'.join(names)}` has no attributes of its own")
            inner = self._inside(form, "]")
            return lambda told: any(inner(value) for value in _values(told, names))
        return self._comparison(names, form)

    def _inside(self, schema: Schema, closing: str) -> Matches:
        self._depth += 1
        if self._depth > MOST_DEEP:
            raise InvalidValue(f"at most {MOST_DEEP} brackets stand in each other")
        found = self._any_of(schema)
        self._expect(closing)
        self._depth -= 1
        return found

    def _path(self, schema: Schema) -> tuple[tuple[str, ...], "type | Schema"]:
        kind, word = self._next("the name of an attribute")
        if kind != "word":
            raise InvalidValue("the name of an attribute is expected")
        form: type | Schema = schema
        names = tuple(word.lower().split("."))
        for name in names:
            if not isinstance(form, Mapping) or name not in form:
                raise InvalidValue(f"there is no attribute `{word[:100]}`")
            form = form[name]
        self.names.add(names[0])
        return names, form

    def _comparison(self, names: tuple[str, ...], form: "type | Schema") -> Matches:
        how = self._next("`eq`, `co`, `pr` or another comparison")[1].lower()
        if how == "pr":
            return lambda told: any(value not in ("", {}) for value in _values(told, names))
        if how not in ("eq", "ne", *_PART, *_ORDER):
            raise InvalidValue("a comparison is one of `eq ne co sw ew gt ge lt le pr`")
        wanted = self._literal(form)
        if how in _PART and not (form is str and isinstance(wanted, str)):
            raise InvalidValue(f"`{how}` compares texts only")
        if how in _ORDER and (wanted is None or isinstance(wanted, bool)):
            raise InvalidValue(f"`{how}` compares what has an order")
        if how in ("eq", "ne"):
            is_so = _is_absent(names) if wanted is None else _one_of(names, operator.eq, wanted)
            return is_so if how == "eq" else lambda told: not is_so(told)
        return _one_of(names, _PART.get(how) or _ORDER[how], wanted)

    def _literal(self, form: "type | Schema") -> Literal:
        kind, word = self._next("a value")
        if kind == "word" and word in _CONSTANTS:
            found: Literal = _CONSTANTS[word]
        elif kind == "number":
            found = float(word) if "." in word else int(word)
        elif kind == "text":
            found = _text(word)
        else:
            raise InvalidValue('a value is `"text"`, a number, `true`, `false` or `null`')
        if found is None:
            return None
        if form is datetime and isinstance(found, str):
            return parse_instant(found)
        fits = isinstance(found, int | float) and not isinstance(found, bool) if form is int else type(found) is form
        if not fits:
            raise InvalidValue("the value is not of the attribute's type")
        return found.casefold() if isinstance(found, str) else found

    def _next(self, what: str) -> tuple[str, str]:
        if self._at == len(self._tokens):
            raise InvalidValue(f"{what} is expected at its end")
        self._at += 1
        return self._tokens[self._at - 1]

    def _takes(self, kind: str, word: str) -> bool:
        """Whether this comes next, which is then passed."""
        is_next = self._at < len(self._tokens) and (self._tokens[self._at][0], self._tokens[self._at][1].lower())
        if is_next != (kind, word):
            return False
        self._at += 1
        return True

    def _expect(self, mark: str) -> None:
        if not self._takes("mark", mark):
            raise InvalidValue(f"`{mark}` is expected")


def _text(word: str) -> str:
    try:
        found: str = json.loads(word)
    except ValueError:
        raise InvalidValue("a text is written as in JSON") from None
    if _is_personal_number(found):
        # Addresses stand in logs, and what stands in one cannot be taken back.
        raise InvalidValue("a personal number does not belong in an address; look it up by a body")
    return found


def _is_personal_number(text: str) -> bool:
    digits = re.sub(r"[\s+-]", "", text)
    for century in ("",) if digits == text else ("", "19", "20"):
        try:
            PersonalIdentityNumber.parse(century + digits)
        except InvalidValue:
            continue
        return True
    return False


def _values(told: object, names: tuple[str, ...]) -> Iterator[Any]:
    """What stands there: one value, each of a list, or none."""
    if isinstance(told, list | tuple):
        for each in told:
            yield from _values(each, names)
    elif names:
        if isinstance(told, Mapping):
            yield from _values(told.get(names[0]), names[1:])
    elif told is not None:
        yield told


def _is_absent(names: tuple[str, ...]) -> Matches:
    return lambda told: next(_values(told, names), None) is None


def _one_of(names: tuple[str, ...], holds: Callable[[Any, Any], bool], wanted: Literal) -> Matches:
    def matches(told: Mapping[str, Any]) -> bool:
        values = _values(told, names)
        return any(holds(str(v).casefold() if isinstance(v, str) else v, wanted) for v in values)

    return matches
