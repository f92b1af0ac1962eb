"""Our signing keys: announced before they sign, kept until what they signed is over, and never readable by others."""

from pathlib import Path

import pytest

from federation.core.jwk import thumbprint
from federation.core.signing_key import KeyState
from federation.edge.jose.key_ring import KeyRing
from federation.edge.keys.folder import KeyFolder
from federation.refusals import InvalidToken
from tests.federation.world import World, claims_in
from tests.parts import HeldClock


def test_a_key_is_published_before_it_signs_and_after(world: World) -> None:
    published = {key["kid"] for key in world.api.get("/jwks").json()["keys"]}
    machine = world.machine()
    before = world.own_token(machine)

    world.federation.keys.rotate("ES256")
    world.federation.refresh()

    after = world.own_token(machine)
    assert claims_in(after)["jti"] != claims_in(before)["jti"]
    assert _kid(after) != _kid(before)
    assert {_kid(before), _kid(after)} <= published
    world.federation.token_desk.standing(before)
    world.another_node().token_desk.standing(after)


def test_a_retired_key_is_forgotten_after_its_time(world: World) -> None:
    machine = world.machine()
    old = _kid(world.own_token(machine))
    world.federation.keys.rotate("ES256")
    world.clock.pass_(days=1)
    world.federation.keys.rotate("ES256")
    world.federation.refresh()

    published = {key["kid"] for key in world.api.get("/jwks").json()["keys"]}

    assert old not in published
    assert not list((world.folder / "keys").glob(f"*{old}*"))


def test_a_key_file_that_others_may_read_is_not_used(tmp_path: Path, made_keys: Path, clock: HeldClock) -> None:
    folder = KeyFolder(tmp_path / "keys", clock)
    (key, _), *_ = folder.load()
    assert (tmp_path / "keys").stat().st_mode & 0o077 == 0
    (tmp_path / "keys" / f"signing-{key.kid}.pem").chmod(0o644)

    with pytest.raises(PermissionError):
        folder.load()


def test_each_algorithm_has_one_current_and_one_next_key(tmp_path: Path, clock: HeldClock) -> None:
    folder = KeyFolder(tmp_path / "keys", clock)
    folder.load()

    for _ in range(3):
        folder.rotate("ES256")

    states = [(key.alg, key.state) for key, _ in folder.load() if key.state is not KeyState.RETIRED]
    assert sorted(states) == sorted((alg, state) for alg in ("ES256", "RS256") for state in ("current", "next"))


@pytest.mark.spec("RFC 7638 3.1")
def test_the_key_id_is_the_thumbprint_of_the_standard() -> None:
    example = {
        "kty": "RSA",
        "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1"
        "L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4"
        "QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbO"
        "pbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csF"
        "Cur-kEgU8awapJzKnqDKgw",
        "e": "AQAB",
    }

    assert thumbprint(example) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


@pytest.mark.spec("OpenID Connect Core 10.1")
def test_an_id_token_is_signed_with_rs256_for_a_client_that_needs_it(world: World) -> None:
    svp = world.register(id_token_alg="RS256")
    world.log_in()

    token = world.tokens(svp)["id_token"]

    ring = KeyRing(KeyFolder(world.folder / "keys", world.clock), "http://localhost:8000", world.clock)
    assert ring.verify(token, typ="JWT")["aud"] == "svp"
    with pytest.raises(InvalidToken):
        ring.verify(token, typ="at+jwt")


def _kid(token: str) -> str:
    import base64
    import json

    head = token.split(".")[0]
    return str(json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))["kid"])
