"""How a case stands against the times of the law: which message was due when, and whether it was sent in time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from authz.actions.discharging.case import content_of
from authz.core.facts import DischargeCase
from authz.core.message_deadlines import Since, Timeliness, timeliness
from authz.core.policy import STRICTEST
from authz.ports import Row


@dataclass(frozen=True, slots=True)
class Due:
    """``due`` is ``None`` while its time has not begun to run."""

    kind: str
    due: datetime | None
    sent: datetime | None
    how: Timeliness


def due_messages(case: DischargeCase, messages: Iterable[Row], now: datetime) -> Iterator[Due]:
    first: dict[str, datetime] = {}
    for message in messages:
        first.setdefault(content_of(message).kind, message.registered_at)
    begun = {
        Since.ADMITTED: case.admitted_at,
        Since.READY_TOLD: first.get("utskrivningsklar"),
        Since.DISCHARGED: first.get("utskrivning"),
    }
    for kind, deadline in STRICTEST.message_deadlines.items():
        since = begun[deadline.since]
        due = None if since is None else deadline.after(since)
        yield Due(kind, due, first.get(kind), timeliness(due, first.get(kind), now))
