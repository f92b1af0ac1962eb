"""Discovery and keys (OpenID Connect Discovery 1.0; RFC 8414; RFC 7517). Addresses come from configuration only."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from federation.core.claims import CLAIM_SCOPES, CLAIMS
from federation.core.client import AuthMethod, GrantType
from federation.core.interaction import Prompt, ResponseMode
from federation.core.jwk import ASSERTION_ALGORITHMS
from federation.core.signing_key import SIGNING_ALGORITHMS
from federation.edge.http.asgi import Receive, Scope, Send, answer
from vocabulary.assurance import AssuranceLevel

_CACHED = ((b"content-type", b"application/json"), (b"cache-control", b"public, max-age=300"))


class JsonDocument:
    """A public document, written anew only when its content is another object."""

    def __init__(self, content: Callable[[], Mapping[str, Any]]) -> None:
        self._content = content
        self._written: tuple[Mapping[str, Any] | None, bytes] = (None, b"")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            await answer(send, 405, b"", ((b"allow", b"GET, HEAD"),))
            return
        content = self._content()
        if self._written[0] is not content:
            self._written = (content, json.dumps(content, separators=(",", ":")).encode())
        await answer(send, 200, self._written[1] if scope["method"] == "GET" else b"", _CACHED)


def provider_metadata(issuer: str) -> dict[str, Any]:
    """One document serves OpenID Connect and OAuth."""
    methods = [str(method) for method in AuthMethod]
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "userinfo_endpoint": f"{issuer}/userinfo",
        "introspection_endpoint": f"{issuer}/introspect",
        "revocation_endpoint": f"{issuer}/revoke",
        "end_session_endpoint": f"{issuer}/logout",
        "jwks_uri": f"{issuer}/jwks",
        "scopes_supported": sorted(CLAIM_SCOPES | {"offline_access"}),
        "response_types_supported": ["code"],
        "response_modes_supported": [str(mode) for mode in ResponseMode],
        "grant_types_supported": [str(one) for one in GrantType],
        "subject_types_supported": ["public"],
        "acr_values_supported": [level.uri for level in AssuranceLevel if level is not AssuranceLevel.NONE],
        "prompt_values_supported": [str(prompt) for prompt in Prompt],
        "id_token_signing_alg_values_supported": list(SIGNING_ALGORITHMS),
        "token_endpoint_auth_methods_supported": methods,
        "token_endpoint_auth_signing_alg_values_supported": list(ASSERTION_ALGORITHMS),
        "introspection_endpoint_auth_methods_supported": [one for one in methods if one != "none"],
        "introspection_endpoint_auth_signing_alg_values_supported": list(ASSERTION_ALGORITHMS),
        "revocation_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_signing_alg_values_supported": list(ASSERTION_ALGORITHMS),
        "code_challenge_methods_supported": ["S256"],
        "claim_types_supported": ["normal"],
        "claims_supported": ["sub", "acr", "amr", "auth_time", "sid", *(claim.name for claim in CLAIMS)],
        "claims_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "authorization_response_iss_parameter_supported": True,
        "ui_locales_supported": ["sv", "en"],
    }
