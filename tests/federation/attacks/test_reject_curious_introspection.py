"""Who may not know about a token learns nothing of it."""

import pytest

from tests.federation.world import WARD, World


@pytest.mark.spec("RFC 7662 4")
def test_a_client_without_the_scope_may_not_ask(world: World) -> None:
    curious = world.machine()
    token = world.own_token(curious)

    answer = world.api.post("/introspect", data={"token": token}, auth=("machine", curious.secret or ""))

    assert (answer.status_code, answer.json()["error"]) == (400, "unauthorized_client")


@pytest.mark.spec("RFC 7662 2.2")
def test_a_token_for_another_resource_looks_inactive(world: World) -> None:
    scopes = frozenset(["tillit:introspect"])
    resource = world.machine("resource", scopes=scopes, audience=("https://npo.example",))
    token = world.own_token(world.machine("other"))

    answer = world.api.post("/introspect", data={"token": token}, auth=("resource", resource.secret or ""))

    assert answer.json() == {"active": False}


@pytest.mark.spec("RFC 7662 2.1")
def test_nobody_may_ask_unauthenticated(world: World) -> None:
    token = world.own_token(world.machine())

    answer = world.api.post("/introspect", data={"token": token})

    assert answer.status_code == 401


@pytest.mark.spec("RFC 7662 2.2")
def test_a_standing_token_is_told_with_its_assignment_and_garbage_is_inactive(world: World) -> None:
    svp = world.register()
    checker = world.machine("checker", scopes=frozenset(["tillit:introspect"]))
    auth = ("checker", checker.secret or "")
    world.log_in()
    token = world.tokens(svp)["access_token"]

    told = world.api.post("/introspect", data={"token": token}, auth=auth).json()

    assert (told["active"], told["commissionHsaId"], told["client_id"]) == (True, str(WARD), "svp")
    world.federation.end_access.of_session("s1")
    assert world.api.post("/introspect", data={"token": token}, auth=auth).json() == {"active": False}
    assert world.api.post("/introspect", data={"token": "x.y.z"}, auth=auth).json() == {"active": False}


@pytest.mark.spec("RFC 6750 3.1")
@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer x.y.z"}, {"Authorization": "Basic x"}])
def test_userinfo_needs_a_token_in_the_header(world: World, header: dict[str, str]) -> None:
    answer = world.api.get("/userinfo", headers=header)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.spec("RFC 6750 3.1")
def test_a_clients_own_token_has_no_userinfo(world: World) -> None:
    token = world.own_token(world.machine())

    answer = world.api.get("/userinfo", headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 403
