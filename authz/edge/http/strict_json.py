"""JSON as it ought to be (RFC 8259, I-JSON RFC 7493): what ``json.loads`` lets through silently is refused here."""

import json
import math
import re
from typing import Any, Final, NoReturn

from authz.refusals import MalformedQuestion

MAX_DEPTH: Final = 32
"""Levels of objects and lists; what we read has five."""

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def read_object(raw: bytes) -> dict[str, Any]:
    """The one JSON object that ``raw`` is. Raises ``MalformedQuestion`` for duplicate members, NaN and infinities,
    lone surrogates, nesting or numbers beyond measure, and anything but UTF-8 without a byte order mark."""
    try:
        read = _DECODER.decode(raw.decode("utf-8"))
        if _SURROGATE.search(raw):
            json.dumps(read, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise MalformedQuestion("the body is not well-formed JSON") from None
    if not isinstance(read, dict):
        raise MalformedQuestion("the body is not a JSON object")
    return _measured(read, raw)


def _measured(read: dict[str, Any], raw: bytes) -> dict[str, Any]:
    """``read``, if it is nested no deeper than ``MAX_DEPTH``; few brackets cannot nest deep, and need no look."""
    if raw.count(b"{") + raw.count(b"[") <= MAX_DEPTH:
        return read
    layer: list[Any] = [read]
    for _ in range(MAX_DEPTH):
        layer = [
            part
            for whole in layer
            for part in (whole.values() if isinstance(whole, dict) else whole)
            if isinstance(part, dict | list)
        ]
        if not layer:
            return read
    raise MalformedQuestion(f"the body is nested deeper than {MAX_DEPTH} levels")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("duplicate member")
    return made


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("a number beyond measure")
    return value


def _no_constant(_: str) -> NoReturn:
    raise ValueError("not a number")


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_float=_finite, parse_constant=_no_constant)
