"""The demo's registered clients as data: who may ask for what. Secrets and keys are made when the demo is set up."""

from dataclasses import dataclass

from authz.actions.delegating.overseers import CHIEF_NURSE
from hub.bridges.directory_answers_authz import OURSELVES
from hub.demo.norrbotten import MEMBERS
from hub.demo.region import Region
from vocabulary.hsa_id import HsaId
from vocabulary.network_zone import NetworkZone

CODE = ("authorization_code", "refresh_token")
MACHINE = ("client_credentials",)
_LOGIN = ("openid", "profile", "commission", "authorization_scope", "offline_access")


@dataclass(frozen=True, slots=True)
class SeedClient:
    """``auth_method`` and ``grants`` by their names on the wire; ``profile`` is ``national`` or ``oidc_se``.

    ``members`` limits what it may act for (``None``: all). ``key`` is what the demo calls it. ``system_roles`` are
    those whose holders may use it.
    """

    key: str
    client_id: str
    name: str
    auth_method: str
    grants: tuple[str, ...]
    scopes: tuple[str, ...]
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()
    profile: str = "national"
    members: tuple[HsaId, ...] | None = None
    vouches: bool = False
    trusted_zones: tuple[NetworkZone, ...] = ()
    explain: bool = False
    needs_assignment: bool = False
    native: bool = False
    system_roles: tuple[str, ...] = ()


def clients(region: Region) -> tuple[SeedClient, ...]:
    """All of them; loopback addresses only."""
    boden = region.members["boden"].hsa_id
    return (
        SeedClient(
            "peephole", "titthalet", "Titthålet", "client_secret_basic", CODE, _LOGIN,
            ("http://localhost:9001/callback", "http://127.0.0.1:9001/callback"), ("http://localhost:9001/",),
            needs_assignment=True,
        ),
        SeedClient(
            "planning", "vardplanering", "Vårdplaneringen", "private_key_jwt", CODE,
            (*_LOGIN, "https://id.oidc.se/scope/naturalPersonInfo", "https://id.oidc.se/scope/naturalPersonOrgId"),
            ("http://localhost:9002/callback", "http://127.0.0.1:9002/callback"), ("http://localhost:9002/",),
            profile="oidc_se", needs_assignment=True,
            system_roles=tuple(f"{OURSELVES};{CHIEF_NURSE}_{facts.code}" for facts in MEMBERS),
        ),
        SeedClient(
            "app", "hemtjanstappen", "Hemtjänstappen", "none", CODE, _LOGIN,
            ("http://127.0.0.1/callback", "http://127.0.0.1:9003/callback"), needs_assignment=True, native=True,
        ),
        SeedClient(
            "exchange", "informationsutbytet", "Informationsutbytet", "private_key_jwt", MACHINE,
            ("tillit:directory", "tillit:national", "tillit:pdp"),
        ),
        SeedClient(
            "pep", "pep", "Beslutsfrågor från journalsystemen", "client_secret_basic", MACHINE,
            ("tillit:pdp", "tillit:registers"), trusted_zones=(NetworkZone.SJUNET, NetworkZone.LUMIORA), explain=True,
        ),
        SeedClient(
            "admin", "admin", "Regionens administration", "client_secret_basic", MACHINE,
            ("tillit:admin", "tillit:directory", "tillit:registers", "tillit:pdp"), vouches=True,
            trusted_zones=(NetworkZone.SJUNET, NetworkZone.LUMIORA), explain=True,
        ),
        SeedClient(
            "console", "katalogen", "Kataloghandläggarens konsol", "client_secret_basic", CODE,
            ("openid", "profile", "offline_access", "tillit:directory", "tillit:admin"),
            ("http://localhost:9004/callback", "http://127.0.0.1:9004/callback"),
        ),
        SeedClient(
            "portal", "vardportalen", "Vårdportalen", "client_secret_basic", CODE,
            (*_LOGIN, "tillit:registers"),
            ("http://localhost:9005/callback", "http://127.0.0.1:9005/callback"),
            trusted_zones=(NetworkZone.SJUNET, NetworkZone.LUMIORA), needs_assignment=True,
        ),
        SeedClient(
            "sync", "boden-sync", "Bodens personallista", "client_secret_basic", MACHINE, ("tillit:sync",),
            members=(boden,),
        ),
        SeedClient(
            "resource", "journalarkivet", "Journalarkivet", "client_secret_basic", MACHINE, ("tillit:introspect",),
        ),
    )  # fmt: skip
