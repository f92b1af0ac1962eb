"""The demo's secrets: made once per data folder, kept there readable by the owner only, and told in demo.json."""

import json
from base64 import b32encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey

from federation.actions.register_client import register_client
from federation.core.client import AuthMethod, Client, GrantType, Profile
from hub.demo.clients import SeedClient, clients
from hub.demo.personas import personas
from hub.demo.region import Region
from hub.house import House
from hub.real_clock import random_bytes
from hub.sealing import write_private
from vocabulary.assurance import AssuranceLevel

_FILE = "demo-credentials.json"
_WORDS = "alm asp bjork gran hassel lind lonn ronn salg tall en ek".split()


@dataclass(frozen=True)
class Credentials:
    """``people`` by persona key: username, password, totp_secret. ``clients`` by client id: secret or jwk_file."""

    people: Mapping[str, Mapping[str, str]]
    clients: Mapping[str, Mapping[str, str]]


def read_credentials(data: Path) -> Credentials | None:
    """``None`` when the demo was never set up to its end in this folder."""
    try:
        held = json.loads((data / _FILE).read_bytes())
    except FileNotFoundError:
        return None
    return Credentials(held["people"], held["clients"])


def make_credentials(house: House, region: Region) -> Credentials:
    """Accounts for the personas who work somewhere, and every client. Written last: its file says that all is there."""
    people = {}
    for persona in personas(region):
        if persona.hsa_id is None:
            continue
        secret = b32encode(random_bytes(20)).decode()
        people[persona.key] = {"username": persona.username, "password": make_password(), "totp_secret": secret}
        house.login.create_account(persona.hsa_id, persona.username, people[persona.key]["password"], secret)
    made = {seed.client_id: _register(house, seed) for seed in clients(region)}
    write_private(house.settings.data / _FILE, json.dumps({"people": people, "clients": made}).encode())
    return Credentials(people, made)


def make_password() -> str:
    """Four words and four digits: a person can type it from the screen."""
    words = [_WORDS[byte % len(_WORDS)] for byte in random_bytes(4)]
    return "-".join([*words, f"{int.from_bytes(random_bytes(4)) % 10_000:04d}"])


def _register(house: House, seed: SeedClient) -> dict[str, str]:
    told: dict[str, str] = {}
    jwks: tuple[dict[str, Any], ...] = ()
    if seed.auth_method == AuthMethod.PRIVATE_KEY_JWT:
        key = ECKey.generate_key("P-256", {"kid": f"{seed.client_id}-1", "alg": "ES256", "use": "sig"}, private=True)
        file = house.settings.data / "keys" / "clients" / f"{seed.client_id}.jwk"
        write_private(file, json.dumps(key.as_dict(private=True)).encode())
        jwks, told = (dict(key.as_dict(private=False)),), {"jwk_file": str(file)}
    client = Client(
        seed.client_id,
        seed.name,
        AuthMethod(seed.auth_method),
        frozenset(map(GrantType, seed.grants)),
        frozenset(seed.scopes),
        jwks=jwks,
        redirect_uris=seed.redirect_uris,
        post_logout_redirect_uris=seed.post_logout_redirect_uris,
        profile=Profile(seed.profile),
        members=None if seed.members is None else frozenset(seed.members),
        vouches=seed.vouches,
        trusted_zones=frozenset(seed.trusted_zones),
        explain=seed.explain,
        needs_assignment=seed.needs_assignment,
        native=seed.native,
        system_roles=frozenset(seed.system_roles),
        level=AssuranceLevel.LOA3 if seed.vouches else AssuranceLevel.LOA2,
    )
    registered = register_client(house.federation.clients, client, random_bytes)
    return told if registered.secret is None else {"secret": registered.secret}
