"""JSON as it ought to be (RFC 8259, I-JSON RFC 7493): what ``json.loads`` lets through silently is refused here."""

import json
import math
import re
from typing import Any, NoReturn

from authz.refusals import MalformedQuestion

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
    return read


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
