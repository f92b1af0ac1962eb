"""The form of the HSA-ids that the directory makes: the member's prefix, letters for the kind, a serial number.

Boundary: pure; that a serial number is taken once is the ledger's promise.
"""

from vocabulary.hsa_id import HsaId
from vocabulary.refusals import InvalidValue

LETTERS = {"E": 6, "P": 6, "M": 6, "VG": 4, "OG": 4}
"""Unit, person, assignment, care provider, social care provider; each with the width of its serial number."""


def series_of(prefix: str, letters: str) -> str:
    """The name of the series that serials of ``prefix`` (``SE2321000230``) and ``letters`` are counted in."""
    if letters not in LETTERS:
        raise InvalidValue(f"the letters of an HSA-id are one of {', '.join(f'`{known}`' for known in LETTERS)}")
    return f"{prefix.upper()}-{letters}"


def hsa_id_with(prefix: str, letters: str, serial: int) -> HsaId:
    """``SE2321000230-P000123``. A serial that outgrows the width is written in full."""
    return HsaId.parse(f"{series_of(prefix, letters)}{serial:0{LETTERS[letters]}d}")
