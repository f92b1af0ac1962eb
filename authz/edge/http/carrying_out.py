"""How every change of the registers comes in over HTTP: by whom, at which version, tried or done, once for each key.

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
from authz.actions.record_reading import record_reading
from authz.actions.rights import Rights, rights_of
from authz.core.facts import CareRelationship
from authz.core.request import PatientKey
from authz.edge.http.book_of_one_request import BookOfOneRequest, Keep
from authz.edge.http.rows import Body, PatientBody, acts_json, parse_id, row_json
from authz.ports import Act, KeptRequest, Kind, Row, Trail
from authz.refusals import KeyTaken, KeyUsedOtherwise, RecordMoved, UnknownRecord
from vocabulary.caller import Caller
from vocabulary.personal_number import PersonalIdentityNumber
from vocabulary.text import parse_line

DryRun = Annotated[bool, Query(description="tell what would be, and change nothing")]
TRIED: Final = "tillit-dry-run"
"""The header of an answer to what was only tried."""
_KEY_LENGTH: Final = 200
_PATIENT: Final = {"kind", "value"}

Do = Callable[[Desk, Rights], Row]
Show = Callable[[Row, Caller], dict[str, Any]]


class RegisterDoor:
    """What the registers' routers share. ``kind`` is whose rows a router shows, below the address ``prefix``."""

    def __init__(self, desk: Desk, trail: Trail, kind: Kind, prefix: str, show: Show | None = None) -> None:
        self.desk, self._trail, self._kind, self._prefix = desk, trail, kind, prefix
        self._show = show or self.shown

    # -- changing -----------------------------------------------------------------------------------------------

    def carry_out(self, request: Request, caller: Caller, body: Body, do: Do, *, dry_run: bool = False) -> JSONResponse:
        """The answer: the row as it stands after ``do``, or would stand; 201 where it came into being."""
        given = request.headers.get("idempotency-key")
        key = None if given is None or dry_run else parse_line(given, max_length=_KEY_LENGTH)
        if key is None:
            return self._done(request, caller, do, None, dry_run=dry_run)
        asked = self._fingerprint(request, body)
        kept = self.desk.book.request(caller.name, key)
        if kept is None:
            now = self.desk.clock.now()

            def keep(row: Row, created: bool) -> KeptRequest:  # `Keep` says what it means.
                return KeptRequest(caller.name, key, asked, now, row.kind, row.id, created)

            try:
                return self._done(request, caller, do, keep, dry_run=False)
            except KeyTaken:
                kept = self.desk.book.request(caller.name, key)
                if kept is None:
                    raise
        return self._again(caller, kept, asked)

    def _done(self, request: Request, caller: Caller, do: Do, keep: Keep | None, *, dry_run: bool) -> JSONResponse:
        level = None if caller.person is None else caller.level
        book = BookOfOneRequest(self.desk.book, keep, level, dry_run=dry_run)
        row = do(replace(self.desk, book=book), rights_of(self.desk, caller))
        book.answer_with(row)
        created = row.version == 1 and row in book.written
        if dry_run:
            return self._tried(book.written[0] if book.written else row, caller, changed=bool(book.written))
        return self._answer(row, caller, created=created)

    def _again(self, caller: Caller, kept: KeptRequest, asked: str) -> JSONResponse:
        if kept.fingerprint != asked:
            raise KeyUsedOtherwise("this Idempotency-Key came with another request before; choose a new one")
        row = self.known(caller, kept.row, kept.kind)
        answer = self._answer(row, caller, created=kept.created)
        answer.headers["idempotency-replayed"] = "true"
        return answer

    def _answer(self, row: Row, caller: Caller, *, created: bool) -> JSONResponse:
        headers = {"etag": etag_of(row)}
        if created:
            headers["location"] = f"{self._prefix}/{row.id}"
        return JSONResponse(self._show(row, caller), 201 if created else 200, headers)

    def _tried(self, row: Row, caller: Caller, *, changed: bool) -> JSONResponse:
        """A row that only would be has no id yet, and a history with one act more than it has."""
        told = self._show(row, caller)
        if changed:
            told["history"] += acts_json([row.made_by])
        if changed and row.version == 1:
            told["id"] = None
        return JSONResponse(told, 200, {TRIED: "true"})

    def _fingerprint(self, request: Request, body: Body) -> str:
        """What was asked, as a hash. A personal number goes in by its keyed hash: a bare one could be guessed from."""
        held = self._without_numbers(body.model_dump(mode="json", exclude_unset=True))
        parts = [request.method, request.url.path, request.headers.get("if-match", ""), held]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    def _without_numbers(self, held: Any) -> Any:
        if isinstance(held, list):
            return [self._without_numbers(each) for each in held]
        if not isinstance(held, dict):
            return held
        if set(held) == _PATIENT:
            return self.desk.seal.lookup(PersonalIdentityNumber.parse(held["value"], held["kind"]))
        return {name: self._without_numbers(value) for name, value in held.items()}

    # -- showing ------------------------------------------------------------------------------------------------

    def known(self, caller: Caller, row_id: str, kind: Kind | None = None) -> Row:
        """A row that the caller may know of. Raises ``UnknownRecord``."""
        return known_row(self.desk, rights_of(self.desk, caller), kind or self._kind, row_id)

    def wanted(self, request: Request, rights: Rights, row_id: str) -> Row:
        """The row that is to be changed. Raises ``UnknownRecord``, and ``RecordMoved`` for another version than
        ``If-Match`` names."""
        row = known_row(self.desk, rights, self._kind, row_id)
        sent = request.headers.get("if-match")
        if sent is not None and not any(tag.strip() in ("*", etag_of(row)) for tag in sent.split(",")):
            raise RecordMoved(f"the record is at version {etag_of(row)} by now; look at it again")
        return row

    def show_one(self, caller: Caller, row_id: str) -> JSONResponse:
        return self._answer(self.known(caller, row_id), caller, created=False)

    def of_patient(self, caller: Caller, patient: PatientBody, *, listing: bool = True) -> dict[str, Any]:
        """What the caller may know of a patient's rows, after the trail has it that she was told. ``listing`` says that
        the caller must be one of those who may list them at all."""
        rights, key = rights_of(self.desk, caller), self.key_of(patient)
        if listing:
            rights.need_listing(key)
        rows = self.desk.book.rows_of_patient(self._kind, key)
        record_reading(self._trail, caller, self.desk.clock.now(), "registers_read", key, register=str(self._kind))
        return self._many(rights, caller, rows)

    def of_person(self, caller: Caller, person: str) -> dict[str, Any]:
        rows = self.desk.book.rows_of_person(self._kind, parse_id(person, "/person"))
        return self._many(rights_of(self.desk, caller), caller, rows)

    def of_rows(self, caller: Caller, rows: tuple[Row, ...]) -> dict[str, Any]:
        return self._many(rights_of(self.desk, caller), caller, rows)

    def _many(self, rights: Rights, caller: Caller, rows: tuple[Row, ...]) -> dict[str, Any]:
        return {"items": [self.told(row, caller) for row in rows if rights.knows(row)]}

    def shown(self, row: Row, caller: Caller) -> dict[str, Any]:
        return {**self.told(row, caller), "history": acts_json(self._history(row))}

    def told(self, row: Row, caller: Caller) -> dict[str, Any]:
        """Whoever asks for a person's own care relationships needs to know with whom; elsewhere the patient is not
        told, since whoever asks knows her."""
        told, content = row_json(row), row.content
        if isinstance(content, CareRelationship) and content.person == caller.person:
            number = self.desk.seal.open(row.patients[0].sealed)
            told["patient"] = {"kind": number.kind, "value": number.reveal()}
        return told

    def _history(self, row: Row) -> tuple[Act, ...]:
        return self.desk.book.history(row.kind, row.id)

    def key_of(self, patient: PatientBody) -> PatientKey:
        return PatientKey(self.desk.seal.lookup(patient.read()))


def known_row(desk: Desk, rights: Rights, kind: Kind, row_id: str) -> Row:
    """Raises ``UnknownRecord`` for one that is not there, and for one that the caller may not know of."""
    row = desk.book.row(kind, row_id)
    if row is None or not rights.knows(row):
        raise UnknownRecord("there is no such record")
    return row


def etag_of(row: Row) -> str:
    return f'"{row.version}"'
