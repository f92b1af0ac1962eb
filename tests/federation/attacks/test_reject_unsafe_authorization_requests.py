"""An authorization request that is not exactly right is refused; and only a known address is ever redirected to."""

import pytest

from federation.core.client import AuthMethod, GrantType
from tests.federation.world import BACK, World, answer_of


@pytest.mark.spec("RFC 9700 4.1")
@pytest.mark.parametrize(
    "uri",
    [
        "https://evil.example/back",
        BACK + "/",
        BACK + "?a=b",
        "https://SVP.example/back",
        "https://svp.example.evil.example/back",
        "https://svp.example/back/../evil",
        "https://svp.example:444/back",
        "http://svp.example/back",
        "javascript:alert(1)",
        None,
    ],
)
def test_an_unregistered_address_is_never_redirected_to(world: World, uri: str | None) -> None:
    world.register()
    world.log_in()

    page = world.authorize(redirect_uri=uri)

    assert page.status_code == 400
    assert "location" not in page.headers
    assert uri is None or uri not in page.text


@pytest.mark.spec("RFC 6749 4.1.2.1")
@pytest.mark.parametrize("client_id", ["nobody", None, "svp\x00"])
def test_an_unknown_client_is_told_on_a_page_of_ours(world: World, client_id: str | None) -> None:
    world.register()

    page = world.authorize(client_id=client_id)

    assert page.status_code == 400 and "location" not in page.headers


@pytest.mark.spec("RFC 7636 4.4.1")
@pytest.mark.parametrize(
    "asked",
    [
        {"code_challenge_method": "plain"},
        {"code_challenge_method": None},
        {"code_challenge": None},
        {"code_challenge": "short"},
        {"code_challenge": "+" * 43},
    ],
)
def test_less_than_s256_is_refused(world: World, asked: dict[str, str | None]) -> None:
    world.register()
    world.log_in()

    answer = answer_of(world.authorize(**asked))

    assert answer["error"] == "invalid_request" and "code" not in answer


@pytest.mark.spec("OpenID Connect Core 3.1.2.6")
@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"request": "eyJ"}, "request_not_supported"),
        ({"request_uri": "https://evil.example"}, "request_uri_not_supported"),
        ({"registration": "{}"}, "registration_not_supported"),
        ({"scope": "openid tillit:admin"}, "invalid_scope"),
        ({"scope": "openid  commission"}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "consent"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"max_age": "１"}, "invalid_request"),
        ({"acr_values": "http://id.sambi.se/loa/LOA2"}, "unmet_authentication_requirements"),
        ({"claims": "{"}, "invalid_request"),
        ({"claims": "[" * 5000}, "invalid_request"),
        ({"claims": '{"id_token":{"personalIdentityNumber":{"essential":true}}}'}, "access_denied"),
    ],
)
def test_what_is_not_supported_is_refused_by_name(world: World, asked: dict[str, str | None], error: str) -> None:
    world.register()
    world.log_in()

    answer = answer_of(world.authorize(**asked))

    assert answer["error"] == error and "code" not in answer


@pytest.mark.spec("RFC 6749 3.1")
@pytest.mark.parametrize("name", ["scope", "nonce", "code_challenge", "prompt"])
def test_a_parameter_sent_twice_is_refused(world: World, name: str) -> None:
    world.register()
    world.log_in()
    sent = [*world.request(prompt="login").items(), (name, world.request(prompt="login")[name])]

    answer = answer_of(world.browser.get("/authorize", params=sent))

    assert answer["error"] == "invalid_request"


@pytest.mark.spec("RFC 6749 3.1")
@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_a_repeated_client_or_address_is_told_on_a_page_of_ours(world: World, name: str) -> None:
    world.register()
    sent = [*world.request().items(), (name, world.request()[name])]

    page = world.browser.get("/authorize", params=sent)

    assert page.status_code == 400 and "location" not in page.headers


@pytest.mark.spec("RFC 8252 7.3")
@pytest.mark.parametrize(
    ("uri", "taken"),
    [
        ("http://127.0.0.1:49152/cb", True),
        ("http://127.0.0.1:49152/other", False),
        ("http://localhost:49152/cb", False),
        ("http://127.0.0.1:49152@evil.example/cb", False),
        ("http://127.0.0.1.evil.example:80/cb", False),
        ("https://127.0.0.1:49152/cb", False),
    ],
)
def test_a_native_client_may_choose_the_loopback_port_and_nothing_else(world: World, uri: str, taken: bool) -> None:
    world.register(
        "app",
        native=True,
        redirect_uris=("http://127.0.0.1/cb",),
        auth_method=AuthMethod.NONE,
        grants=frozenset([GrantType.AUTHORIZATION_CODE]),
    )
    world.log_in()

    answer = world.authorize(client_id="app", redirect_uri=uri)

    assert (answer.status_code == 303 and answer.headers["location"].startswith(uri + "?")) is taken


@pytest.mark.spec("RFC 9700 4.7")
def test_an_interaction_of_another_browser_cannot_be_carried_on(world: World) -> None:
    world.register()
    sent = world.authorize()
    world.log_in()
    world.browser.cookies.set("tillit-browser", "another", domain="localhost.local")

    page = world.browser.get("/authorize/resume", params={"interaction": sent.headers["location"].partition("=")[2]})

    assert page.status_code == 400 and "location" not in page.headers


def test_an_interaction_ends_after_ten_minutes(world: World) -> None:
    world.register()
    sent = world.authorize()
    world.clock.pass_(minutes=10)
    world.log_in()

    page = world.browser.get("/authorize/resume", params={"interaction": sent.headers["location"].partition("=")[2]})

    assert page.status_code == 400


def test_a_disabled_client_logs_nobody_in(world: World) -> None:
    world.register(enabled=False)
    world.log_in()

    page = world.authorize()

    assert page.status_code == 400
