"""The client's ``nonce`` is given back in the ID token unchanged.  (OpenID Connect Core 3.1.2.1)"""

from federation.core.authorization.draft import Draft
from federation.refusals import InvalidRequest

MAX_LENGTH = 512


def nonce_is_readable(draft: Draft) -> None:
    nonce = draft.one("nonce")
    if nonce is not None and (len(nonce) > MAX_LENGTH or not nonce.isprintable()):
        raise InvalidRequest("`nonce` is too long or holds control characters")
    draft.nonce = nonce
