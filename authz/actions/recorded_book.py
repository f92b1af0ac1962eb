"""The registers, with every change in the audit trail before it is made: who did what with which row, for whom.

A change that then fails is recorded as one that did not come to be. What was changed to what, the registers' own
history tells; this is who, whom, where and when, beside all else that somebody did.  (HSLF-FS 2016:40 4 kap. 9 §)
"""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from authz.actions.records import instant_text
from authz.core.request import PatientKey
from authz.ports import Act, Kind, Notice, RegisterBook, Row, Trail
from authz.refusals import TrailUnavailable
from vocabulary.clock import Clock
from vocabulary.hsa_id import HsaId
from vocabulary.refusals import InvalidValue

RECORDS_AT_ONCE: Final = 1_000
CLIENT: Final = "client:"


class RecordedBook:
    """Keeps ``authz.ports.RegisterBook``. ``commit`` raises ``TrailUnavailable`` and then changes nothing."""

    def __init__(self, book: RegisterBook, trail: Trail, clock: Clock) -> None:
        self._book, self._trail, self._clock = book, trail, clock

    def commit(self, rows: Sequence[Row], notices: Sequence[Notice] = ()) -> int:
        told = [self._record(row) for row in rows]
        for first in range(0, len(told), RECORDS_AT_ONCE):
            self._trail.append([_encode(one) for one in told[first : first + RECORDS_AT_ONCE]]).result()
        try:
            return self._book.commit(rows, notices)
        except BaseException as error:
            self._undone(rows, type(error).__name__)
            raise

    def row(self, kind: Kind, row_id: str) -> Row | None:
        return self._book.row(kind, row_id)

    def rows_under(self, kind: Kind, above: str) -> tuple[Row, ...]:
        return self._book.rows_under(kind, above)

    def last_acts(self, kind: Kind, ids: Collection[str]) -> Mapping[str, Act]:
        return self._book.last_acts(kind, ids)

    def history(self, kind: Kind, row_id: str) -> tuple[Act, ...]:
        return self._book.history(kind, row_id)

    def rows_of_patient(self, kind: Kind, patient: PatientKey) -> tuple[Row, ...]:
        return self._book.rows_of_patient(kind, patient)

    def rows_of_person(self, kind: Kind, person: HsaId) -> tuple[Row, ...]:
        return self._book.rows_of_person(kind, person)

    def _record(self, row: Row) -> dict[str, Any]:
        act, content = row.made_by, row.content
        return {
            "kind": "register_change",
            "at": instant_text(self._clock.now()),
            "permit": True,
            "register": str(row.kind),
            "row": row.id,
            "version": row.version,
            "what": act.what,
            **who_acted(act.by),
            "patient": row.patients[0].key if len(row.patients) == 1 else None,
            "patients": len(row.patients),
            "data_unit": _id(getattr(content, "unit", None)),
            "data_provider": _id(getattr(content, "provider", None)),
            "level": None if act.level is None else int(act.level),
            "document": act.document,
        }

    def _undone(self, rows: Sequence[Row], why: str) -> None:
        """As well as it can be: the change was not made, and its refusal is what whoever asked is told."""
        now = instant_text(self._clock.now())
        told = {"kind": "register_change_failed", "at": now, "permit": False, "rule": why}
        for row in rows[:RECORDS_AT_ONCE]:
            about = {"register": str(row.kind), "row": row.id, "version": row.version, **who_acted(row.made_by.by)}
            try:
                self._trail.append([_encode({**told, **about})])
            except TrailUnavailable:
                return


def who_acted(name: str) -> dict[str, str | None]:
    """``person`` and ``system`` of an actor as histories name one (``Caller.name``)."""
    try:
        return {"person": HsaId.parse(name).value, "system": None}
    except InvalidValue:
        return {"person": None, "system": name.removeprefix(CLIENT)}


def _id(value: object) -> str | None:
    return value.value if isinstance(value, HsaId) else None


def _encode(record: Mapping[str, Any]) -> bytes:
    told = {name: value for name, value in record.items() if value is not None}
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode()
