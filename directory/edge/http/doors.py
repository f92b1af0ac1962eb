"""What every address of the directory's API asks first: the scope, the cursor, the version of what is to be changed."""

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

from fastapi import Request

from directory.core.entries import Entry
from directory.core.snapshot import Snapshot
from directory.refusals import RevisionMoved
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId
from vocabulary.refusals import InvalidValue

E = TypeVar("E", bound=Entry)

Authenticate = Callable[[Request], Caller]
_DIGITS = 18  # what every database holds as a whole number


def id_in_path(text: str) -> HsaId | None:
    """``None`` for what is no HSA-id at all: nothing is found under it either."""
    try:
        return HsaId.parse(text)
    except InvalidValue:
        return None


def id_in_query(text: str | None, name: str) -> HsaId | None:
    if text is None:
        return None
    try:
        return HsaId.parse(text)
    except InvalidValue as refusal:
        raise InvalidValue(refusal.description, pointer=f"/{name}") from None


def key_in(cursor: str | None) -> str:
    """The key that a page goes on after; an empty text begins."""
    if cursor is None:
        return ""
    try:
        return base64.b64decode(cursor.encode(), b"-_", validate=True).decode("ascii")
    except (binascii.Error, UnicodeError):
        raise InvalidValue("the cursor is not one that an earlier page gave", pointer="/cursor") from None


def page_of(entries: Iterator[E], wanted: Callable[[E], bool], limit: int) -> tuple[list[E], str | None]:
    """``limit`` entries, and the cursor of the next page when there is one."""
    found: list[E] = list(islice(filter(wanted, entries), limit + 1))
    if len(found) <= limit:
        return found, None
    return found[:limit], cursor_after(found[limit - 1].hsa_id.key)


def cursor_after(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode()


def number_in(cursor: str | None) -> int | None:
    """The number that a page goes on after, where keys are numbers; ``None`` begins."""
    key = key_in(cursor)
    if key == "":
        return None
    if not key.isdecimal() or len(key) > _DIGITS:
        raise InvalidValue("the cursor is not one that an earlier page gave", pointer="/cursor")
    return int(key)


def etag_of(snapshot: Snapshot, hsa_id: HsaId) -> str:
    return f'"{snapshot.changed_at(hsa_id)}"'


def is_known(request: Request, etag: str) -> bool:
    """Whether the caller has this version already (RFC 9110 13.1.2)."""
    return _names(request.headers.get("if-none-match"), etag)


def is_wanted(request: Request, etag: str) -> bool:
    """Whether the caller wants this version changed: ``If-Match`` names it, or is not there (RFC 9110 13.1.1)."""
    sent = request.headers.get("if-match")
    return sent is None or _names(sent, etag, weak=False)


def demand_version(request: Request, snapshot: Snapshot, hsa_id: HsaId) -> None:
    """Raises ``RevisionMoved`` when ``If-Match`` names another version (RFC 9110 13.1.1)."""
    if not is_wanted(request, etag_of(snapshot, hsa_id)):
        sent = request.headers["if-match"]
        first = sent.split(",")[0].strip().strip('"')
        is_version = first.isascii() and first.isdigit() and len(first) <= _DIGITS
        raise RevisionMoved(int(first) if is_version else 0, snapshot.changed_at(hsa_id))


def _names(header: str | None, etag: str, *, weak: bool = True) -> bool:
    if header is None:
        return False
    tags: Iterable[str] = (tag.strip() for tag in header.split(","))
    return any(tag == "*" or (tag.removeprefix("W/") if weak else tag) == etag for tag in tags)
