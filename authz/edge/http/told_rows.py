"""Rows of emergencies, discharges, disclosures and moves as JSON, and for whom there are any.

The patient is told to people alone, who need to know for whom; an application that asks knows her already. For whom a
row does not concern there is none.
"""

from collections.abc import Callable, Iterable
from typing import Any

from authz.actions.acting_at import acts_at
from authz.actions.desk import Desk
from authz.actions.record_reading import record_reading
from authz.core.request import PatientKey
from authz.edge.http.rows import PatientBody, acts_json, parse_id, row_json
from authz.ports import Kind, Row, Trail
from authz.refusals import NotAllowed, UnknownRecord
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId

MayKnow = Callable[[Row, Caller], bool]


class TellRows:
    """The rows of one register, to those who ``may_know`` of them.

    INVARIANT (no number is opened unseen): the trail has it before a person is given a row of somebody else's finding;
    only what she has just registered herself is told without. Without the trail nothing is given, and nothing done.
    """

    def __init__(self, desk: Desk, trail: Trail, kind: Kind, may_know: MayKnow) -> None:
        self._desk, self._trail, self._kind, self._may_know = desk, trail, kind, may_know

    def known(self, row_id: str, caller: Caller) -> Row:
        """Raises ``UnknownRecord`` for one that the caller may not know of, ``TrailUnavailable``."""
        row = self._desk.book.row(self._kind, row_id)
        if row is None or not self._may_know(row, caller):
            raise UnknownRecord("there is no such record")
        self._seen([row], caller)
        return row

    def known_of(self, rows: Iterable[Row], caller: Caller) -> list[Row]:
        """Those that the caller may know of. Raises ``TrailUnavailable``."""
        known = [row for row in rows if self._may_know(row, caller)]
        self._seen(known, caller)
        return known

    def of_patient(self, patient: PatientBody, caller: Caller) -> list[Row]:
        """Raises ``TrailUnavailable``. That the patient was asked for is recorded also when nothing is found."""
        key = PatientKey(self._desk.seal.lookup(patient.read()))
        self._record(key, caller)
        return [row for row in self._desk.book.rows_of_patient(self._kind, key) if self._may_know(row, caller)]

    def _seen(self, rows: Iterable[Row], caller: Caller) -> None:
        if caller.person is not None:
            for key in dict.fromkeys(row.patients[0].key for row in rows if row.patients):
                self._record(key, caller)

    def _record(self, patient: PatientKey, caller: Caller) -> None:
        record_reading(self._trail, caller, self._desk.clock.now(), "registers_read", patient, register=str(self._kind))

    def one(self, row: Row, caller: Caller) -> dict[str, Any]:
        told = row_json(row)
        if caller.person is not None and row.patients:
            number = self._desk.seal.open(row.patients[0].sealed)
            told["patient"] = {"kind": number.kind, "value": number.reveal()}
        return told

    def history(self, row: Row) -> list[dict[str, Any]]:
        return acts_json(self._desk.book.history(row.kind, row.id))


def unit_of_caller(desk: Desk, caller: Caller, unit: str) -> HsaId:
    """The unit whose list is asked for. Raises ``NotAllowed`` for who does not act there."""
    asked = parse_id(unit, "/unit")
    if not acts_at(desk, desk.directory(), caller, {asked}):
        raise NotAllowed(
            "the list of a unit is told to who is logged in with an assignment there, and to its member's applications"
        )
    return asked


def read_hsa_ids(texts: Iterable[str], pointer: str) -> frozenset[HsaId]:
    return frozenset(parse_id(text, pointer) for text in texts)
