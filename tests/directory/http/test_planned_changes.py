"""Planned changes over HTTP: planned, carried out, tried, cancelled, tried again and listed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from directory import Membership
from directory.core.administration import ScopedAdministration, ScopedReach
from directory.core.snapshot import Snapshot
from directory.planning import Planning
from hub.database import make_engine
from tests.directory.http.parts import ADMIN, Browser, application, get, send
from tests.directory.http.planning_parts import CHIEF, DUE, come, plan
from tests.directory.parts import (
    ANNA,
    CARE,
    CENTRE,
    REGION,
    ROOM,
    World,
    a_county,
    a_planning,
)
from tests.directory.planning_parts import until
from tests.parts import HeldClock
from vocabulary.caller import Caller
from vocabulary.instants import to_us
from vocabulary.period import Period
from vocabulary.personal_number import PersonalIdentityNumber
from vocabulary.stockholm import parse_instant


def test_a_planned_change_is_told_kept_carried_out_and_told_again(
    http: Browser, world: World, planning: Planning
) -> None:
    status, told = plan(http, CHIEF)
    listed = get(http, "/api/v1/planned-changes", ADMIN)
    come(world, planning)
    done = get(http, f"/api/v1/planned-changes/{told['id']}", ADMIN)

    assert status == 201
    assert (told["state"], parse_instant(told["due"]), told["steps"]) == ("waiting", parse_instant(DUE), [CHIEF])
    assert (told["planned_by"], told["reason"]) == ("client:admin", "planerat")
    (change,) = told["preview"]["changes"]
    assert (change["before"]["title"], change["after"]["title"]) == (ANNA.title, "chef")
    assert [each["id"] for each in listed["items"]] == [told["id"]]
    assert (done["state"], done["revision"], done["obstacle"]) == ("done", 2, None)
    (commit,) = get(http, "/api/v1/changes?since=1", ADMIN)["items"]
    assert (commit["door"], commit["reason"], commit["actor"]) == (f"plan:{told['id']}", "planerat", "client:admin")


def test_a_new_employee_with_her_assignment_is_planned_in_one(http: Browser, world: World, planning: Planning) -> None:
    new = {"given_name": "Nils", "family_name": "Ny", "member": str(REGION.hsa_id), "title": "kurator"}
    number = {"kind": "personnummer", "value": "191212121212"}
    status, told = plan(
        http,
        {"do": "create", "kind": "person", "set": {**new, "personal_number": number}, "as": "nils"},
        {"do": "assign", "entry": str(CARE.hsa_id), "person": "@nils", "until": "2026-09-01T00:00:00+02:00"},
        {"do": "create", "kind": "unit", "set": {"name": "Nya rummet", "parent": str(CENTRE.hsa_id)}, "as": "rum"},
        {"do": "create", "kind": "function", "set": {"name": "Bokning", "unit": "@rum"}},
    )
    assert status == 201, told
    kept = repr(told) + str(get(http, "/api/v1/planned-changes", ADMIN))

    come(world, planning)

    (nils,) = world.directory.people_with(PersonalIdentityNumber.parse("191212121212"))
    care = world.directory.snapshot().assignment(CARE.hsa_id)
    assert nils.full_name == "Nils Ny" and world.directory.personal_number(nils.hsa_id) is not None
    assert care is not None
    period = Period(parse_instant(DUE), parse_instant("2026-09-01"))
    assert Membership(nils.hsa_id, period) in care.memberships
    (room,) = [u for u in world.directory.snapshot().units() if u.name == "Nya rummet"]
    assert [each.hsa_id for each in world.directory.snapshot().below(room.hsa_id)]
    assert "191212121212" not in kept and "number" not in kept.replace("organisation_number", "")


SEVERAL = {"telephone": "0921-1 22 33", "public": False, "kind": None}
BY_HAND: dict[str, tuple[dict[str, Any], Callable[[Browser], object]]] = {
    "change": (
        {"do": "change", "entry": str(CENTRE.hsa_id), "set": SEVERAL},
        lambda http: send(http, "PATCH", f"units/{CENTRE.hsa_id}", {**SEVERAL, "reason": "r"}),
    ),
    "end": (
        {"do": "end", "entry": str(ANNA.hsa_id)},
        lambda http: send(http, "POST", f"people/{ANNA.hsa_id}/end", {"reason": "r"}),
    ),
    "move": (
        {"do": "move", "entry": str(CARE.hsa_id), "to": str(ROOM.hsa_id)},
        lambda http: send(http, "POST", f"assignments/{CARE.hsa_id}/move", {"to": str(ROOM.hsa_id), "reason": "r"}),
    ),
    "move to the member": (
        {"do": "move", "entry": str(ROOM.hsa_id), "to": str(REGION.hsa_id)},
        lambda http: send(http, "POST", f"units/{ROOM.hsa_id}/move", {"to": str(REGION.hsa_id), "reason": "r"}),
    ),
    "unassign": (
        {"do": "unassign", "entry": str(CARE.hsa_id), "person": str(ANNA.hsa_id)},
        lambda http: send(
            http, "POST", f"assignments/{CARE.hsa_id}/memberships/end", {"person": str(ANNA.hsa_id), "reason": "r"}
        ),
    ),
    "assign": (
        {"do": "assign", "entry": str(CARE.hsa_id), "person": "SE2321000230-P000001"},
        lambda http: send(
            http, "POST", f"assignments/{CARE.hsa_id}/memberships",
            {"person": "SE2321000230-P000001", "start": "2026-06-01T00:00:00+02:00", "reason": "r"},
        ),
    ),
    "create": (
        {"do": "create", "kind": "unit", "set": {"name": "Nytt", "parent": str(CENTRE.hsa_id)}},
        lambda http: send(http, "POST", "units", {"name": "Nytt", "parent": str(CENTRE.hsa_id), "reason": "r"}),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BY_HAND)
def test_a_step_does_what_the_ordinary_address_does_at_that_date(tmp_path: Path, name: str) -> None:
    step, hand = BY_HAND[name]
    outcomes = []
    for way in ("planned", "by hand"):
        engine = make_engine(f"sqlite:///{tmp_path / way}.db")
        world = a_county(engine, HeldClock())
        http = Browser(application(world))
        nils = {"family_name": "Ny", "given_name": "Nils", "member": str(REGION.hsa_id), "reason": "r"}
        assert send(http, "POST", "people", nils)[0] == 201
        if way == "planned":
            assert plan(http, step)[0] == 201
            come(world, a_planning(world))
        else:
            until(world, parse_instant(DUE))
            hand(http)
        outcomes.append(set(world.directory.snapshot().entries()))
        assert world.directory.snapshot().revision == 3
        engine.dispose()

    assert outcomes[0] == outcomes[1]


def test_a_try_tells_and_keeps_nothing_and_uses_up_no_id(http: Browser, world: World) -> None:
    new = {"do": "create", "kind": "person", "set": {"family_name": "Ny", "member": str(REGION.hsa_id)}, "as": "ny"}
    both = [new, {**new, "as": "nyare"}, {"do": "assign", "entry": str(CARE.hsa_id), "person": "@nyare"}]
    first, second = world.directory.new_hsa_id(REGION.hsa_id, "P"), None

    status, told = plan(http, *both, query="?dry_run=true", idempotency_key="k")
    second = world.directory.new_hsa_id(REGION.hsa_id, "P")

    assert status == 200 and told["id"] is None and told["state"] is None
    made = [each for each in told["preview"]["entries"] if each["what"] == "made"]
    assert len({each["hsa_id"] for each in made}) == 2
    assert int(str(second)[-6:]) == int(str(first)[-6:]) + 1
    assert get(http, "/api/v1/planned-changes", ADMIN)["items"] == []
    assert plan(http, CHIEF, idempotency_key="k")[0] == 201


def test_the_same_key_plans_once_and_another_request_with_it_is_refused(http: Browser) -> None:
    first = plan(http, CHIEF, idempotency_key="k1")
    again = plan(http, CHIEF, idempotency_key="k1")
    other = plan(http, CHIEF, due="2026-07-01", idempotency_key="k1")

    assert first[0] == 201 and again[0] == 200 and first[1]["id"] == again[1]["id"]
    assert (other[0], other[1]["type"]) == (422, "urn:tillit:idempotency_key_reused")
    assert len(get(http, "/api/v1/planned-changes", ADMIN)["items"]) == 1


class AskedBeside(ScopedAdministration):
    """When the caller is judged for the ``turn``th time, ``beside`` happens."""

    def __init__(self, turn: int, beside: Callable[[], object]) -> None:
        self.left, self._beside = turn, beside

    def reach(self, caller: Caller, snapshot: Snapshot) -> ScopedReach:
        self.left -= 1
        if self.left == 0:
            self._beside()
        return super().reach(caller, snapshot)


@pytest.mark.parametrize("turn", range(1, 8))
def test_the_same_request_beside_it_plans_once_however_far_this_one_came(
    http: Browser, world: World, turn: int
) -> None:
    beside: list[Any] = []
    administration = AskedBeside(turn, lambda: beside.append(plan(http, CHIEF, idempotency_key="k1")))
    slow = Browser(application(world, administration=administration))

    status, told = plan(slow, CHIEF, idempotency_key="k1")

    assert status in (200, 201), told
    (waiting,) = get(http, "/api/v1/planned-changes", ADMIN)["items"]
    assert waiting["id"] == told["id"]
    assert all(each[0] in (200, 201) and each[1]["id"] == told["id"] for each in beside)
    assert beside or administration.left > 0


def test_two_people_are_two_requests_also_by_their_numbers_alone(http: Browser) -> None:
    def new(kind: str, value: str) -> dict[str, Any]:
        given = {"family_name": "Ny", "member": str(REGION.hsa_id), "personal_number": {"kind": kind, "value": value}}
        return {"do": "create", "kind": "person", "set": given}

    first = plan(http, new("personnummer", "191212121212"), idempotency_key="k1")
    other = plan(http, new("personnummer", "193805172388"), idempotency_key="k1")
    again = plan(http, new("personnummer", "191212121212"), idempotency_key="k1")

    assert (first[0], other[0], again[0]) == (201, 422, 200)
    assert "191212121212" not in str(first) + str(other) + str(again)


def test_a_plan_is_cancelled_at_the_version_that_was_seen(http: Browser, world: World, planning: Planning) -> None:
    _, told = plan(http, CHIEF)
    path = f"planned-changes/{told['id']}"
    etag = http.get(f"/api/v1/{path}", headers={"authorization": ADMIN}).headers["etag"]

    stale = send(http, "POST", f"{path}/cancel", {"reason": "ångrat"}, if_match='"7"')
    cancelled = send(http, "POST", f"{path}/cancel", {"reason": "ångrat"}, if_match=etag)
    again = send(http, "POST", f"{path}/cancel", {"reason": "ångrat"})
    come(world, planning)

    assert (stale[0], stale[1]["type"]) == (412, "urn:tillit:plan_moved_on")
    assert cancelled[0] == again[0] == 200 and again[1]["state"] == "cancelled"
    assert world.directory.snapshot().person(ANNA.hsa_id) == ANNA
    assert send(http, "POST", f"{path}/retry", {})[0] == 409


def test_one_that_failed_tells_why_and_what_to_do_and_is_tried_again(
    http: Browser, world: World, planning: Planning
) -> None:
    _, told = plan(http, CHIEF)
    path = f"/api/v1/planned-changes/{told['id']}"
    world.change(replace(ANNA, title="rektor"))
    waiting = get(http, path, ADMIN)
    come(world, planning)
    failed = get(http, path, ADMIN)
    still = send(http, "POST", f"planned-changes/{told['id']}/retry", {})
    world.change(ANNA)

    again = send(http, "POST", f"planned-changes/{told['id']}/retry", {})

    assert "somebody else changed this" in waiting["obstacle"] and "preview" not in waiting
    assert failed["state"] == "failed" and "somebody else changed this" in failed["why"] and failed["remedy"]
    assert (still[0], still[1]["type"]) == (422, "urn:tillit:plan_overtaken")
    assert again[0] == 200 and again[1]["state"] == "done"


def test_lists_are_paged_by_date_and_narrowed(http: Browser, world: World) -> None:
    dues = ["2026-08-01", "2026-06-01", "2026-07-01", "2026-06-01", "2026-09-01"]
    ids = [plan(http, {**CHIEF, "set": {"title": f"chef {n}"}}, due=due)[1]["id"] for n, due in enumerate(dues)]
    send(http, "POST", f"planned-changes/{ids[2]}/cancel", {"reason": "r"})
    in_order = [ids[1], ids[3], ids[2], ids[0], ids[4]]

    seen: list[int] = []
    cursor = ""
    while True:
        page = get(http, f"/api/v1/planned-changes?limit=2{cursor}", ADMIN)
        seen += [each["id"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"

    def ids_of(query: str) -> list[int]:
        return [each["id"] for each in get(http, f"/api/v1/planned-changes?{query}", ADMIN)["items"]]

    assert seen == in_order
    assert ids_of("state=cancelled") == [ids[2]]
    assert ids_of("state=waiting&state=cancelled") == in_order
    assert ids_of("due_from=2026-07-01&due_until=2026-09-01") == [ids[2], ids[0]]


def test_dates_are_told_and_kept_to_the_microsecond(http: Browser, planning: Planning) -> None:
    _, told = plan(http, CHIEF, due="2026-06-01T00:00:00.000001+02:00")

    found = planning.find(told["id"])
    assert found is not None and to_us(found.due) % 10**6 == 1
    assert found.due - parse_instant(DUE) == timedelta(microseconds=1)
