"""Which passwords may be chosen: long, not guessable from who you are or from what everybody takes.

By NIST SP 800-63B 5.1.1.2 there are no rules on kinds of character and no forced change. Not for passwords already in
use: those are only compared.
"""

import re
import unicodedata
from collections.abc import Iterable

from federation.refusals import PasswordTooWeak

MIN_LENGTH = 12
MAX_LENGTH = 256
_MIN_DISTINCT = 5
_LOOKALIKES = str.maketrans("@4301!$57", "aaeoiisst")

# Words of which people here make passwords by adding a year or a sign. Longer passwords may contain them.
_COMMON = frozenset(
    """
    password passord losenord hemligt hemlighet sommar vinter host varen hosten sommaren vintern januari februari mars
    april maj juni juli augusti september oktober november december mandag tisdag onsdag torsdag fredag lordag sondag
    valkommen welcome admin administrator letmein qwerty qwertyuiop asdfghjkl zxcvbnm abcdefghijkl iloveyou football
    fotboll hockey sverige sweden norrbotten norrland lulea kiruna boden pitea kalix haparanda gallivare jokkmokk
    arvidsjaur arjeplog overtornea overkalix pajala alvsbyn regionnorrbotten landstinget kommun kommunen sjukhus
    sjukhuset vardcentral vardcentralen underskoterska sjukskoterska distriktsskoterska lakare doktor
    tillit inloggning test testtest passwordpassword losenordlosenord hejhej hejsan sunderby sunderbyn
    """.split()
)  # fmt: skip
_RUNS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "012345678901234567890123456789")


def normal_password(text: str) -> str:
    """The form that is hashed and compared: å typed on a Mac and on Windows is the same (RFC 8265 4.2.1 uses NFC)."""
    return unicodedata.normalize("NFC", text)


def check_password(text: str, *, username: str, names: Iterable[str]) -> None:
    """Raises ``PasswordTooWeak`` with one of its stable reasons when the password may not be chosen."""
    password = normal_password(text)
    if len(password) < MIN_LENGTH:
        raise PasswordTooWeak("too_short")
    if len(password) > MAX_LENGTH:
        raise PasswordTooWeak("too_long")
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in password):
        raise PasswordTooWeak("unprintable")
    plain = _plain(password)
    for part in _parts((username, *names)):
        if part in plain:
            raise PasswordTooWeak("contains_name")
    if len(set(password.casefold())) < _MIN_DISTINCT or _is_common(plain) or _is_run(plain):
        raise PasswordTooWeak("common")


def _parts(names: Iterable[str]) -> list[str]:
    """Pieces of names of four letters or more; shorter ones stand in too many words."""
    return [part for name in names for part in re.split(r"[^a-z0-9]+", _plain(name)) if len(part) >= 4]


def _is_common(plain: str) -> bool:
    """A common word, or two of them, with digits and signs around or between."""
    core = re.sub(r"^[^a-z]+|[^a-z]+$", "", plain)  # a year and signs at the ends stand for no letters
    for form in (core, core.translate(_LOOKALIKES)):
        words = re.findall(r"[a-z]+", form)
        letters = "".join(words)
        others = len(plain) - len(letters)
        if letters in _COMMON or (words and all(word in _COMMON for word in words) and len(words) <= 2 and others <= 8):
            return True
    return False


def _is_run(plain: str) -> bool:
    return any(plain in run or plain in run[::-1] for run in _RUNS)


def _plain(text: str) -> str:
    """Without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
