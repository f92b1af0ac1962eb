"""The registers of consents, blocks, lifts, care relationships and service recipients over HTTP: what they share.

Whatever is done or told here goes by the caller's ``Rights``, and whoever is told of a patient's rows stands in the
audit trail before she is.
"""

from collections.abc import Callable
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse

from authz.actions.desk import Desk
from authz.actions.record_reading import record_reading
from authz.actions.rights import Rights, rights_of
from authz.core.facts import CareRelationship
from authz.core.request import PatientKey
from authz.edge.http.carrying_out import CarryingOut, Show, etag_of
from authz.edge.http.rows import Body, PatientBody, acts_json, parse_id, row_json
from authz.ports import Kind, Row, Trail
from authz.refusals import RecordMoved, UnknownRecord
from vocabulary.caller import Caller

Do = Callable[[Desk, Rights], Row]


class RegisterDoor:
    """``kind`` is whose rows a router shows, below the address ``prefix``."""

    def __init__(self, desk: Desk, trail: Trail, kind: Kind, prefix: str, show: Show | None = None) -> None:
        self.desk, self._trail, self._kind = desk, trail, kind
        self._carrying = CarryingOut(desk, prefix, self._known, show or self.shown)

    def carry_out(self, request: Request, caller: Caller, body: Body, do: Do, *, dry_run: bool = False) -> JSONResponse:
        def with_rights(desk: Desk) -> Row:
            return do(desk, rights_of(desk, caller))

        return self._carrying.carry_out(request, caller, body, with_rights, dry_run=dry_run)

    def known(self, caller: Caller, row_id: str) -> Row:
        """A row that the caller may know of. Raises ``UnknownRecord``."""
        return self._known(caller, row_id, self._kind)

    def _known(self, caller: Caller, row_id: str, kind: Kind) -> Row:
        return known_row(self.desk, rights_of(self.desk, caller), kind, row_id)

    def wanted(self, request: Request, rights: Rights, row_id: str) -> Row:
        """The row that is to be changed. Raises ``UnknownRecord``, and ``RecordMoved`` for another version than
        ``If-Match`` names."""
        row = known_row(self.desk, rights, self._kind, row_id)
        sent = request.headers.get("if-match")
        if sent is not None and not any(tag.strip() in ("*", etag_of(row)) for tag in sent.split(",")):
            raise RecordMoved(f"the record is at version {etag_of(row)} by now; look at it again")
        return row

    def show_one(self, caller: Caller, row_id: str) -> JSONResponse:
        return self._carrying.answer(self.known(caller, row_id), caller, created=False)

    def of_patient(self, caller: Caller, patient: PatientBody, *, listing: bool = True) -> dict[str, Any]:
        """What the caller may know of a patient's rows, after the trail has it that she was told. ``listing`` says that
        the caller must be one of those who may list them at all."""
        rights, key = rights_of(self.desk, caller), self.key_of(patient)
        if listing:
            rights.need_listing(key)
        rows = self.desk.book.rows_of_patient(self._kind, key)
        self._record(caller, key)
        return self._many(rights, caller, rows)

    def of_person(self, caller: Caller, person: str) -> dict[str, Any]:
        rows = self.desk.book.rows_of_person(self._kind, parse_id(person, "/person"))
        return self._many(rights_of(self.desk, caller), caller, rows)

    def of_rows(self, caller: Caller, rows: tuple[Row, ...]) -> dict[str, Any]:
        return self._many(rights_of(self.desk, caller), caller, rows)

    def _many(self, rights: Rights, caller: Caller, rows: tuple[Row, ...]) -> dict[str, Any]:
        return {"items": [self.told(row, caller) for row in rows if rights.knows(row)]}

    def shown(self, row: Row, caller: Caller) -> dict[str, Any]:
        return {**self.told(row, caller), "history": acts_json(self.desk.book.history(row.kind, row.id))}

    def told(self, row: Row, caller: Caller) -> dict[str, Any]:
        """Whoever asks for a person's own care relationships needs to know with whom; elsewhere the patient is not
        told, since whoever asks knows her. INVARIANT (no number is opened unseen): the trail has it first."""
        told, content = row_json(row), row.content
        if isinstance(content, CareRelationship) and content.person == caller.person:
            self._record(caller, content.patient)
            number = self.desk.seal.open(row.patients[0].sealed)
            told["patient"] = {"kind": number.kind, "value": number.reveal()}
        return told

    def _record(self, caller: Caller, patient: PatientKey) -> None:
        record_reading(self._trail, caller, self.desk.clock.now(), "registers_read", patient, register=str(self._kind))

    def key_of(self, patient: PatientBody) -> PatientKey:
        return PatientKey(self.desk.seal.lookup(patient.read()))


def known_row(desk: Desk, rights: Rights, kind: Kind, row_id: str) -> Row:
    """Raises ``UnknownRecord`` for one that is not there, and for one that the caller may not know of."""
    row = desk.book.row(kind, row_id)
    if row is None or not rights.knows(row):
        raise UnknownRecord("there is no such record")
    return row
