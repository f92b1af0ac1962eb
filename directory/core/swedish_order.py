"""The order of names in a Swedish list: å, ä and ö come last, other marks do not count at first.

As CLDR's Swedish collation at its first two levels: w follows v as a letter of its own, ü is ordered as y, æ as ä, ø
and œ as ö. Not a general collation: only for names that are shown in lists. A library for this (ICU) is a heavy part to
install for one alphabet.
"""

import re
import unicodedata

_LAST = str.maketrans(
    {"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}", "œ": "}", "ü": "y", "đ": "d", "ł": "l", "ß": "ss"}
)
"""The three signs after ``z`` in ASCII stand for the three letters after z."""
_NOT_ORDERED = re.compile(r"[^0-9a-z {|}]")


def order_of(text: str) -> tuple[str, str]:
    """A key by which names sort: letters first, then what is only marks or case."""
    plain = unicodedata.normalize("NFC", text).casefold()
    letters = plain.translate(_LAST)
    if letters.isascii():  # Nearly every name, and thousands are put into order for one answer.
        return _NOT_ORDERED.sub("", letters), plain
    bare = "".join(map(_without_marks, letters)).translate(_LAST)
    return "".join(c for c in bare if c.isalnum() or c in " {|}"), plain


def _without_marks(character: str) -> str:
    if character.isascii():
        return character
    return "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))
