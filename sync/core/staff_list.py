"""A staff list as it was written: columns that we know, rows of text, and where each row began in the file.

Boundary: nothing is judged or cleaned here; ``staff_row`` does that.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from sync.core.faults import Note

FIELDS = (
    "anchor",
    "personal_number",
    "given_name",
    "family_name",
    "title",
    "unit",
    "email",
    "phone",
    "start_date",
    "end_date",
    "assignments",
)
REQUIRED_FIELDS = ("anchor", "family_name")
DELIMITERS = (";", ",", "\t")

# What Swedish personnel systems call these columns: for suggesting a mapping, never for applying one unasked.
SWEDISH_HEADERS = {
    "anställningsnummer": "anchor",
    "anställningsnr": "anchor",
    "anst.nr": "anchor",
    "anstnr": "anchor",
    "anställnings-id": "anchor",
    "personnummer": "personal_number",
    "personnr": "personal_number",
    "persnr": "personal_number",
    "förnamn": "given_name",
    "tilltalsnamn": "given_name",
    "efternamn": "family_name",
    "befattning": "title",
    "titel": "title",
    "yrkestitel": "title",
    "enhet": "unit",
    "enhetskod": "unit",
    "avdelning": "unit",
    "arbetsplats": "unit",
    "e-post": "email",
    "epost": "email",
    "e-postadress": "email",
    "mejl": "email",
    "telefon": "phone",
    "telefonnummer": "phone",
    "mobil": "phone",
    "mobiltelefon": "phone",
    "startdatum": "start_date",
    "anställd från": "start_date",
    "anställd fr.o.m.": "start_date",
    "slutdatum": "end_date",
    "anställd till": "end_date",
    "anställd t.o.m.": "end_date",
    "uppdrag": "assignments",
    "medarbetaruppdrag": "assignments",
}


@dataclass(frozen=True, slots=True)
class WrittenRow:
    """``line`` is where the row begins in the file, counted from 1; ``cells`` are as many as the list has columns."""

    line: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class StaffList:
    """``columns`` tells at which place each of our fields stands; ``digest`` is SHA-256 of the bytes, in hex."""

    digest: str
    columns: Mapping[str, int]
    rows: list[WrittenRow]
    notes: tuple[Note, ...] = ()


def fold_header(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def anchor_key(anchor: str) -> str:
    """How anchors are compared: without case and outer blanks, so that an export in capitals changes nobody."""
    if anchor.isascii() and anchor.isalnum():
        return anchor.lower()
    return " ".join(unicodedata.normalize("NFC", anchor).casefold().split())


# Month and day must be possible (day + 60 for coordination numbers), so that organisation numbers, and with them
# HSA-ids, are not taken for personal numbers.
_NUMBER_LIKE = re.compile(
    r"(?<![0-9])(?:[0-9]{2})?[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]|6[1-9]|[78][0-9]|9[01])"
    r"\s?[-+–]?\s?[0-9]{4}(?![0-9])",
    re.ASCII,
)
_MOST_QUOTED = 40


def looks_like_a_number(text: str) -> bool:
    """True when something in ``text`` has the form of a personal number, valid or not."""
    return _NUMBER_LIKE.search(text) is not None


def quoted(text: str) -> str:
    """``text`` in backticks for a message: cut, printable, and never with a personal number in it."""
    if looks_like_a_number(text):
        return "`•••`"
    shown = "".join(c if c.isprintable() and c != "`" else "·" for c in text[: _MOST_QUOTED + 1])
    return f"`{shown[:_MOST_QUOTED]}…`" if len(shown) > _MOST_QUOTED else f"`{shown}`"
