"""How every change of a row comes in over HTTP: by whom, at which version, tried or done, once for each key.

``If-Match`` (RFC 9110 13.1.1) names the version that the caller saw; ``?dry_run=true`` tells what would be and changes
nothing; ``Idempotency-Key`` (the IETF draft of that name) makes a repeated request answer what the first one did. The
key is written in the transaction that carries the request out, so that a request is never half done, and what is
answered again is the row as it stands, by what the caller may see now.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any, Final

from fastapi import Query, Request
from fastapi.responses import JSONResponse

from authz.actions.desk import Desk
from authz.edge.http.book_of_one_request import BookOfOneRequest, Keep
from authz.edge.http.rows import Body, acts_json
from authz.ports import KeptRequest, Kind, Row
from authz.refusals import KeyTaken, KeyUsedOtherwise
from vocabulary.caller import Caller
from vocabulary.personal_number import PersonalIdentityNumber
from vocabulary.text import parse_line

DryRun = Annotated[bool, Query(description="tell what would be, and change nothing")]
TRIED: Final = "tillit-dry-run"
"""The header of an answer to what was only tried."""
_KEY_LENGTH: Final = 200
_PATIENT: Final = {"kind", "value"}

Do = Callable[[Desk], Row]
Show = Callable[[Row, Caller], dict[str, Any]]
Known = Callable[[Caller, str, Kind], Row]
"""The row of a kind that the caller may know of. Raises ``UnknownRecord``."""


class CarryingOut:
    """What every router shares that changes rows: ``known`` and ``show`` are the router's own, ``prefix`` the address
    below which its rows are."""

    def __init__(self, desk: Desk, prefix: str, known: Known, show: Show) -> None:
        self._desk, self._prefix, self._known, self._show = desk, prefix, known, show

    def carry_out(
        self, request: Request, caller: Caller, body: Body | None, do: Do, *, dry_run: bool = False
    ) -> JSONResponse:
        """The answer: the row as it stands after ``do``, or would stand; 201 where it came into being."""
        given = request.headers.get("idempotency-key")
        key = None if given is None or dry_run else parse_line(given, max_length=_KEY_LENGTH)
        if key is None:
            return self._done(caller, do, None, dry_run=dry_run)
        asked = self._fingerprint(request, body)
        kept = self._desk.book.request(caller.name, key)
        if kept is None:
            now = self._desk.clock.now()

            def keep(row: Row, created: bool) -> KeptRequest:  # One value, as `Keep` has it.
                return KeptRequest(caller.name, key, asked, now, row.kind, row.id, created)

            try:
                return self._done(caller, do, keep, dry_run=False)
            except KeyTaken:
                kept = self._desk.book.request(caller.name, key)
                if kept is None:
                    raise
        return self._again(caller, kept, asked)

    def answer(self, row: Row, caller: Caller, *, created: bool) -> JSONResponse:
        headers = {"etag": etag_of(row)}
        if created:
            headers["location"] = f"{self._prefix}/{row.id}"
        return JSONResponse(self._show(row, caller), 201 if created else 200, headers)

    def _done(self, caller: Caller, do: Do, keep: Keep | None, *, dry_run: bool) -> JSONResponse:
        level = None if caller.person is None else caller.level
        book = BookOfOneRequest(self._desk.book, keep, level, dry_run=dry_run)
        row = do(replace(self._desk, book=book))
        book.answer_with(row)
        if dry_run:
            return self._tried(book.written[0] if book.written else row, caller, changed=bool(book.written))
        return self.answer(row, caller, created=row.version == 1 and row in book.written)

    def _again(self, caller: Caller, kept: KeptRequest, asked: str) -> JSONResponse:
        if kept.fingerprint != asked:
            raise KeyUsedOtherwise("this Idempotency-Key came with another request before; choose a new one")
        row = self._known(caller, kept.row, kept.kind)
        answer = self.answer(row, caller, created=kept.created)
        answer.headers["idempotency-replayed"] = "true"
        return answer

    def _tried(self, row: Row, caller: Caller, *, changed: bool) -> JSONResponse:
        """A row that only would be has no id yet, and a history with one act more than it has."""
        told = self._show(row, caller)
        if changed and "history" in told:
            told["history"] += acts_json([row.made_by])
        if changed and row.version == 1:
            told["id"] = None
        return JSONResponse(told, 200, {TRIED: "true"})

    def _fingerprint(self, request: Request, body: Body | None) -> str:
        """What was asked, as a hash. A personal number goes in by its keyed hash: a bare one could be guessed from."""
        held = None if body is None else self._without_numbers(body.model_dump(mode="json", exclude_unset=True))
        parts = [request.method, request.url.path, request.headers.get("if-match", ""), held]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    def _without_numbers(self, held: Any) -> Any:
        if isinstance(held, list):
            return [self._without_numbers(each) for each in held]
        if not isinstance(held, dict):
            return held
        if set(held) == _PATIENT:
            return self._desk.seal.lookup(PersonalIdentityNumber.parse(held["value"], held["kind"]))
        return {name: self._without_numbers(value) for name, value in held.items()}


def etag_of(row: Row) -> str:
    return f'"{row.version}"'
