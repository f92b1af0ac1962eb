"""The good way: from an authorization request to tokens that say who, in which assignment, and proved how."""

from dataclasses import replace
from typing import Any

import pytest

from federation.core.employee import Employee
from tests.federation.world import BACK, CLINIC, ISSUER, NURSE, WARD, World, answer_of, assignment, claims_in
from vocabulary.assurance import AssuranceLevel


@pytest.mark.spec("OpenID Connect Core 3.1")
def test_a_logged_in_nurse_comes_back_with_a_code(world: World) -> None:
    world.register()
    world.log_in()

    answer = answer_of(world.authorize())

    assert answer["state"] == "st"
    assert answer["code"]


@pytest.mark.spec("RFC 9207 2")
def test_every_answer_names_the_issuer(world: World) -> None:
    world.register()

    refused = answer_of(world.authorize(prompt="none"))

    assert (refused["error"], refused["iss"]) == ("login_required", ISSUER)


@pytest.mark.spec("OpenID Connect Core 2")
def test_the_id_token_tells_who_in_which_assignment_and_proved_how(world: World) -> None:
    svp = world.register()
    world.log_in()

    claims = claims_in(world.tokens(svp)["id_token"])

    assert (claims["iss"], claims["aud"], claims["sub"], claims["nonce"]) == (ISSUER, "svp", str(NURSE), "n-1")
    assert (claims["employeeHsaId"], claims["commissionHsaId"]) == (str(NURSE), str(WARD))
    assert claims["acr"] == "http://id.sambi.se/loa/loa2"
    assert claims["amr"] == ["pwd", "otp", "mfa"]
    assert claims["commissionRight"] == ["Läsa;alla;VE"]
    assert "name" not in claims
    assert claims["at_hash"] and claims["sid"] == "s1"


@pytest.mark.spec("RFC 9068 2.2")
def test_the_access_token_carries_the_assignment_and_no_names(world: World) -> None:
    svp = world.register()
    world.log_in()

    claims = claims_in(world.tokens(svp, scope="openid profile commission")["access_token"])

    assert (claims["client_id"], claims["scope"]) == ("svp", "commission openid profile")
    assert claims["commissionPurpose"] == "Vård och behandling"
    assert "name" not in claims and "personalIdentityNumber" not in claims


def test_without_a_session_the_browser_is_sent_to_the_login_page_and_on_after_it(world: World) -> None:
    world.register()
    sent = world.authorize()
    assert sent.status_code == 303 and sent.headers["location"].startswith("/login?interaction=")
    interaction = sent.headers["location"].partition("=")[2]
    world.clock.pass_(minutes=1)
    world.log_in()

    resumed = world.browser.get("/authorize/resume", params={"interaction": interaction})

    assert answer_of(resumed)["code"]
    again = world.browser.get("/authorize/resume", params={"interaction": interaction})
    assert again.status_code == 400


def test_one_of_two_assignments_must_be_chosen(world: World) -> None:
    world.register()
    one = world.staff.people[NURSE]
    world.staff.people[NURSE] = _with(one, assignments=(assignment(WARD), assignment(CLINIC)))
    world.log_in()

    sent = world.authorize()

    assert sent.headers["location"].startswith("/login/assignment?interaction=")


def test_the_assignment_last_chosen_is_not_asked_for_again(world: World) -> None:
    svp = world.register()
    one = world.staff.people[NURSE]
    world.staff.people[NURSE] = _with(one, assignments=(assignment(WARD), assignment(CLINIC)))
    world.log_in(chosen=CLINIC)

    claims = claims_in(world.tokens(svp)["id_token"])

    assert claims["commissionHsaId"] == str(CLINIC)


def test_no_assignment_is_asked_for_when_no_claim_needs_one(world: World) -> None:
    svp = world.register()
    one = world.staff.people[NURSE]
    world.staff.people[NURSE] = _with(one, assignments=(assignment(WARD), assignment(CLINIC)))
    world.log_in()

    claims = claims_in(world.tokens(svp, scope="openid")["id_token"])

    assert "commissionHsaId" not in claims


@pytest.mark.spec("OpenID Connect Core 3.1.2.1 prompt")
@pytest.mark.parametrize("asked", [{"prompt": "login"}, {"prompt": "select_account"}, {"max_age": "30"}])
def test_an_old_login_does_not_do_when_a_new_one_is_asked_for(world: World, asked: dict[str, str]) -> None:
    world.register()
    world.log_in()
    world.clock.pass_(minutes=1)

    sent = world.authorize(**asked)

    assert sent.headers["location"].startswith("/login?")


