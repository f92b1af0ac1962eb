"""Read a compact JWS strictly, before any library sees it (RFC 7515, RFC 8725).

Checked here: size, three parts, strict base64url, JSON objects without duplicate members, bounded depth, the algorithm
against the caller's list, ``typ``, and that nothing critical is asked. Not checked here: the signature and the time.
"""

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import Any, NoReturn

from federation.refusals import InvalidToken

MAX_LENGTH = 8_192
MAX_HEADER_LENGTH = 1_024
MAX_NESTED = 100
_PART = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Compact:
    """A well-formed JWS whose signature nobody has checked yet."""

    alg: str
    kid: str | None
    claims: dict[str, Any]
    signing_input: bytes
    signature: bytes


def read_compact(token: str, *, algorithms: frozenset[str], types: frozenset[str | None]) -> Compact:
    """``types`` are lower case without ``application/``; ``None`` among them allows a header without ``typ``.

    Raises ``InvalidToken``. The description never repeats the token.
    """
    if len(token) > MAX_LENGTH or not token.isascii():
        raise InvalidToken("the token is too long or not in ASCII")
    parts = token.split(".")
    if len(parts) != 3:
        raise InvalidToken("a signed token has exactly three parts")
    header = read_object(_decode(parts[0], MAX_HEADER_LENGTH))
    # The header only picks among allowed algorithms and known keys; jwk, jku and x5u are never read.
    alg = header.get("alg")
    if not isinstance(alg, str) or alg not in algorithms:
        raise InvalidToken("the algorithm is not one of those allowed")
    if "crit" in header or "b64" in header:
        raise InvalidToken("the token asks for extensions that are not understood")
    typ = header.get("typ")
    if typ is not None and not isinstance(typ, str):
        raise InvalidToken("the type of the token is not a text")
    if (None if typ is None else typ.lower().removeprefix("application/")) not in types:
        raise InvalidToken("the token is of another type")
    kid = header.get("kid")
    if kid is not None and not isinstance(kid, str):
        raise InvalidToken("the key id of the token is not a text")
    claims = read_object(_decode(parts[1], MAX_LENGTH))
    signature = _decode(parts[2], MAX_LENGTH)
    return Compact(alg, kid, claims, f"{parts[0]}.{parts[1]}".encode(), signature)


def read_object(raw: bytes) -> dict[str, Any]:
    """A JSON object in UTF-8, without duplicate members, ``NaN``, or more than a hundred nested values."""
    if raw.count(b"{") + raw.count(b"[") > MAX_NESTED:
        raise InvalidToken("the JSON is nested too deeply")
    try:
        read = _DECODER.decode(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        raise InvalidToken("a part of the token is not JSON") from None
    if not isinstance(read, dict):
        raise InvalidToken("a part of the token is not a JSON object")
    return read


def encode(raw: bytes) -> str:
    """base64url without padding (RFC 7515, 2)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(part: str, max_length: int) -> bytes:
    if len(part) > max_length or not _PART.fullmatch(part):
        raise InvalidToken("a part of the token is not base64url")
    try:
        raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except binascii.Error:
        raise InvalidToken("a part of the token is not base64url") from None
    if encode(raw) != part:  # unused bits must be zero, or one signature has several spellings
        raise InvalidToken("a part of the token is not base64url")
    return raw


def _unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise InvalidToken("the JSON has a member twice")
    return made


def _no_constant(_: str) -> NoReturn:
    raise InvalidToken("the JSON holds a number that is none")


# Built once: ``json.loads`` builds a decoder for every call that asks for more than its defaults.
_DECODER = json.JSONDecoder(object_pairs_hook=_unique_members, parse_constant=_no_constant)
