"""A client as a JSON document and back. Reading checks nothing: ``actions.register_client`` did before writing."""

import json
from typing import Any

from federation.core.client import AuthMethod, Client, GrantType, Profile
from vocabulary.assurance import AssuranceLevel
from vocabulary.codes import Purpose
from vocabulary.hsa_id import HsaId
from vocabulary.network_zone import NetworkZone


def write_client(client: Client) -> str:
    return json.dumps(
        {
            "client_id": client.client_id,
            "name": client.name,
            "auth_method": client.auth_method,
            "grants": sorted(client.grants),
            "scopes": sorted(client.scopes),
            "secret_hash": None if client.secret_hash is None else client.secret_hash.hex(),
            "jwks": [dict(jwk) for jwk in client.jwks],
            "redirect_uris": client.redirect_uris,
            "post_logout_redirect_uris": client.post_logout_redirect_uris,
            "audience": client.audience,
            "profile": client.profile,
            "id_token_alg": client.id_token_alg,
            "members": None if client.members is None else sorted(str(member) for member in client.members),
            "vouches": client.vouches,
            "trusted_zones": sorted(client.trusted_zones),
            "purposes": None if client.purposes is None else sorted(client.purposes),
            "explain": client.explain,
            "needs_assignment": client.needs_assignment,
            "level": int(client.level),
            "native": client.native,
            "enabled": client.enabled,
            "used_under": sorted(str(assignment) for assignment in client.used_under),
            "system_roles": sorted(client.system_roles),
        },
        ensure_ascii=False,
    )


def read_client(document: str) -> Client:
    row: dict[str, Any] = json.loads(document)
    return Client(
        client_id=row["client_id"],
        name=row["name"],
        auth_method=AuthMethod(row["auth_method"]),
        grants=frozenset(GrantType(one) for one in row["grants"]),
        scopes=frozenset(row["scopes"]),
        secret_hash=None if row["secret_hash"] is None else bytes.fromhex(row["secret_hash"]),
        jwks=tuple(row["jwks"]),
        redirect_uris=tuple(row["redirect_uris"]),
        post_logout_redirect_uris=tuple(row["post_logout_redirect_uris"]),
        audience=tuple(row["audience"]),
        profile=Profile(row["profile"]),
        id_token_alg=row["id_token_alg"],
        members=None if row["members"] is None else frozenset(HsaId.parse(one) for one in row["members"]),
        vouches=row["vouches"],
        trusted_zones=frozenset(NetworkZone(one) for one in row["trusted_zones"]),
        purposes=None if row["purposes"] is None else frozenset(Purpose(one) for one in row["purposes"]),
        explain=row["explain"],
        needs_assignment=row["needs_assignment"],
        level=AssuranceLevel(row["level"]),
        native=row["native"],
        enabled=row["enabled"],
        used_under=frozenset(HsaId.parse(one) for one in row.get("used_under", ())),
        system_roles=frozenset(row.get("system_roles", ())),
    )
