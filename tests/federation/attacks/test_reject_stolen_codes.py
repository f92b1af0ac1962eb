"""A code works once, soon, for the client that asked, with the proof that only it has."""

import pytest

from tests.federation.world import NURSE, World
from vocabulary.hsa_id import HsaId


@pytest.mark.spec("RFC 6749 4.1.2")
def test_a_code_shown_twice_kills_the_tokens_of_the_first_showing(world: World) -> None:
    svp = world.register()
    world.log_in()
    code = world.code(scope="openid commission offline_access")
    tokens = world.redeem(svp, code).json()

    again = world.redeem(svp, code)

    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert world.api.get("/userinfo", headers=headers).status_code == 401
    refreshed = world.token(svp, grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert refreshed.json()["error"] == "invalid_grant"


@pytest.mark.spec("RFC 6749 10.5")
def test_of_many_showings_at_once_at_most_one_is_answered(world: World) -> None:
    svp = world.register()
    world.log_in()
    form = {
        "grant_type": "authorization_code",
        "code": world.code(),
        "redirect_uri": "https://svp.example/back",
        "code_verifier": "v" * 64,
    }

    answers = world.api.post_at_once("/token", [form] * 5, auth=("svp", svp.secret or ""))

    assert sum(answer.status_code == 200 for answer in answers) <= 1


@pytest.mark.spec("RFC 7636 4.6")
@pytest.mark.parametrize("verifier", ["w" * 64, "v" * 42, None, "v" * 129, "å" * 64])
def test_a_code_without_the_right_verifier_gives_nothing(world: World, verifier: str | None) -> None:
    svp = world.register()
    world.log_in()

    answer = world.redeem(svp, world.code(), code_verifier=verifier)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


@pytest.mark.spec("RFC 6749 4.1.2")
def test_a_code_is_worthless_after_a_minute(world: World) -> None:
    svp = world.register()
    world.log_in()
    code = world.code()
    world.clock.pass_(seconds=60)

    answer = world.redeem(svp, code)

    assert answer.json()["error"] == "invalid_grant"


@pytest.mark.spec("RFC 6749 4.1.3")
def test_a_code_of_another_client_gives_nothing_and_is_burnt(world: World) -> None:
    svp, thief = world.register(), world.register("thief")
    world.log_in()
    code = world.code()

    stolen = world.redeem(thief, code)
    afterwards = world.redeem(svp, code)

    assert stolen.json()["error"] == afterwards.json()["error"] == "invalid_grant"


@pytest.mark.spec("RFC 6749 4.1.3")
@pytest.mark.parametrize("uri", ["https://svp.example/back/", None])
def test_the_redirection_uri_must_be_the_same_at_the_token_endpoint(world: World, uri: str | None) -> None:
    svp = world.register()
    world.log_in()

    answer = world.redeem(svp, world.code(), redirect_uri=uri)

    assert answer.json()["error"] == "invalid_grant"


def test_a_code_of_somebody_who_has_left_meanwhile_gives_nothing(world: World) -> None:
    svp = world.register()
    world.log_in()
    code = world.code()
    del world.staff.people[HsaId.parse(str(NURSE).lower())]

    answer = world.redeem(svp, code)

    assert answer.json()["error"] == "invalid_grant"


def test_a_code_of_a_session_that_has_ended_meanwhile_gives_nothing(world: World) -> None:
    svp = world.register()
    world.log_in()
    code = world.code()
    world.another_node().end_access.of_session("s1")

    answer = world.redeem(svp, code)

    assert answer.json()["error"] == "invalid_grant"
