"""A request with an Idempotency-Key is carried out once, however often it is sent, also over a crash."""

import threading
from typing import Any

import pytest
from sqlalchemy import Engine

from directory.edge.http.repeating import KEYS_KEPT
from directory.edge.sql.requests import SqlRequests
from directory.ports import KeptRequest
from tests.directory.http.parts import ADMIN, BODENS_ADMIN, Browser, application, send
from tests.directory.parts import ANNA, CENTRE, REGION, World, a_county, a_world
from tests.parts import HeldClock

NEW: dict[str, Any] = {"member": str(REGION.hsa_id), "given_name": "Nils", "family_name": "Ny", "reason": "börjar"}


def people(world: World) -> int:
    return sum(1 for _ in world.directory.snapshot().people())


def test_the_same_key_and_request_is_answered_and_not_done_again(http: Browser, world: World) -> None:
    before = people(world)

    first = send(http, "POST", "people", NEW, idempotency_key="k1")
    second = send(http, "POST", "people", NEW, idempotency_key="k1")
    other = send(http, "POST", "people", NEW, idempotency_key="k2")

    assert first[0] == second[0] == other[0] == 201
    assert first[1] == second[1] != other[1]
    assert people(world) == before + 2


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "people", {**NEW, "family_name": "Annan"}),
        ("POST", "units", {"member": str(REGION.hsa_id), "name": "Ny enhet", "reason": "börjar"}),
        ("POST", f"people/{ANNA.hsa_id}/end", {"reason": "börjar"}),
    ],
)
def test_a_key_that_comes_back_with_another_request_is_refused(
    http: Browser, world: World, method: str, path: str, body: dict[str, Any]
) -> None:
    send(http, "POST", "people", NEW, idempotency_key="k1")
    revision = world.directory.snapshot().revision

    status, told = send(http, method, path, body, idempotency_key="k1")

    assert status == 422 and told["type"] == "urn:tillit:idempotency_key_reused"
    assert world.directory.snapshot().revision == revision


def test_two_callers_may_use_the_same_key(http: Browser, world: World) -> None:
    before = people(world)
    send(http, "POST", "people", NEW, idempotency_key="k1")

    status, _ = send(http, "POST", "people", NEW, BODENS_ADMIN, idempotency_key="k1")

    assert status == 403
    assert people(world) == before + 1


def test_what_was_refused_may_be_tried_again_with_the_same_key(http: Browser, world: World) -> None:
    bad = {**NEW, "mail": "ingen adress"}
    assert send(http, "POST", "people", bad, idempotency_key="k1")[0] == 422

    assert send(http, "POST", "people", NEW, idempotency_key="k1")[0] == 201


def test_a_dry_run_uses_up_no_key(http: Browser) -> None:
    send(http, "POST", "people?dry_run=true", NEW, idempotency_key="k1")

    assert send(http, "POST", f"people/{ANNA.hsa_id}/end", {"reason": "r"}, idempotency_key="k1")[0] == 200


def test_an_answer_lost_between_change_and_reply_is_found_in_the_journal(http: Browser, world: World) -> None:
    """As when the program is killed there: the key is kept without an answer, and the commit stands."""
    first = send(http, "POST", "people", NEW, idempotency_key="k1")
    _forget_answers(world.engine)

    second = send(http, "POST", "people", NEW, idempotency_key="k1")

    assert second == first


def test_a_request_that_never_came_to_its_change_is_carried_out_once_later(http: Browser, world: World) -> None:
    send(http, "POST", "people", NEW, idempotency_key="other")
    before = people(world)
    _keep_unanswered(world, "k1", http)

    early = send(http, "POST", "people", NEW, idempotency_key="k1")
    world.clock.pass_(minutes=2)
    later = send(http, "POST", "people", NEW, idempotency_key="k1")

    assert early[0] == 409 and early[1]["type"] == "urn:tillit:idempotency_key_in_use"
    assert later[0] == 201
    assert people(world) == before + 1


def test_of_many_at_once_one_is_carried_out(http: Browser, world: World) -> None:
    before = people(world)
    answers: list[tuple[int, Any]] = []

    def ask() -> None:
        answers.append(send(http, "POST", "people", NEW, idempotency_key="k1"))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert people(world) == before + 1
    assert {status for status, _ in answers} <= {201, 409} and 201 in {status for status, _ in answers}


@pytest.mark.parametrize("is_answer_lost", [False, True])
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("POST", "people", NEW), ("PATCH", f"people/{ANNA.hsa_id}", {"title": "Chef", "reason": "befordrad"})],
)
def test_a_process_that_is_behind_never_tells_what_was_before(
    http: Browser, world: World, is_answer_lost: bool, method: str, path: str, body: dict[str, Any]
) -> None:
    behind = a_world(world.engine, world.clock, world.store)
    behind.directory.start()
    first = send(http, method, path, body, idempotency_key="k1")
    if is_answer_lost:
        _forget_answers(world.engine)
    elsewhere = Browser(application(behind))

    early = send(elsewhere, method, path, body, idempotency_key="k1")
    behind.directory.poll()
    later = send(elsewhere, method, path, body, idempotency_key="k1")

    assert (early[0], early[1]["type"]) == (409, "urn:tillit:idempotency_key_in_use")
    assert later == first and first[0] in (200, 201)


@pytest.mark.parametrize("key", ["", "x" * 201, "a\u0000b".replace("\u0000", "\x7f")])
def test_a_key_that_is_no_line_of_text_is_refused(http: Browser, world: World, key: str) -> None:
    answered = http.ask("POST", "/api/v1/people", NEW, {"authorization": ADMIN, "idempotency-key": key})

    assert answered.status_code == 400
    assert world.directory.snapshot().revision == 1


def test_keys_are_forgotten_after_their_time(http: Browser, world: World) -> None:
    requests = SqlRequests(world.engine)
    send(http, "POST", "people", NEW, idempotency_key="k1")
    world.clock.pass_(hours=25)

    assert requests.purge(world.clock.now() - KEYS_KEPT) == 1
    assert send(http, "POST", f"units/{CENTRE.hsa_id}/end", {"reason": "r"}, idempotency_key="k1")[0] == 200


def test_the_register_of_keys_keeps_its_promises_on_both_databases(engine: Engine, clock: HeldClock) -> None:
    world = a_county(engine, clock)
    requests = SqlRequests(world.engine)
    asked = KeptRequest("f" * 64, 7, clock.now(), None)

    assert requests.begin("someone", "k", asked) is None
    assert requests.begin("someone", "k", asked) == asked
    assert requests.begin("another", "k", asked) is None
    clock.pass_(minutes=2)
    again = KeptRequest("f" * 64, 8, clock.now(), None)
    assert requests.take_over("someone", "k", asked, again) is True
    assert requests.take_over("someone", "k", asked, again) is False
    requests.answer("someone", "k", "{}")
    requests.forget("someone", "k")
    held = requests.begin("someone", "k", asked)
    assert held is not None and held.answer == "{}"


def _forget_answers(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE directory_requests SET answer = NULL")


def _keep_unanswered(world: World, key: str, http: Browser) -> None:
    """As after a crash before the change was made."""
    with world.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO directory_requests (caller, key, fingerprint, base_revision, at_us) SELECT caller, "
            f"'{key}', fingerprint, {world.directory.snapshot().revision}, at_us FROM directory_requests"
        )
