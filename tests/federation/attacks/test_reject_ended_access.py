"""What has ended is felt at once, by every use of a token, on every node."""

from dataclasses import replace

import pytest

from federation.refusals import InvalidToken, StaffUnavailable, StandingUnavailable
from tests.federation.world import CLINIC, NURSE, WARD, World, answer_of, assignment


@pytest.mark.spec("RFC 9700 4.14.2")
def test_a_refresh_token_shown_twice_kills_the_whole_family(world: World) -> None:
    svp = world.register()
    world.log_in()
    first = world.tokens(svp, scope="openid commission offline_access")
    second = world.token(svp, grant_type="refresh_token", refresh_token=first["refresh_token"]).json()

    again = world.token(svp, grant_type="refresh_token", refresh_token=first["refresh_token"])

    assert again.json()["error"] == "invalid_grant"
    heir = world.token(svp, grant_type="refresh_token", refresh_token=second["refresh_token"])
    assert heir.json()["error"] == "invalid_grant"
    with pytest.raises(InvalidToken):
        world.federation.token_desk.standing(second["access_token"])


@pytest.mark.spec("RFC 6749 6")
def test_a_refresh_token_of_another_client_gives_nothing(world: World) -> None:
    svp, thief = world.register(), world.register("thief")
    world.log_in()
    tokens = world.tokens(svp, scope="openid commission offline_access")

    answer = world.token(thief, grant_type="refresh_token", refresh_token=tokens["refresh_token"])

    assert answer.json()["error"] == "invalid_grant"


@pytest.mark.spec("RFC 6749 6")
def test_a_refresh_never_widens_the_scope(world: World) -> None:
    svp = world.register()
    world.log_in()
    tokens = world.tokens(svp, scope="openid commission offline_access")

    answer = world.token(
        svp, grant_type="refresh_token", refresh_token=tokens["refresh_token"], scope="openid tillit:pdp"
    )

    assert answer.json()["error"] == "invalid_scope"


def test_a_refresh_token_dies_with_its_session(world: World) -> None:
    svp = world.register()
    world.log_in()
    tokens = world.tokens(svp, scope="openid commission offline_access")
    world.clock.pass_(hours=8)
    world.federation.refresh()

    answer = world.token(svp, grant_type="refresh_token", refresh_token=tokens["refresh_token"])

    assert answer.json()["error"] == "invalid_grant"


def test_a_leaver_loses_session_code_refresh_and_access_token_at_once(world: World) -> None:
    svp = world.register()
    world.log_in()
    tokens = world.tokens(svp, scope="openid commission offline_access")
    code = world.code()

    world.federation.end_access.of_person(NURSE, None)
    world.federation.end_access.of_person(NURSE, None)

    with pytest.raises(InvalidToken):
        world.federation.token_desk.standing(tokens["access_token"])
    refreshed = world.token(svp, grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert refreshed.json()["error"] == "invalid_grant"
    assert world.redeem(svp, code).json()["error"] == "invalid_grant"
    assert answer_of(world.authorize(prompt="none"))["error"] == "login_required"


def test_a_leaver_is_felt_through_the_directory_alone(world: World) -> None:
    svp = world.register()
    world.log_in()
    tokens = world.tokens(svp, scope="openid commission offline_access")
    world.staff.people[NURSE] = replace(world.staff.people[NURSE], assignments=(assignment(CLINIC),))

    with pytest.raises(InvalidToken):
        world.federation.token_desk.standing(tokens["access_token"])

    refreshed = world.token(svp, grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert refreshed.json()["error"] == "invalid_grant"


def test_an_ended_assignment_leaves_what_rests_on_another(world: World) -> None:
    svp = world.register()
    world.staff.people[NURSE] = replace(world.staff.people[NURSE], assignments=(assignment(WARD), assignment(CLINIC)))
    world.log_in(chosen=WARD)
    at_ward = world.tokens(svp)["access_token"]
    world.log_in(chosen=CLINIC, sid="s2")
    at_clinic = world.tokens(svp)["access_token"]

    world.federation.end_access.of_person(NURSE, frozenset([WARD]))

    with pytest.raises(InvalidToken):
        world.federation.token_desk.standing(at_ward)
    assert world.federation.token_desk.standing(at_clinic).assignment == CLINIC


def test_an_ending_on_one_node_is_felt_on_another_at_its_next_refresh(world: World) -> None:
    svp = world.register()
    world.log_in()
    token = world.tokens(svp)["access_token"]
    other = world.another_node()
    other.token_desk.standing(token)
    world.federation.end_access.of_session("s1")

    other.refresh()

    with pytest.raises(InvalidToken):
        other.token_desk.standing(token)


def test_a_node_that_cannot_read_the_endings_for_five_seconds_lets_nothing_stand(world: World) -> None:
    token = world.own_token(world.machine())
    world.clock.pass_(seconds=6)

    with pytest.raises(StandingUnavailable):
        world.federation.token_desk.standing(token)


def test_a_stale_directory_is_503_and_uses_nothing_up(world: World) -> None:
    svp = world.register()
    world.log_in()
    tokens = world.tokens(svp, scope="openid commission offline_access")
    world.staff.stale = True

    answer = world.token(svp, grant_type="refresh_token", refresh_token=tokens["refresh_token"])

    assert (answer.status_code, answer.json()["error"]) == (503, "temporarily_unavailable")
    with pytest.raises(StaffUnavailable):
        world.federation.token_desk.standing(tokens["access_token"])
    world.staff.stale = False
    again = world.token(svp, grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert again.status_code == 200


@pytest.mark.spec("RFC 7009 2.1")
def test_a_revoked_token_is_dead_and_another_client_cannot_revoke_it(world: World) -> None:
    svp, thief = world.register(), world.register("thief")
    world.log_in()
    tokens = world.tokens(svp, scope="openid commission offline_access")
    secret, other = svp.secret or "", thief.secret or ""

    foreign = world.api.post("/revoke", data={"token": tokens["access_token"]}, auth=("thief", other))
    assert foreign.status_code == 400
    world.federation.token_desk.standing(tokens["access_token"])
    own = world.api.post("/revoke", data={"token": tokens["access_token"]}, auth=("svp", secret))

    assert own.status_code == 200
    with pytest.raises(InvalidToken):
        world.federation.token_desk.standing(tokens["access_token"])
    assert world.api.post("/revoke", data={"token": "garbage"}, auth=("svp", secret)).status_code == 200


def test_a_logout_page_cannot_be_posted_from_elsewhere(world: World) -> None:
    world.register()
    world.log_in()

    page = world.browser.post("/logout", data={"form_token": "guess"})

    assert page.status_code == 200 and 'name="form_token"' in page.text
    assert "code" in answer_of(world.authorize())


@pytest.mark.spec("OpenID Connect RP-Initiated Logout 1.0 3")
def test_a_logout_never_redirects_to_an_unregistered_address(world: World) -> None:
    svp = world.register()
    world.log_in()
    hint = world.tokens(svp)["id_token"]

    page = world.browser.get(
        "/logout", params={"id_token_hint": hint, "post_logout_redirect_uri": "https://evil.example"}
    )

    assert page.status_code == 200 and "location" not in page.headers
    assert "https://evil.example" not in page.text
