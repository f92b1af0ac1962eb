"""The answer goes only where the client said beforehand.  (RFC 6749, 3.1.2.3; RFC 9700, 2.1: exact comparison)"""

from federation.core.authorization.draft import Draft
from federation.core.redirection import is_registered
from federation.refusals import UntrustedRequest


def redirect_uri_is_registered(draft: Draft) -> None:
    client = draft.known_client()
    asked = draft.one("redirect_uri")
    if asked is None or not is_registered(asked, client.redirect_uris, native=client.native):
        raise UntrustedRequest("the application that sent you here wants its answer at an address not registered")
    draft.redirect_uri = asked
