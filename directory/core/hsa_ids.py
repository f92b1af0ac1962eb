"""The form of the HSA-ids that the directory makes: the member's prefix, letters for the kind, a serial number.

Boundary: pure; that a serial number is taken once is the ledger's promise.
"""

import re

from directory.core.entries import (
    AdminAssignment,
    Assignment,
    CareProvider,
    CodeTable,
    Entry,
    Function,
    Member,
    Person,
    SystemRole,
    Unit,
    VideoEndpoint,
)
from vocabulary.capacity import Capacity
from vocabulary.hsa_id import HsaId
from vocabulary.refusals import InvalidValue

LETTERS = {"E": 6, "P": 6, "M": 6, "VG": 4, "OG": 4, "HM": 2, "F": 6, "A": 6, "V": 6, "R": 6, "K": 4}
"""Unit, person, assignment, care provider, social care provider, member, function, admin assignment, video endpoint,
system role, code table; each with the width of its serial number."""

LETTERS_OF: dict[type[Entry], str] = {
    Member: "HM",
    Unit: "E",
    Function: "F",
    Person: "P",
    Assignment: "M",
    AdminAssignment: "A",
    VideoEndpoint: "V",
    SystemRole: "R",
    CodeTable: "K",
}


def letters_for(kind: type[Entry], capacity: Capacity | None = None) -> str:
    """The letters of a new entry of ``kind``; a care provider's follow from its ``capacity``."""
    if kind is CareProvider:
        return "OG" if capacity is Capacity.SOCIAL_CARE else "VG"
    return LETTERS_OF[kind]


def series_of(prefix: str, letters: str) -> str:
    """The name of the series that serials of ``prefix`` (``SE2321000230``) and ``letters`` are counted in."""
    if letters not in LETTERS:
        raise InvalidValue(f"the letters of an HSA-id are one of {', '.join(f'`{known}`' for known in LETTERS)}")
    return f"{prefix.upper()}-{letters}"


def hsa_id_with(prefix: str, letters: str, serial: int) -> HsaId:
    """``SE2321000230-P000123``. A serial that outgrows the width is written in full."""
    return HsaId.parse(f"{series_of(prefix, letters)}{serial:0{LETTERS[letters]}d}")


def made_from(hsa_id: HsaId) -> tuple[str, int] | None:
    """The series and serial number that ``hsa_id`` was made from; ``None`` for one that does not look made by us."""
    found = _MADE.fullmatch(hsa_id.key)
    if found is None or len(found["serial"]) != LETTERS.get(found["letters"]):
        return None
    return series_of(hsa_id.prefix, found["letters"]), int(found["serial"])


_MADE = re.compile(r"[^-]+-(?P<letters>[A-Z]+)(?P<serial>[0-9]+)")


def trial_id(hsa_id: HsaId, number: int) -> HsaId:
    """An id of the same kind that nobody is ever given, since serials are digits alone: for what is only tried."""
    return HsaId.parse(f"{hsa_id}T{number}")


def is_trial(hsa_id: str) -> bool:
    """Whether it is the id of what is only tried or judged before it gets its own: by ``trial_id``, or of serial 0."""
    return _TRIAL.fullmatch(hsa_id) is not None


_TRIAL = re.compile(r"SE[0-9]{10}-[A-Z]+0+(T[0-9]+)?", re.ASCII)
