"""Discharge cases and their messages as they go over HTTP.

Who may know of a case: who is logged in with an assignment at the ward or at a unit that it concerns, and applications
of these units' members. What a message says is told to its sender's unit, and to who receives it by a decision.
"""

from datetime import date
from typing import Any

from pydantic import Field

from authz.actions.desk import Desk
from authz.actions.discharging.case import content_of, messages_of
from authz.actions.discharging.open_case import MOST_UNITS, Admission
from authz.actions.discharging.send import Written
from authz.actions.discharging.timely import Due, due_messages
from authz.actions.records import instant_text
from authz.core.facts import DischargeCase
from authz.edge.http.rows import Body, Instant, PatientBody, parse_id, row_json
from authz.edge.http.told_rows import TellRows, read_hsa_ids
from authz.ports import Row
from vocabulary.caller import Caller
from vocabulary.network_zone import NetworkZone

_SAYS = ("text", "expected_discharge", "meeting_at")


class NewCase(Body):
    patient: PatientBody
    ward: str
    concerned_units: list[str] = Field(min_length=1, max_length=MOST_UNITS)
    admitted_at: Instant

    def read(self) -> Admission:
        return Admission(
            self.patient.read(),
            parse_id(self.ward, "/ward"),
            read_hsa_ids(self.concerned_units, "/concerned_units"),
            self.admitted_at,
        )


class UnitsBody(Body):
    units: list[str] = Field(min_length=1, max_length=MOST_UNITS)


class ContactBody(Body):
    person: str


class NoteBody(Body):
    note: str


class ZoneBody(Body):
    network_zone: NetworkZone = NetworkZone.OPEN


class NewMessage(ZoneBody):
    """``to_units`` left out are all that the case concerns."""

    kind: str = Field(max_length=40)
    to_units: list[str] = Field(default_factory=list, max_length=MOST_UNITS)
    text: str | None = None
    expected_discharge: date | None = None
    meeting_at: Instant | None = None

    def written(self) -> Written:
        return Written(
            self.kind,
            read_hsa_ids(self.to_units, "/to_units"),
            self.text,
            self.expected_discharge,
            self.meeting_at,
            self.network_zone,
        )


def case_json(desk: Desk, shown: TellRows, row: Row, caller: Caller) -> dict[str, Any]:
    """The case with its messages, without what they say, and how they stand against the law's times."""
    case, messages = row.content, messages_of(desk, row.id)
    assert isinstance(case, DischargeCase)
    now = desk.clock.now()
    return {
        **shown.one(row, caller),
        "messages": [message_head(message) for message in messages],
        "deadlines": [_due_json(due) for due in due_messages(case, messages, now)],
    }


def message_head(message: Row) -> dict[str, Any]:
    whole = message_json(message)
    return {name: value for name, value in whole.items() if name not in _SAYS}


def message_json(message: Row) -> dict[str, Any]:
    told = row_json(message)
    content = content_of(message)
    return {
        **{name: value for name, value in told.items() if name not in ("ended", "note")},
        "waits_for": sorted(unit.value for unit in content.to_units - content.received_by),
    }


def _due_json(due: Due) -> dict[str, Any]:
    return {
        "kind": due.kind,
        "due": None if due.due is None else instant_text(due.due),
        "sent": None if due.sent is None else instant_text(due.sent),
        "state": str(due.how),
        "late": due.how in ("late", "sent_late"),
    }
