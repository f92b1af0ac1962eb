"""One-time codes by time (RFC 6238): which texts are codes, and at which steps one is taken.

The code of a step is an edge's work. That a code is taken once is the store's (``federation.core.account``, INVARIANT
(a code once)).
"""

import hmac
import re
from collections.abc import Callable
from datetime import datetime

STEP_SECONDS = 30
SECRET_BYTES = 20  # RFC 4226 4 R6
_FORM = re.compile(r"[0-9]{6}", re.ASCII)
_WINDOW = (0, -1, 1)  # RFC 6238 5.2: one step for clocks that differ, and for slow fingers


def is_code(text: str) -> bool:
    """Six ASCII digits and nothing else: libraries take full-width and superscript digits for the same."""
    return _FORM.fullmatch(text) is not None


def step_of(instant: datetime) -> int:
    return int(instant.timestamp()) // STEP_SECONDS


def matching_step(code: str, now: datetime, code_of: Callable[[int], str]) -> int | None:
    """The step whose code ``code`` is, within one step of ``now``; ``None`` when there is none.

    Every candidate is compared, in constant time each.
    """
    if not is_code(code):
        return None
    present = step_of(now)
    found = [step for step in (present + offset for offset in _WINDOW) if hmac.compare_digest(code_of(step), code)]
    return max(found, default=None)
