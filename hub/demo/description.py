"""demo.json: everything that a test client needs to know of a running demo, written whole when it is ready."""

import json
from pathlib import Path
from typing import Any

from hub.demo.clients import SeedClient, clients
from hub.demo.credentials import Credentials
from hub.demo.facts import PATIENTS
from hub.demo.personas import personas
from hub.demo.region import Region
from hub.house import House
from hub.sealing import write_private


def write_description(house: House, region: Region, credentials: Credentials, pid_file: Path) -> dict[str, Any]:
    """Writes ``demo.json`` atomically and returns its content. ``null`` stands for what this version does not have:
    card login, TLS of its own, login of citizens."""
    settings = house.settings
    by_key = {seed.key: _client(seed, credentials) for seed in clients(region)}
    described: dict[str, Any] = {
        "issuer": settings.issuer,
        "card_url": None,
        "management_url": f"http://127.0.0.1:{settings.management_port}",
        "ca_file": None,
        "personas": [
            {
                "key": persona.key,
                "name": persona.name,
                "role": persona.role_en,
                "hsa_id": None if persona.hsa_id is None else str(persona.hsa_id),
                **{name: credentials.people.get(persona.key, {}).get(name) for name in _PERSONAL},
                "card_p12": None,
                "card_p12_password": None,
                "assignments": [str(assignment) for assignment in persona.assignments],
            }
            for persona in personas(region)
        ],
        "patients": [
            {"id": patient.key, "kind": patient.kind, "value": patient.value, "name": patient.name}
            for patient in PATIENTS
        ],
        "citizen": None,
        "units": [
            {"hsa_id": str(unit.hsa_id), "name": unit.name, "member": str(unit.member)}
            for unit in region.units.values()
        ],
        "clients": list(by_key.values()),
        "pep": by_key["pep"],
        "admin": by_key["admin"],
        "scim": [],
        "ldap_uri": house.slapd.ldap_uri,
        "ldap_reader": {"dn": house.slapd.reader_dn, "password": house.slapd.reader_password},
        "pid_file": str(pid_file),
        "staff_lists": str(settings.data / "staff-lists"),
        "trail": str(settings.data / "trail"),
    }
    write_private(settings.data / "demo.json", json.dumps(described, ensure_ascii=False, indent=1).encode())
    return described


_PERSONAL = ("username", "password", "totp_secret")


def _client(seed: SeedClient, credentials: Credentials) -> dict[str, Any]:
    return {
        "client_id": seed.client_id,
        "name": seed.name,
        "auth_method": seed.auth_method,
        **credentials.clients[seed.client_id],
        "redirect_uris": list(seed.redirect_uris),
        "scopes": list(seed.scopes),
        "profile": seed.profile,
    }
