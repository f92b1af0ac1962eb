"""The words that somebody typed to look for names, wherever the directory is searched: read tolerantly, never a number
of a person.

Boundary: what is searched, and in which order it is found, is asked elsewhere.
"""

import re
from functools import lru_cache

from directory.core.tolerant_text import tolerant
from vocabulary.personal_number import PersonalIdentityNumber
from vocabulary.refusals import InvalidValue
from vocabulary.text import parse_line

_NUMBER = re.compile(r"(?:19|20)?([0-9]{6})[-+ ]?([0-9]{4})")
MOST_CHARACTERS = 100
_kept = lru_cache(maxsize=100_000)(tolerant)
"""A list is searched from its beginning to its end, over and over: a smaller store would forget each name before it is
asked for again. 60 000 names take some 15 MB."""


def words_in(text: str | None, name: str) -> tuple[str, ...]:
    """The words as ``tolerant`` has them; none where nothing was typed. Raises ``InvalidValue`` that points to the
    parameter ``name`` for what holds no letter and no digit, which would be met by everything."""
    if text is None:
        return ()
    words = tuple(tolerant(parse_line(text, max_length=MOST_CHARACTERS, pointer=f"/{name}")).split())
    if not words:
        raise InvalidValue("there is no letter and no digit to look for", pointer=f"/{name}")
    return words


def met(words: tuple[str, ...], *texts: str | None) -> bool:
    """Whether each of the words is part of some word of the texts, in whatever order."""
    if not words:
        return True
    there = " ".join(_kept(text) for text in texts if text is not None)
    return all(word in there for word in words)


def refuse_personal_numbers(*texts: str | None) -> None:
    """A personal number in an address stands in logs and histories for ever. (OSL 22 kap. 1 §, GDPR art. 87)"""
    for found in (match for text in texts for match in _NUMBER.finditer(text or "")):
        for century in ("19", "20"):
            try:
                PersonalIdentityNumber.parse(century + found[1] + found[2])
            except InvalidValue:
                continue
            raise InvalidValue(
                "this looks like a personal number, which may not stand in an address: use POST /api/v1/people/lookup, "
                "or `phone` for a telephone number",
                pointer="/q",
            )
