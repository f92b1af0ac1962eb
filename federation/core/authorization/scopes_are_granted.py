"""The scopes are among those that the client may ask for.  (RFC 6749, 3.3)

A scope that is not the client's is refused rather than dropped: whoever asks wrongly should hear it.
"""

import re

from federation.core.authorization.draft import Draft
from federation.refusals import InvalidScope

_SCOPES = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*")


def parse_scopes(text: str) -> frozenset[str]:
    """The tokens of a ``scope`` parameter. Raises ``InvalidScope`` for a wrong form."""
    if not _SCOPES.fullmatch(text):
        raise InvalidScope("`scope` is a list of names parted by single spaces")
    return frozenset(text.split(" "))


def scopes_are_granted(draft: Draft) -> None:
    asked = draft.one("scope")
    if asked is None:
        raise InvalidScope("`scope` is missing")
    scopes = parse_scopes(asked)
    if scopes - draft.known_client().scopes:
        raise InvalidScope("`scope` holds a scope that the application may not ask for")
    draft.scopes = scopes
