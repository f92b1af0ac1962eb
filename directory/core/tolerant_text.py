"""Texts as they are compared when somebody searches: without marks, and blind to how Swedish names are often misspelt.

Both the text and the words that are searched for pass here, so that what is made equal is found: ``Åström`` by
``astrom``, ``aastroem``; ``Karlsson`` by ``Carlson``; ``Lindqvist`` by ``Lindkvist``; ``Anna-Karin`` by ``anna karin``.
"""

import re
import unicodedata
from functools import lru_cache

_SPELLINGS = (("aa", "a"), ("ae", "a"), ("oe", "o"), ("ck", "k"), ("qu", "kv"), ("q", "k"), ("c", "k"), ("w", "v"),
              ("ph", "f"), ("th", "t"), ("z", "s"), ("x", "ks"), ("ø", "o"), ("æ", "a"), ("ß", "s"))  # fmt: skip
_NOT_A_WORD = re.compile(r"[^0-9a-zøæß]+")
_DOUBLED = re.compile(r"([a-z])\1+")


@lru_cache(maxsize=4_096)
def tolerant(text: str) -> str:
    """Words of plain letters and digits, one space between them."""
    marked = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in marked if not unicodedata.combining(c))
    words = _NOT_A_WORD.sub(" ", plain)
    # What one spelling leaves can be another's beginning (`thh`, `æe`): until nothing changes, so that twice is once.
    while (simpler := _simplified(words)) != words:
        words = simpler
    return words


def _simplified(words: str) -> str:
    for written, meant in _SPELLINGS:
        if written in words:
            words = words.replace(written, meant)
    return " ".join(_undoubled(word) for word in words.split())


def _undoubled(word: str) -> str:
    """A word of nothing but one letter stays: it is no misspelling, and one letter would be met by too much."""
    once = _DOUBLED.sub(r"\1", word)
    return word if len(once) == 1 else once


def digits_of(number: str) -> str:
    """A telephone number as its national digits: ``+46 (0)921-670 01`` and ``0921 67001`` are the same."""
    found = re.sub(r"[^0-9+]", "", number.replace("(0)", ""))
    for abroad in ("+46", "0046"):
        if found.startswith(abroad):
            return "0" + found[len(abroad) :].lstrip("0").replace("+", "")
    return found.replace("+", "00")
