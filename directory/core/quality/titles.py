"""Which licence a title in Swedish says that somebody has. Data, and the narrow reading of it.

Undersköterska is a protected title and no licence; a distriktssköterska is a nurse by licence. Who trains for a
profession (AT-läkare, underläkare, PTP-psykolog) may not have its licence yet, and is not meant.
"""

import re
from functools import lru_cache

_LICENSED = (
    ("RS", r"röntgensjuksköterska"),
    ("SJ", r"\w*sjuksköterska|distriktssköterska"),
    ("BM", r"\w*barnmorska"),
    ("TL", r"\w*tandläkare"),
    ("LK", r"(?<!at-)(?!underläkare)\w*läkare"),
    ("TH", r"tandhygienist"),
    ("FT", r"fysioterapeut|sjukgymnast"),
    ("AT", r"arbetsterapeut"),
    ("PT", r"psykoterapeut"),
    ("PS", r"(?<!ptp-)psykolog"),
    ("HK", r"hälso- och sjukvårdskurator"),
    ("LG", r"logoped"),
    ("DT", r"dietist"),
    ("AU", r"audionom"),
    ("BA", r"biomedicinsk analytiker"),
    ("AP", r"apotekare"),
    ("RC", r"receptarie"),
    ("OP", r"optiker"),
    ("OI", r"ortopedingenjör"),
    ("SF", r"sjukhusfysiker"),
    ("KP", r"kiropraktor"),
    ("NA", r"naprapat"),
)
_FORMS = tuple((code, re.compile(rf"(?<!\w)(?:{form})(?!\w)", re.IGNORECASE)) for code, form in _LICENSED)
_DISTRICT_NURSE = re.compile(r"(?<!\w)distriktssköterska(?!\w)", re.IGNORECASE)


@lru_cache(maxsize=4_096)
def licence_in(title: str) -> str | None:
    """The code of the licensed profession that ``title`` names; ``None`` for any other title."""
    return next((code for code, form in _FORMS if form.search(title)), None)


def is_district_nurse(title: str) -> bool:
    return _DISTRICT_NURSE.search(title) is not None
