"""Which language a page speaks: what was chosen by hand, else what the application or the browser asks for.

Swedish is the first language; it is what everybody gets who asks for none that we have.
"""

from collections.abc import Sequence

from starlette.requests import HTTPConnection

LANGUAGES = {"sv": "Svenska", "en": "English"}
FIRST_LANGUAGE = "sv"
LANGUAGE_COOKIE = "tillit_language"


def language_of(request: HTTPConnection, ui_locales: Sequence[str] = ()) -> str:
    """``sv`` or ``en``: first ``?lang=``, then the cookie that it left, then the application's ``ui_locales`` (OpenID
    Connect Core 3.1.2.1), then ``Accept-Language`` (RFC 9110 12.5.4).
    """
    for chosen in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if chosen in LANGUAGES:
            return chosen
    for wanted in (*ui_locales, *_accepted(request.headers.get("accept-language", ""))):
        language = wanted.partition("-")[0].lower()
        if language in LANGUAGES:
            return language
    return FIRST_LANGUAGE


def chosen_by_hand(request: HTTPConnection) -> str | None:
    """The language that this very request chooses and that should be remembered in ``LANGUAGE_COOKIE``."""
    chosen = request.query_params.get("lang")
    return chosen if chosen in LANGUAGES else None


def _accepted(header: str) -> list[str]:
    """The tags of ``Accept-Language``, the most wanted first; what cannot be read is left out."""
    weighted = []
    for part in header[:200].split(","):
        tag, _, weight = part.strip().partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            continue
        if tag and quality > 0:
            weighted.append((quality, tag))
    return [tag for _, tag in sorted(weighted, key=lambda pair: -pair[0])]
