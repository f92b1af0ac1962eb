"""The discharge messages: which kind goes from whom to whom, and when. A table; an unlisted kind is refused.

Source: Lag 2017:612 om samverkan vid utskrivning, in force 2018-01-01. The order of 2008 differed (the ward called to
the planning), so another table can take this one's place in ``Policy.messages``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Sender(StrEnum):
    """``WARD`` is the in-patient unit that has the patient. ``CARE_CONTACT`` is the permanent care contact in person,
    at a concerned unit in regional open care."""

    WARD = "ward"
    CARE_CONTACT = "care_contact"


@dataclass(frozen=True, slots=True)
class MessageOrder:
    """One row. ``needs_ready``: the treating doctor has judged the patient ready. Receivers are always the units that
    the case concerns (2 kap. 1 §)."""

    sender: Sender
    section: str
    needs_ready: bool = False
    needs_plan_consent: bool = False


MESSAGES_2017_612: Mapping[str, MessageOrder] = MappingProxyType(
    {
        "inskrivning": MessageOrder(Sender.WARD, "2 kap. 1 §"),
        "utskrivningsklar": MessageOrder(Sender.WARD, "3 kap. 1 §", needs_ready=True),
        "informationsoverforing": MessageOrder(Sender.WARD, "2 kap. 4 §", needs_ready=True),
        "utskrivning": MessageOrder(Sender.WARD, "2 kap. 4 §", needs_ready=True),
        "kallelse": MessageOrder(Sender.CARE_CONTACT, "4 kap. 1 §"),
        "plan": MessageOrder(Sender.CARE_CONTACT, "4 kap. 2 §", needs_plan_consent=True),
    }
)
