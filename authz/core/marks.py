"""What is noted of an access because somebody should look at it: words that a log review draws by.  (HSLF-FS 2016:40)

Boundary: a mark says nothing about right or wrong; it says where a review is worth its while.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class Mark(StrEnum):
    EMERGENCY = "emergency"
    """It rested on an emergency."""
    NO_RELATIONSHIP = "no_relationship"
    """No care relationship between the reader and the patient was registered."""
    NOT_BOOKED = "not_booked"
    """The application says that the patient had no booking or contact there."""
    SAME_SURNAME = "same_surname"
    """Reader and patient have the same family name, by what the application told of the patient's."""
    COLLEAGUE = "colleague"
    """The patient is herself employed in the region."""
    PROTECTED = "protected"
    """The patient's personal data are protected."""


def marks_of(decision: Mapping[str, Any]) -> set[Mark]:
    """What is noted of a permit by its own record (``authz.actions.records``)."""
    marks = set()
    if decision.get("permit") is True and decision.get("patient") is not None and not decision.get("citizen"):
        if decision.get("rule") == "emergency" or "log_as_emergency" in decision.get("obligations", ()):
            marks.add(Mark.EMERGENCY)
        if decision.get("facts", {}).get("care_relationships") in (None, [], "unknown"):
            marks.add(Mark.NO_RELATIONSHIP)
    return marks
