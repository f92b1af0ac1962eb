"""The register of clients: what may be registered, and that every node sees it."""

from typing import Any

import pytest

from federation.core.client import AuthMethod, GrantType
from federation.refusals import ClientExists, InvalidClientRegistration
from tests.federation.world import MEMBER, Key, World
from vocabulary.codes import Purpose
from vocabulary.network_zone import NetworkZone
from vocabulary.refusals import Refusal


def test_another_node_sees_a_new_client_at_its_next_refresh(world: World) -> None:
    other = world.another_node()
    registered = world.register(
        members=frozenset([MEMBER]),
        purposes=frozenset([Purpose.CARE]),
        trusted_zones=frozenset([NetworkZone.SJUNET]),
        vouches=True,
        system_roles=frozenset(["svp;planerare"]),
    )
    assert other.clients.find("svp") is None

    other.refresh()

    assert other.clients.find("svp") == registered.client


def test_a_refresh_keeps_unchanged_clients_as_they_are(world: World) -> None:
    world.register()
    before = world.federation.clients.find("svp")
    world.register("other")

    assert world.federation.clients.find("svp") is before


def test_a_client_id_is_given_once(world: World) -> None:
    world.register()

    with pytest.raises(ClientExists):
        world.register()


def test_only_the_hash_of_a_secret_is_kept(world: World) -> None:
    registered = world.register()

    assert registered.secret and len(registered.secret) == 43
    assert registered.secret not in repr(registered.client)


@pytest.mark.spec("RFC 9700 2.1")
@pytest.mark.parametrize(
    "wrong",
    [
        {"redirect_uris": ("http://svp.example/back",)},
        {"redirect_uris": ("https://svp.example/back#x",)},
        {"redirect_uris": ("https://a@svp.example/back",)},
        {"redirect_uris": ("https://*.svp.example/back",)},
        {"redirect_uris": ("javascript:alert(1)",)},
        {"redirect_uris": ("se.norrbotten.app:/cb",)},
        {"redirect_uris": ()},
        {"client_id": "a b"},
        {"name": "\u202eSVP"},
        {"auth_method": AuthMethod.NONE},
        {"auth_method": AuthMethod.PRIVATE_KEY_JWT},
        {"id_token_alg": "none"},
        {"scopes": frozenset(["a b"])},
        {"system_roles": frozenset(["svp"])},
        {"system_roles": frozenset([";planerare"])},
        {"system_roles": frozenset(["svp;"])},
        {"system_roles": frozenset(["svp;\u202eplanerare"])},
        {"grants": frozenset([GrantType.CLIENT_CREDENTIALS])},
    ],
)
def test_a_registration_that_does_not_hold_together_is_refused(world: World, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as refused:
        world.register(**wrong)

    assert refused.value.code in ("invalid_client_registration", "invalid_value")


@pytest.mark.spec("RFC 7517 9.3")
@pytest.mark.parametrize("spoil", [{"d": "AA"}, {"kty": "oct", "k": "AA"}, {"crv": "P-192"}, {"use": "enc"}, {"x": 7}])
def test_a_weak_or_private_key_is_refused(world: World, spoil: dict[str, Any]) -> None:
    key = {**Key.of_kind("ES256").public, **spoil}

    with pytest.raises(InvalidClientRegistration):
        world.machine("signer", auth_method=AuthMethod.PRIVATE_KEY_JWT, jwks=(key,))
