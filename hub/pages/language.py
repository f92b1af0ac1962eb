"""Which language a page speaks: what was chosen by hand, else what the application or the browser asks for.

Swedish is the first language; it is what everybody gets who asks for none that we have.
"""

from collections.abc import Sequence

from starlette.requests import HTTPConnection
from starlette.responses import Response

LANGUAGES = {"sv": "Svenska", "en": "English"}
FIRST_LANGUAGE = "sv"
LANGUAGE_COOKIE = "tillit_language"
_A_YEAR = 365 * 24 * 3600


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


def remember_language(request: HTTPConnection, response: Response) -> None:
    """Leave a cookie when this very request chooses a language by hand, so that the next page speaks it too."""
    chosen = request.query_params.get("lang")
    if chosen in LANGUAGES:
        secure = request.url.scheme == "https"
        response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=_A_YEAR, secure=secure, httponly=True, samesite="lax")


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
