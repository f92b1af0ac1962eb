"""Signs the JWT by which a demo client with a private key authenticates (RFC 7523 section 3)."""

import json
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import import_key

from hub.real_clock import RealClock, random_bytes

LIFETIME_SECONDS = 60


def sign_assertion(client: dict[str, Any], *, audience: str) -> str:
    """A fresh assertion for the client whose private JWK lies in ``client["jwk_file"]``."""
    held = json.loads(Path(client["jwk_file"]).read_bytes())
    now = int(RealClock().now().timestamp())
    claims = {
        "iss": client["client_id"],
        "sub": client["client_id"],
        "aud": audience,
        "iat": now,
        "exp": now + LIFETIME_SECONDS,
        "jti": random_bytes(16).hex(),
    }
    algorithm = held.get("alg", "ES256")
    return jwt.encode({"alg": algorithm, "kid": held["kid"]}, claims, import_key(held), algorithms=[algorithm])
