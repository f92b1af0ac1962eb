"""Personal identity numbers of every kind. They mask themselves when printed; only ``reveal`` gives the digits.

Boundary: how a number is stored (as a keyed hash and sealed, never in clear) is ``vocabulary.seal``'s promise.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Self

from vocabulary.luhn import has_valid_check_digit
from vocabulary.refusals import InvalidValue


class NumberKind(StrEnum):
    """The kinds of number that identify a patient or an employee."""

    PERSONNUMMER = "personnummer"
    SAMORDNINGSNUMMER = "samordningsnummer"
    RESERVE = "reserve"


_RESERVE_FORM = re.compile(r"[0-9]{4}[0-9A-Z]{8}", re.ASCII)


@dataclass(frozen=True, slots=True)
class PersonalIdentityNumber:
    """A number with its kind: 12 digits with check digit (a coordination number has day + 60), or a reserve number.

    Reserve numbers (*reservnummer*) are regional: twelve characters that begin with a year.
    """

    kind: NumberKind
    digits: str = field(repr=False)

    @classmethod
    def parse(cls, text: str, kind: NumberKind | str | None = None) -> Self:
        """Read twelve characters; without ``kind``, tell personnummer and samordningsnummer apart by the day.

        Raises ``InvalidValue``; the message never repeats the input. No hyphens and no ten-digit form: cleaning is
        the staff list reader's work.
        """
        wanted = None if kind is None else _kind(kind)
        if wanted is NumberKind.RESERVE:
            if not _RESERVE_FORM.fullmatch(text):
                raise InvalidValue("a reserve number is a year and eight digits or capital letters")
            return cls(NumberKind.RESERVE, text)
        if not re.fullmatch(r"[0-9]{12}", text) or not has_valid_check_digit(text[2:]):
            raise InvalidValue("a personal identity number is twelve digits (YYYYMMDDNNNN) with a valid check digit")
        day = int(text[6:8])
        found = NumberKind.SAMORDNINGSNUMMER if day > 60 else NumberKind.PERSONNUMMER
        try:
            date(int(text[:4]), int(text[4:6]), day - 60 if day > 60 else day)
        except ValueError:
            raise InvalidValue("the date in the personal identity number does not exist") from None
        if wanted is not None and wanted is not found:
            raise InvalidValue(f"the number is a {found}, not a {wanted}")
        return cls(found, text)

    def reveal(self) -> str:
        """The digits, for sealing and for showing to somebody who may see them. Never for a log, URL or metric."""
        return self.digits

    def __str__(self) -> str:
        return f"{self.kind} ••••••••-••••"

    def __repr__(self) -> str:
        return f"PersonalIdentityNumber({self!s})"


def _kind(kind: NumberKind | str) -> NumberKind:
    try:
        return NumberKind(kind)
    except ValueError:
        raise InvalidValue(f"the kind of number is one of {', '.join(f'`{k}`' for k in NumberKind)}") from None
