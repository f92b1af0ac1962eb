"""Undoing and settling drift with an Idempotency-Key: done once, and answered anew from what stands in the journal."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine

from directory import Membership
from tests.directory.http.parts import ADMIN, BODENS_ADMIN, Browser, send
from tests.directory.http.two_members import HOME_CARE, THEIRS, with_something_of_bodens, written_past
from tests.directory.parts import ANNA, CENTRE, World, a_person

WHY = {"reason": "fel"}


@pytest.fixture
def world(world: World) -> World:
    return with_something_of_bodens(world)


def ask(http: Browser, path: str, key: str = "k1", who: str = ADMIN, **body: Any) -> tuple[int, Any, bool]:
    """Status, JSON, and whether it was done before."""
    headers = {"authorization": who, "idempotency-key": key}
    answered = http.ask("POST", f"/api/v1/{path}", {**WHY, **body}, headers)
    return answered.status_code, answered.json(), answered.headers.get("idempotency-replayed") == "true"


def forget_answers(engine: Engine) -> None:
    """As when the program is killed between the change and its answer."""
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE directory_requests SET answer = NULL")


def test_an_undoing_is_answered_again_and_not_done_again(http: Browser, world: World) -> None:
    revision = world.change(replace(ANNA, title="chef"), replace(CENTRE, name="Ny"), a_person("P050"))

    first = ask(http, f"journal/{revision}/undo")
    world.change(a_person("P051"))
    second = ask(http, f"journal/{revision}/undo")

    assert first == (200, second[1], False) and second[0] == 200 and second[2]
    assert len(first[1]["entries"]) == 3
    assert world.directory.snapshot().revision == revision + 2
    assert ask(http, f"journal/{revision}/undo", "k2")[1]["type"] == "urn:tillit:already_undone"


def test_what_an_undoing_left_is_told_again(http: Browser, world: World) -> None:
    revision = world.change(replace(ANNA, title="chef"), replace(CENTRE, name="Ny"))
    world.change(replace(CENTRE, name="Nyare"))

    first = ask(http, f"journal/{revision}/undo", keep_later=True)
    second = ask(http, f"journal/{revision}/undo", keep_later=True)

    by_id = {entry["hsa_id"]: entry for entry in first[1]["entries"]}
    assert by_id[str(CENTRE.hsa_id)]["left"] == ["name"]
    assert by_id == {entry["hsa_id"]: entry for entry in second[1]["entries"]}


@pytest.mark.parametrize("what", ["3", "runs/sync:7"])
def test_an_undoing_whose_answer_was_lost_is_found_in_the_journal(http: Browser, world: World, what: str) -> None:
    for entry in (replace(ANNA, title="chef"), replace(CENTRE, name="Ny"))[: 1 if what == "3" else 2]:
        world.directory.change([entry], actor="a", reason="r", door="sync:7")
    first = ask(http, f"journal/{what}/undo")
    forget_answers(world.engine)
    newest = world.directory.snapshot().revision

    second = ask(http, f"journal/{what}/undo")

    assert first[0] == 200 and second == (200, first[1], True)
    assert world.directory.snapshot().revision == newest


def test_an_undoing_of_somebody_else_is_not_taken_for_hers(http: Browser, world: World) -> None:
    """The key was kept, nothing was done, and meanwhile a colleague undid the same."""
    revision = world.change(replace(HOME_CARE, name="Nytt"))
    assert ask(http, f"journal/{revision}/undo", who=BODENS_ADMIN)[0] == 200
    with world.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE directory_requests SET answer = NULL, caller = 'client:admin'")
    world.clock.pass_(minutes=2)

    status, told, _ = ask(http, f"journal/{revision}/undo")

    assert (status, told["type"]) == (409, "urn:tillit:already_undone")


def test_a_repeated_undoing_tells_no_more_than_the_caller_may_see_now(http: Browser, world: World) -> None:
    before = replace(THEIRS, memberships=(Membership(ANNA.hsa_id),))
    world.change(before)
    revision = world.change(replace(before, name="Nytt", memberships=()))
    first = ask(http, f"journal/{revision}/undo", who=BODENS_ADMIN)
    world.change(replace(ANNA, protected=True))

    second = ask(http, f"journal/{revision}/undo", who=BODENS_ADMIN)

    assert str(ANNA.hsa_id) in str(first[1])
    assert second[0] == 200 and str(ANNA.hsa_id) not in str(second[1])


def test_a_refused_undoing_leaves_its_key_free(http: Browser, world: World) -> None:
    revision = world.change(replace(ANNA, title="chef"))
    world.change(replace(ANNA, title="direktör"))
    assert ask(http, f"journal/{revision}/undo")[0] == 409
    world.change(replace(ANNA, title="chef"))

    assert ask(http, f"journal/{revision + 1}/undo")[0] == 409, "it stands as it did before"
    assert send(http, "POST", f"people/{ANNA.hsa_id}/end", WHY, idempotency_key="k1")[0] == 200


def test_a_key_that_comes_back_with_another_undoing_is_refused(http: Browser, world: World) -> None:
    one, other = world.change(replace(ANNA, title="chef")), world.change(replace(CENTRE, name="Ny"))
    ask(http, f"journal/{one}/undo")

    status, told, _ = ask(http, f"journal/{other}/undo")

    assert (status, told["type"]) == (422, "urn:tillit:idempotency_key_reused")
    assert ask(http, f"journal/{one}/undo", reason="annat")[0] == 422


@pytest.mark.parametrize("lost", [False, True], ids=["answered", "lost"])
@pytest.mark.parametrize(("verb", "name"), [("adopt", "Nytt"), ("revert", HOME_CARE.name)])
def test_drift_is_settled_once_and_answered_again(
    http: Browser, world: World, verb: str, name: str, *, lost: bool
) -> None:
    written_past(world, replace(HOME_CARE, name="Nytt"))

    first = ask(http, f"drift/{HOME_CARE.hsa_id}/{verb}")
    if lost:
        forget_answers(world.engine)
    second = ask(http, f"drift/{HOME_CARE.hsa_id}/{verb}")

    assert first[0] == 200 and second == (200, first[1], True)
    assert world.directory.snapshot().revision == first[1]["revision"] == 3
    assert getattr(world.directory.snapshot().entry(HOME_CARE.hsa_id), "name", None) == name
    assert ask(http, f"drift/{HOME_CARE.hsa_id}/{verb}", "k2")[0] == 404


def test_a_decision_that_is_only_tried_uses_up_no_key(http: Browser, world: World) -> None:
    written_past(world, replace(HOME_CARE, name="Nytt"))
    revision = world.change(replace(ANNA, title="chef"))

    for path in (f"journal/{revision}/undo", f"drift/{HOME_CARE.hsa_id}/adopt"):
        assert ask(http, f"{path}?dry_run=true")[0] == 200

    assert ask(http, f"drift/{HOME_CARE.hsa_id}/adopt")[::2] == (200, False)
