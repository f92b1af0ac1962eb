"""A client must prove who it is, in its registered way, with something fresh."""

from typing import Any

import pytest

from federation.core.client import AuthMethod
from tests.federation.world import ASSERTION, ISSUER, Key, World


def _signer(world: World, alg: str = "ES256") -> Key:
    key = Key.of_kind(alg)
    world.machine("signer", auth_method=AuthMethod.PRIVATE_KEY_JWT, jwks=(key.public,))
    return key


@pytest.mark.spec("RFC 7523 3")
@pytest.mark.parametrize("alg", ["ES256", "RS256", "PS256", "EdDSA"])
def test_a_fresh_assertion_is_taken(world: World, alg: str) -> None:
    key = _signer(world, alg)

    answer = world.present(key.sign(world.assertion(), alg))

    assert answer.status_code == 200, answer.text


@pytest.mark.spec("RFC 7523 3 item 7")
def test_an_assertion_shown_twice_is_refused_the_second_time_on_every_node(world: World) -> None:
    key = _signer(world)
    assertion = key.sign(world.assertion(), "ES256")
    world.present(assertion)
    form = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION, "client_assertion": assertion}

    here = world.present(assertion)
    there = world.browser_of(world.another_node()).post("/token", data=form)

    assert (here.status_code, here.json()["error"]) == (401, "invalid_client")
    assert there.status_code == 401


def test_of_many_showings_at_once_exactly_one_is_taken(world: World) -> None:
    key = _signer(world)
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION,
        "client_assertion": key.sign(world.assertion(), "ES256"),
    }

    answers = world.api.post_at_once("/token", [form] * 8)

    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 7


@pytest.mark.spec("RFC 7523 3")
@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "https://other.example/token"},
        {"aud": None},
        {"iss": "somebody"},
        {"sub": "somebody"},
        {"exp": None},
        {"exp": 1},
        {"exp": 4_102_444_800},
        {"jti": None},
        {"jti": "j" * 256},
        {"iat": 4_102_444_800},
    ],
)
def test_an_assertion_that_is_not_right_is_refused(world: World, wrong: dict[str, Any]) -> None:
    key = _signer(world)

    answer = world.present(key.sign(world.assertion(**wrong), "ES256"))

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_an_assertion_signed_with_another_key_is_refused(world: World) -> None:
    key, other = _signer(world), Key.of_kind("ES256")

    answer = world.present(other.sign(world.assertion(), "ES256", kid=key.public["kid"]))

    assert answer.status_code == 401


@pytest.mark.spec("RFC 8725 3.1")
@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "HS256"}, {"crit": ["x"]}, {"kid": "other"}, {"kid": 1}])
def test_an_assertion_with_a_false_header_is_refused(world: World, header: dict[str, Any]) -> None:
    key = _signer(world)
    import json

    from tests.federation.world import sign_raw

    head = {"alg": "ES256", "kid": key.public["kid"], **header}

    answer = world.present(sign_raw(json.dumps(head), json.dumps(world.assertion()), key.pair, "ES256"))

    assert answer.status_code == 401


@pytest.mark.spec("RFC 6749 2.3.1")
def test_a_wrong_secret_and_an_unknown_client_look_alike(world: World) -> None:
    world.machine()
    form = {"grant_type": "client_credentials"}

    wrong = world.api.post("/token", data=form, auth=("machine", "guess"))
    unknown = world.api.post("/token", data=form, auth=("nobody", "guess"))

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.content == unknown.content
    assert wrong.headers["www-authenticate"].startswith("Basic")


def test_only_the_registered_method_is_taken(world: World) -> None:
    machine = world.machine()
    form = {"grant_type": "client_credentials", "client_id": "machine"}

    by_post = world.api.post("/token", data={**form, "client_secret": machine.secret or ""})
    by_nothing = world.api.post("/token", data=form)

    assert by_post.status_code == by_nothing.status_code == 401


@pytest.mark.spec("RFC 6749 2.3")
def test_two_methods_at_once_are_refused(world: World) -> None:
    machine = world.machine()
    form = {"grant_type": "client_credentials", "client_secret": machine.secret or "", "client_id": "machine"}

    answer = world.api.post("/token", data=form, auth=("machine", machine.secret or ""))

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.spec("RFC 6749 3.2")
@pytest.mark.parametrize(
    "body",
    [
        b"grant_type=client_credentials&scope=a&scope=b",
        b"grant_type=client_credentials&scope=%FF",
        b"x" * 40_000,
        b"grant_type=password&username=a&password=b",
        b"",
        b"grant_type=client_credentials&scope=tillit:admin",
        b"grant_type=client_credentials&scope=openid",
    ],
)
def test_a_body_that_is_not_right_is_400_and_never_stored(world: World, body: bytes) -> None:
    machine = world.machine()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    answer = world.api.post("/token", content=body, headers=headers, auth=("machine", machine.secret or ""))

    assert answer.status_code == 400
    assert answer.headers["cache-control"] == "no-store"


def test_a_disabled_client_gets_nothing_and_its_tokens_stop(world: World) -> None:
    from dataclasses import replace

    machine = world.machine(scopes=frozenset(["tillit:introspect"]))
    token = world.own_token(machine)
    world.federation.clients.replace(replace(machine.client, enabled=False))

    answer = world.token(machine, grant_type="client_credentials")

    assert answer.status_code == 401
    from federation.refusals import InvalidToken

    with pytest.raises(InvalidToken):
        world.federation.token_desk.standing(token)
    assert ISSUER
