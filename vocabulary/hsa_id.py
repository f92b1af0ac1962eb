"""HSA-ids: the one name of every unit, person and assignment in the national directory (HSA, HSA-id regelverk).

Not for generating them: the directory does that, since only its ledger knows which were ever used.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Self

from vocabulary.luhn import has_valid_check_digit
from vocabulary.refusals import InvalidValue

MAX_LENGTH = 31
_FORM = re.compile(r"SE([0-9]{10})-([A-Za-z0-9]+)", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True, eq=False)
class HsaId:
    """``SE`` + organisation number + ``-`` + letters A–Z or digits, at most 31 characters.

    Keeps the spelling that it was given and compares without case. ``key`` is the upper-case form, for indexes.
    """

    value: str
    key: str = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an HSA-id. Raises ``InvalidValue`` for a wrong form, length or organisation number."""
        found = _FORM.fullmatch(text) if len(text) <= MAX_LENGTH else None
        if found is None or not _is_organisation_number(found[1]):
            raise InvalidValue(
                "an HSA-id is `SE`, a valid organisation number of ten digits, `-` and letters A–Z or digits, "
                f"at most {MAX_LENGTH} characters in all"
            )
        key = text.upper()
        return cls(text, text if key == text else key)  # One text serves both: there are many ids.

    @property
    def prefix(self) -> str:
        """The part before the hyphen, upper case: tells which member issued the id."""
        return self.key[:12]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, HsaId) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __str__(self) -> str:
        return self.value


@lru_cache(maxsize=1024)
def _is_organisation_number(digits: str) -> bool:
    """Ids come by the hundred thousand, from a handful of organisations."""
    return has_valid_check_digit(digits)
