"""By when the law wants each discharge message to be sent, as a table.  (Lag 2017:612 2–4 kap.)

Boundary: a late message is shown as late and is still sent; nothing is denied by this.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from vocabulary.stockholm import day_of, start_of_day


class Since(StrEnum):
    """What the time runs from. ``READY_TOLD`` is when the concerned units were told that the patient is ready."""

    ADMITTED = "admitted"
    READY_TOLD = "ready_told"
    DISCHARGED = "discharged"


@dataclass(frozen=True, slots=True)
class Deadline:
    """``within`` is exact to the instant; ``None`` means the same day, until midnight in Stockholm."""

    since: Since
    within: timedelta | None

    def after(self, since: datetime) -> datetime:
        """The instant from which a message that is not sent is late."""
        if self.within is not None:
            return since + self.within
        return start_of_day(day_of(since) + timedelta(days=1))


DEADLINES_2017_612: Mapping[str, Deadline] = MappingProxyType(
    {
        "inskrivning": Deadline(Since.ADMITTED, timedelta(hours=24)),
        "informationsoverforing": Deadline(Since.DISCHARGED, None),
        "kallelse": Deadline(Since.READY_TOLD, timedelta(days=3)),
    }
)


class Timeliness(StrEnum):
    """``WAITS``: the time has not begun to run."""

    WAITS = "waits"
    DUE = "due"
    LATE = "late"
    SENT = "sent"
    SENT_LATE = "sent_late"


def timeliness(due: datetime | None, sent: datetime | None, now: datetime) -> Timeliness:
    if sent is not None:
        return Timeliness.SENT_LATE if due is not None and sent >= due else Timeliness.SENT
    if due is None:
        return Timeliness.WAITS
    return Timeliness.LATE if now >= due else Timeliness.DUE
