"""Which characters a text from outside may hold. For names, titles, reasons: every free text that we store or show."""

import unicodedata

from vocabulary.refusals import InvalidValue

# Controls, surrogates, private use and unassigned; format characters (Cf) hold the bidirectional overrides.
_REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_SOFT_HYPHEN = "\u00ad"


def parse_line(text: str, *, max_length: int, pointer: str | None = None) -> str:
    """One line of printable text, at most ``max_length`` characters, in Unicode normal form C; returned stripped.

    Raises ``InvalidValue`` for an empty text and for control, format, bidirectional or unassigned characters (UAX #9,
    UTS #39).
    """
    normal = unicodedata.normalize("NFC", text).strip()
    if not normal:
        raise InvalidValue("the text is empty", pointer=pointer)
    if len(normal) > max_length:
        raise InvalidValue(f"the text is longer than {max_length} characters", pointer=pointer)
    for character in normal:
        if unicodedata.category(character) in _REFUSED_CATEGORIES or character == _SOFT_HYPHEN:
            raise InvalidValue(f"the text holds U+{ord(character):04X}, which is not allowed in it", pointer=pointer)
    return normal