@pytest.mark.spec("RFC 9470 4")
def test_a_stronger_level_than_the_session_has_leads_to_a_new_login(world: World) -> None:
    world.register()
    world.log_in(level=AssuranceLevel.LOA2)

    sent = world.authorize(acr_values="http://id.elegnamnden.se/loa/1.0/loa3")
    silent = answer_of(world.authorize(acr_values="http://id.sambi.se/loa/loa3", prompt="none"))

    assert sent.headers["location"].startswith("/login?")
    assert silent["error"] == "unmet_authentication_requirements"


def test_a_stale_directory_is_told_as_temporary_and_gives_nothing(world: World) -> None:
    world.register()
    world.log_in()
    world.staff.stale = True

    answer = answer_of(world.authorize())

    assert answer["error"] == "temporarily_unavailable"
    assert "code" not in answer


@pytest.mark.spec("OAuth 2.0 Form Post Response Mode 1.0")
def test_an_answer_by_form_post_works_without_scripts(world: World) -> None:
    world.register()
    world.log_in()

    page = world.authorize(response_mode="form_post")

    assert page.status_code == 200
    assert f'action="{BACK}"' in page.text and 'name="code"' in page.text


def test_an_essential_claim_that_cannot_be_delivered_fails_the_login(world: World) -> None:
    world.register()
    world.staff.people[NURSE] = _with(world.staff.people[NURSE], licences=())
    world.log_in()

    answer = answer_of(world.authorize(claims='{"id_token":{"healthcareProfessionalLicense":{"essential":true}}}'))

    assert answer["error"] == "access_denied"


@pytest.mark.spec("RFC 6749 6")
def test_a_refresh_token_gives_new_tokens_and_its_successor(world: World) -> None:
    svp = world.register()
    world.log_in()
    first = world.tokens(svp, scope="openid commission offline_access")
    world.clock.pass_(minutes=4)

    second = world.token(svp, grant_type="refresh_token", refresh_token=first["refresh_token"]).json()

    assert second["refresh_token"] != first["refresh_token"]
    assert claims_in(second["id_token"])["auth_time"] == claims_in(first["id_token"])["auth_time"]


@pytest.mark.spec("OpenID Connect Core 5.3")
def test_userinfo_tells_the_claims_of_the_granted_scopes(world: World) -> None:
    svp = world.register()
    world.log_in()
    token = world.tokens(svp, scope="openid profile commission")["access_token"]

    told = world.api.get("/userinfo", headers={"Authorization": f"Bearer {token}"}).json()

    assert (told["sub"], told["name"], told["healthCareUnitName"]) == (str(NURSE), "Vera Lind", "Avdelning 3")


@pytest.mark.spec("Swedish OpenID Connect profile, Claims and Scopes 2.3")
def test_the_swedish_profile_has_its_own_names(world: World) -> None:
    scope = "openid https://id.oidc.se/scope/naturalPersonOrgId https://id.oidc.se/scope/naturalPersonNumber"
    svp = world.register(scopes=frozenset(scope.split()))
    world.log_in()

    claims = claims_in(world.tokens(svp, scope=scope)["id_token"])

    assert claims["https://id.oidc.se/claim/orgAffiliation"] == "SE2321000230-P003@2321000230"
    assert claims["https://id.oidc.se/claim/personalIdentityNumber"] == "191212121212"
    assert "employeeHsaId" in claims


@pytest.mark.spec("OpenID Connect RP-Initiated Logout 1.0 2")
def test_a_logout_with_the_sessions_own_token_ends_it_everywhere(world: World) -> None:
    bye = "https://svp.example/bye"
    svp = world.register(post_logout_redirect_uris=(bye,))
    world.log_in()
    tokens = world.tokens(svp)

    answer = world.browser.get(
        "/logout", params={"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": bye, "state": "x"}
    )

    assert answer.headers["location"] == f"{bye}?state=x"
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert world.api.get("/userinfo", headers=headers).status_code == 401


def test_a_logout_without_a_hint_asks_first(world: World) -> None:
    world.register()
    world.log_in()

    page = world.browser.get("/logout")

    assert page.status_code == 200 and 'name="form_token"' in page.text
    assert "code" in answer_of(world.authorize())


def test_discovery_names_what_there_is(world: World) -> None:
    told = world.api.get("/.well-known/openid-configuration").json()

    assert told["issuer"] == ISSUER
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert "pushed_authorization_request_endpoint" not in told
    keys = world.api.get("/jwks").json()["keys"]
    assert {key["alg"] for key in keys} == {"ES256", "RS256"}
    assert not any("d" in key for key in keys)


def _with(employee: Employee, **changes: Any) -> Employee:

    return replace(employee, **changes)
