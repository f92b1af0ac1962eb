"""Tokens a second: client credentials by secret and by signed assertion, and introspection; beside oidc-provider.

Ours keeps everything durably in SQLite; the peer keeps everything in memory. Both sign ES256 JWT access tokens of five
minutes and answer one process each.
"""

import base64
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey

from bench import load, parts
from bench.rows import Row, in_turns

PEER = "oidc-provider 9.13.3"
_FORM = {"content-type": "application/x-www-form-urlencoded"}
_PEER_SECRET = "a" * 43
_ASSERTIONS = 24_000
_JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def rows() -> Iterator[Row]:
    key = ECKey.generate_key("P-256", {"kid": "bench", "alg": "ES256"}, private=True)
    with tempfile.TemporaryDirectory() as folder:
        public = Path(folder) / "client.jwk"
        public.write_text(json.dumps(key.as_dict(private=False)))
        with parts.tillit() as demo, parts.oidc_provider(public) as peer:
            yield from _rows(demo, peer, key)


def _rows(demo: dict[str, Any], peer: str, key: ECKey) -> Iterator[Row]:
    ours = demo["issuer"]
    clients = {client["client_id"]: client for client in demo["clients"]}
    pep, exchange, resource = clients["pep"], clients["informationsutbytet"], clients["journalarkivet"]

    basic = _FORM | _basic(pep["client_id"], pep["secret"])
    peer_basic = _FORM | _basic("secret", _PEER_SECRET)
    yield Row(
        "tokens, client_credentials", "tokens/s",
        *in_turns(
            _posting(f"{ours}/token", lambda: ["grant_type=client_credentials"], basic),
            _posting(f"{peer}/token", lambda: ["grant_type=client_credentials&scope=api"], peer_basic),
        ),
        PEER, 1.5,
    )  # fmt: skip

    own_key = ECKey.import_key(json.loads(Path(exchange["jwk_file"]).read_bytes()))
    yield Row(
        "tokens, private_key_jwt", "tokens/s",
        *in_turns(
            _posting(f"{ours}/token", lambda: _assertions(own_key, exchange["client_id"], ours), _FORM),
            _posting(f"{peer}/token", lambda: _assertions(key, "key", peer, "&scope=api"), _FORM),
        ),
        PEER, 1.5,
    )  # fmt: skip

    token = _token(ours, pep["client_id"], pep["secret"], {})
    opaque = _token(peer, "secret", _PEER_SECRET, {"opaque": "1"})
    yield Row(
        "introspection", "answers/s",
        *in_turns(
            _posting(
                f"{ours}/introspect",
                lambda: [f"token={token}"],
                _FORM | _basic(resource["client_id"], resource["secret"]),
            ),
            _posting(f"{peer}/token/introspection", lambda: [f"token={opaque}"], peer_basic),
        ),
        PEER, 1.2,
    )  # fmt: skip


def _posting(url: str, bodies: Callable[[], list[str]], headers: dict[str, str]) -> Callable[[], float]:
    return lambda: load.post(url, bodies(), headers).per_second


def _assertions(key: ECKey, client_id: str, audience: str, rest: str = "") -> list[str]:
    """Enough for one round: each may be presented once (RFC 7523 section 3 item 7)."""
    now = int(time.time())
    claims = {"iss": client_id, "sub": client_id, "aud": audience, "iat": now, "exp": now + 120}
    header = {"alg": "ES256", "kid": key.kid}
    form = f"grant_type=client_credentials&client_assertion_type={_JWT_BEARER}{rest}&client_assertion="
    return [
        form + jwt.encode(header, claims | {"jti": f"{time.time_ns()}-{n}"}, key, algorithms=["ES256"])
        for n in range(_ASSERTIONS)
    ]


def _token(issuer: str, client_id: str, secret: str, more: dict[str, str]) -> str:
    form = {"grant_type": "client_credentials", **more}
    answer = httpx.post(f"{issuer}/token", data=form, auth=(client_id, secret)).raise_for_status()
    return str(answer.json()["access_token"])


def _basic(client_id: str, secret: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()}
