"""The client is registered, enabled, and one that logs people in. Before that nobody may be redirected anywhere.
(RFC 6749, 4.1.2.1)"""

from federation.core.authorization.draft import Draft
from federation.core.client import GrantType
from federation.refusals import UntrustedRequest


def client_is_known(draft: Draft) -> None:
    client_id = draft.one("client_id")
    client = None if client_id is None else draft.find_client(client_id)
    if client is None or not client.enabled or GrantType.AUTHORIZATION_CODE not in client.grants:
        raise UntrustedRequest("the application that sent you here is not known")
    draft.client = client
