"""Only what our own key has signed, in the right form and for now, is a token."""

import base64
import json
from typing import Any

import pytest

from federation.refusals import InvalidToken
from tests.federation.world import ISSUER, World, b64, claims_in, signed_with


def _parts(world: World) -> tuple[dict[str, Any], dict[str, Any], bytes, str]:
    """Header and claims of a good token, the PEM that signed it, and the token."""
    token = world.own_token(world.machine(audience=()))
    head = token.split(".")[0]
    header = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    pem = (world.folder / "keys" / f"signing-{header['kid']}.pem").read_bytes()
    return header, claims_in(token), pem, token


def test_a_good_token_stands(world: World) -> None:
    header, claims, pem, token = _parts(world)

    assert world.federation.token_desk.standing(token).client.client_id == "machine"
    assert world.federation.token_desk.standing(signed_with(pem, claims, header)).person is None


@pytest.mark.spec("RFC 8725 3.1")
@pytest.mark.parametrize("alg", ["none", "None", "HS256", "RS256", "ES384", None, 7])
def test_another_algorithm_is_refused(world: World, alg: Any) -> None:
    header, claims, pem, _ = _parts(world)

    forged = signed_with(pem, claims, {**header, "alg": alg})

    _must_fail(world, forged)


@pytest.mark.spec("RFC 8725 2.1, CVE-2024-33663")
def test_a_token_keyed_with_the_public_key_is_refused(world: World) -> None:
    import hashlib
    import hmac

    header, claims, _, _ = _parts(world)
    public = json.dumps(world.api.get("/jwks").json()["keys"][0]).encode()
    signing_input = f"{b64(json.dumps({**header, 'alg': 'HS256'}).encode())}.{b64(json.dumps(claims).encode())}"

    forged = f"{signing_input}.{b64(hmac.digest(public, signing_input.encode(), hashlib.sha256))}"

    _must_fail(world, forged)


@pytest.mark.spec("RFC 7515 4.1.11")
@pytest.mark.parametrize("extra", [{"crit": ["exp"]}, {"crit": []}, {"b64": False}, {"typ": "JWT"}, {"typ": None}])
def test_what_is_critical_or_of_another_type_is_refused(world: World, extra: dict[str, Any]) -> None:
    header, claims, pem, _ = _parts(world)

    _must_fail(world, signed_with(pem, claims, {**header, **extra}))


@pytest.mark.spec("RFC 7519 4.1")
@pytest.mark.parametrize("missing", ["exp", "iat", "iss", "aud", "jti", "client_id"])
def test_a_token_that_lacks_a_claim_is_refused(world: World, missing: str) -> None:
    header, claims, pem, _ = _parts(world)
    del claims[missing]

    _must_fail(world, signed_with(pem, claims, header))


@pytest.mark.spec("RFC 7519 4.1")
@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "http://evil.example"},
        {"aud": []},
        {"aud": [7]},
        {"aud": "https://other.example"},
        {"exp": "4102444800"},
        {"exp": True},
        {"exp": 1e400},
        {"exp": 1},
        {"iat": 2**33},
        {"nbf": 2**33},
        {"nbf": "soon"},
    ],
)
def test_a_token_with_a_wrong_claim_is_refused(world: World, wrong: dict[str, Any]) -> None:
    header, claims, pem, _ = _parts(world)

    _must_fail(world, signed_with(pem, {**claims, **wrong}, header))


@pytest.mark.spec("RFC 8725 2.4")
def test_a_member_that_comes_twice_is_refused(world: World) -> None:
    header, claims, pem, _ = _parts(world)
    from jose import jwk

    head = b64(json.dumps(header)[:-1].encode() + b',"alg":"ES256"}')
    signing_input = f"{head}.{b64(json.dumps(claims).encode())}"

    _must_fail(world, f"{signing_input}.{b64(jwk.construct(pem, 'ES256').sign(signing_input.encode()))}")


@pytest.mark.spec("RFC 7515 2")
def test_other_spellings_of_a_good_token_are_refused(world: World) -> None:
    *_, token = _parts(world)
    head, body, signature = token.split(".")
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    unused_bits_set = signature[:-1] + last[last.index(signature[-1]) | 1]

    for spelled in (
        f"{head}.{body}.{unused_bits_set}",
        f"{head}.{body}.{signature}=",
        f"{head}.{body}.{signature}\n",
        f"{head}.{body}. {signature}",
        f"{head}.{body}",
        f"{head}.{body}.{signature}.",
        f"{head}.{body}.",
        token + "å",
        "",
        "." * 5000,
        "a" * 10_000,
    ):
        _must_fail(world, spelled)


@pytest.mark.spec("RFC 8725 3.2")
def test_deep_json_is_refused_before_it_is_read(world: World) -> None:
    header, _, pem, _ = _parts(world)
    from jose import jwk

    signing_input = f"{b64(json.dumps(header).encode())}.{b64(b'[' * 5_000)}"

    _must_fail(world, f"{signing_input}.{b64(jwk.construct(pem, 'ES256').sign(signing_input.encode()))}")


@pytest.mark.spec("RFC 7519 4.1.4")
def test_a_token_is_worthless_the_instant_it_expires_even_when_it_was_seen_before(world: World) -> None:
    *_, token = _parts(world)
    world.federation.token_desk.standing(token)
    world.clock.pass_(minutes=5)
    world.federation.refresh()

    _must_fail(world, token)


@pytest.mark.spec("RFC 9068 4")
def test_a_token_for_another_resource_does_not_open_ours(world: World) -> None:
    token = world.own_token(world.machine("other", audience=("https://svp.example/api",)))

    with pytest.raises(InvalidToken):
        world.federation.token_desk.standing(token)
    assert world.federation.token_desk.inspect(token).client.client_id == "other"


@pytest.mark.spec("RFC 9068 5")
def test_an_id_token_is_no_access_token(world: World) -> None:
    svp = world.register()
    world.log_in()

    _must_fail(world, world.tokens(svp)["id_token"])


def test_a_token_of_another_issuers_key_is_refused(world: World) -> None:
    header, claims, _, _ = _parts(world)
    from federation.edge.keys.folder import KeyFolder

    _, pem = KeyFolder(world.folder / "evil", world.clock).load()[0]

    _must_fail(world, signed_with(pem, claims, header))
    assert claims["iss"] == ISSUER


def _must_fail(world: World, token: str) -> None:
    with pytest.raises(InvalidToken):
        world.federation.token_desk.standing(token)
