"""Organisation numbers of legal entities: ten digits with a check digit (Lag 1974:174)."""

import re
from dataclasses import dataclass
from typing import Self

from vocabulary.luhn import has_valid_check_digit
from vocabulary.refusals import InvalidValue


@dataclass(frozen=True, slots=True)
class OrganisationNumber:
    value: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ten digits without hyphen. Raises ``InvalidValue``."""
        if not re.fullmatch(r"[0-9]{10}", text) or not has_valid_check_digit(text):
            raise InvalidValue("an organisation number is ten digits, of which the last is a valid check digit")
        return cls(text)

    def __str__(self) -> str:
        return self.value
