"""Planned changes over HTTP: who may plan and know of what, every kind of step, trying, keys, versions, bad input."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from directory import Membership, Unit
from directory.planning import Planning
from directory.ports import WaitingAtMost
from hub.database import make_engine
from tests.directory.http.parts import ADMIN, BODENS_ADMIN, READER, Browser, application, get, send
from tests.directory.http.two_members import THEIRS, with_something_of_bodens
from tests.directory.parts import (
    ANNA,
    BODEN,
    CARE,
    CENTRE,
    EVA,
    REGION,
    ROOM,
    World,
    a_county,
    a_planning,
    boden,
    region,
)
from tests.parts import HeldClock
from vocabulary.instants import to_us
from vocabulary.period import Period
from vocabulary.personal_number import PersonalIdentityNumber
from vocabulary.stockholm import parse_instant

DUE = "2026-06-01"
CHIEF = {"do": "change", "entry": str(ANNA.hsa_id), "set": {"title": "chef"}}


@pytest.fixture
def planning(world: World) -> Planning:
    return a_planning(world)


def plan(
    http: Browser, *steps: dict[str, Any], due: str = DUE, who: str = ADMIN, query: str = "", **headers: str
) -> Any:
    body = {"due": due, "steps": list(steps), "reason": "planerat"}
    return send(http, "POST", f"planned-changes{query}", body, who, **headers)


def come(world: World, planning: Planning, due: str = DUE) -> None:
    """The date comes, and what is due is carried out."""
    world.clock.pass_(seconds=(parse_instant(due) - world.clock.now()).total_seconds())
    planning.carry_out_due()


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
            world.clock.pass_(seconds=(parse_instant(DUE) - world.clock.now()).total_seconds())
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


@pytest.mark.parametrize(
    ("who", "status"), [(READER, 403), (BODENS_ADMIN, 403), ("sync", 403), ("", 403), (ADMIN, 201)]
)
def test_only_who_may_make_the_change_may_plan_it(http: Browser, who: str, status: int) -> None:
    assert plan(http, CHIEF, who=who, query="?dry_run=true")[0] == (200 if status == 201 else status)
    assert plan(http, CHIEF, who=who)[0] == status


def test_a_planned_change_exists_for_who_administers_all_of_it(http: Browser, world: World) -> None:
    theirs = Unit(boden("E1"), BODEN.hsa_id, None, "Hemtjänsten")
    world.change(theirs)
    _, ours = plan(http, CHIEF)
    ends = [{"do": "end", "entry": str(each.hsa_id)} for each in (ROOM, theirs)]
    _, both = plan(http, *ends, due="2026-06-02")
    status, bodens = plan(http, {"do": "change", "entry": str(theirs.hsa_id), "set": {"name": "Nya"}}, who=BODENS_ADMIN)
    _, protected = plan(http, {"do": "change", "entry": str(EVA.hsa_id), "set": {"title": "chef"}})
    assert status == 201

    seen = {
        who: [each["id"] for each in get(http, "/api/v1/planned-changes", who)["items"]]
        for who in (ADMIN, BODENS_ADMIN, READER)
    }

    assert seen == {
        ADMIN: [ours["id"], bodens["id"], protected["id"], both["id"]],
        BODENS_ADMIN: [bodens["id"]],
        READER: [],
    }
    for who, hidden in ((BODENS_ADMIN, (ours, both, protected)), (READER, (ours, both, bodens, protected))):
        for each in hidden:
            get(http, f"/api/v1/planned-changes/{each['id']}", who, 404)
            assert send(http, "POST", f"planned-changes/{each['id']}/cancel", {"reason": "r"}, who)[0] == 404
            assert send(http, "POST", f"planned-changes/{each['id']}/retry", {}, who)[0] == 404


def test_nobody_plans_about_somebody_whom_she_may_not_know_of(http: Browser, world: World) -> None:
    with_something_of_bodens(world)
    hidden = {"do": "assign", "entry": str(THEIRS.hsa_id), "person": str(EVA.hsa_id)}
    missing = {**hidden, "person": str(region("P002999"))}

    answers = [plan(http, step, who=BODENS_ADMIN) for step in (hidden, missing)]

    assert [status for status, _ in answers] == [404, 404]
    assert answers[0][1]["title"].replace("P002", "") == answers[1][1]["title"].replace("P002999", "")


def test_who_becomes_protected_takes_her_plans_with_her(http: Browser, world: World) -> None:
    with_something_of_bodens(world)
    assign = {"do": "assign", "entry": str(THEIRS.hsa_id), "person": str(ANNA.hsa_id)}
    # Her own record is the region's, so that Boden's administrator sees the plan only while she sees her.
    assert plan(http, assign, who=BODENS_ADMIN)[0] == 201
    world.change(replace(ANNA, protected=True))

    assert get(http, "/api/v1/planned-changes", BODENS_ADMIN)["items"] == []
    assert len(get(http, "/api/v1/planned-changes", ADMIN)["items"]) == 1


def test_the_same_key_plans_once_and_another_request_with_it_is_refused(http: Browser) -> None:
    first = plan(http, CHIEF, idempotency_key="k1")
    again = plan(http, CHIEF, idempotency_key="k1")
    other = plan(http, CHIEF, due="2026-07-01", idempotency_key="k1")

    assert first[0] == 201 and again[0] == 200 and first[1]["id"] == again[1]["id"]
    assert (other[0], other[1]["type"]) == (422, "urn:tillit:idempotency_key_reused")
    assert len(get(http, "/api/v1/planned-changes", ADMIN)["items"]) == 1


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


@pytest.mark.parametrize(
    "query",
    ["cursor=%00", "cursor=å", "cursor=MSAy.", "limit=0", "limit=201", "state=lost", "due_from=x", "due_until=%00"],
)
def test_a_malformed_query_is_refused(http: Browser, query: str) -> None:
    assert http.get(f"/api/v1/planned-changes?{query}", headers={"authorization": ADMIN}).status_code == 400


@pytest.mark.parametrize("number", ["0", "-1", "7", "x", "9" * 30, "1.0", "%00", "١"])
def test_what_is_no_plan_is_not_found(http: Browser, number: str) -> None:
    get(http, f"/api/v1/planned-changes/{number}", ADMIN, 404)


BAD: list[tuple[Any, str]] = [
    ({"due": "2020-01-01"}, "/due"),
    ({"due": "2026-03-02T08:59:59Z"}, "/due"),
    ({"due": "soon"}, "/due"),
    ({"due": None}, "/due"),
    ({"steps": []}, "/steps"),
    ({"steps": [CHIEF] * 201}, "/steps"),
    ({"reason": ""}, "/reason"),
    ({"more": 1}, "/more"),
    ({"steps": [{"do": "fly", "entry": str(ANNA.hsa_id)}]}, "/steps/0"),
    ({"steps": [{**CHIEF, "entry": "nonsense"}]}, "/steps/0/entry"),
    ({"steps": [{**CHIEF, "set": {}}]}, "/steps/0/set"),
    ({"steps": [CHIEF, {**CHIEF, "set": {"titel": "chef"}}]}, "/steps/1/set/titel"),
    ({"steps": [{**CHIEF, "set": {"title": 7}}]}, "/steps/0/set/title"),
    ({"steps": [{**CHIEF, "set": {"hsa_id": str(EVA.hsa_id)}}]}, "/steps/0/set/hsa_id"),
    ({"steps": [{**CHIEF, "set": {"licences": ["LK"]}}]}, "/steps/0/set/licences"),
    ({"steps": [{**CHIEF, "set": {"memberships": []}}]}, "/steps/0/set/memberships"),
    ({"steps": [{**CHIEF, "set": {"number_lookup": "1:a"}}]}, "/steps/0/set/number_lookup"),
    ({"steps": [{**CHIEF, "set": {"reason": "r"}}]}, "/steps/0/set/reason"),
    ({"steps": [{**CHIEF, "set": {"title": "a\u202eb"}}]}, "/title"),
    ({"steps": [{**CHIEF, "set": {"title": "a\x00b"}}]}, "/title"),
    ({"steps": [{**CHIEF, "set": {"mail": "*)(uid=*"}}]}, "/mail"),
    ({"steps": [{"do": "assign", "entry": str(CARE.hsa_id), "person": "@nobody"}]}, "/steps/0/person"),
    ({"steps": [{"do": "create", "kind": "unit", "set": {"name": "X", "parent": "@y"}}]}, "/steps/0/set/parent"),
    ({"steps": [{"do": "create", "kind": "robot", "set": {}}]}, "/steps/0/kind"),
    ({"steps": [{"do": "create", "kind": "person", "set": {}}]}, "/steps/0/set/family_name"),
    ({"steps": [{"do": "move", "entry": str(ROOM.hsa_id), "to": str(BODEN.hsa_id)}]}, "/parent"),
    ({"steps": [{"do": "move", "entry": str(ANNA.hsa_id), "to": str(CENTRE.hsa_id)}]}, "/hsa_id"),
    ({"steps": [{"do": "end", "entry": str(ANNA.hsa_id)}, CHIEF]}, "/period"),
    ({"steps": [CHIEF, CHIEF]}, "/hsa_id"),
]


@pytest.mark.parametrize(("wrong", "pointer"), BAD, ids=range(len(BAD)))
@pytest.mark.parametrize("query", ["", "?dry_run=true"])
def test_bad_input_is_refused_with_its_pointer(
    http: Browser, world: World, wrong: dict[str, Any], pointer: str, query: str
) -> None:
    body = {"due": DUE, "steps": [CHIEF], "reason": "planerat"} | wrong

    status, told = send(http, "POST", f"planned-changes{query}", body)

    assert status in (400, 422), told
    pointers = [told.get("pointer"), *(each["pointer"] for each in told.get("errors", []))]
    assert pointer in pointers, told
    assert get(http, "/api/v1/planned-changes", ADMIN)["items"] == []
    assert world.directory.snapshot().revision == 1


def test_dates_are_told_and_kept_to_the_microsecond(http: Browser, planning: Planning) -> None:
    _, told = plan(http, CHIEF, due="2026-06-01T00:00:00.000001+02:00")

    found = planning.find(told["id"])
    assert found is not None and to_us(found.due) % 10**6 == 1
    assert found.due - parse_instant(DUE) == timedelta(microseconds=1)


def test_who_has_planned_all_that_one_may_is_told_to_cancel_some(world: World) -> None:
    http = Browser(application(world, at_most=WaitingAtMost(per_caller=1)))
    key = {"idempotency_key": "the first"}
    _, first = plan(http, CHIEF, **key)

    for query in ("", "?dry_run=true"):
        status, told = plan(http, {**CHIEF, "set": {"title": "rektor"}}, due="2026-07-01", query=query)
        assert (status, told["type"]) == (409, "urn:tillit:too_many_plans") and "cancel some" in told["title"]
    replayed = plan(http, CHIEF, **key)
    cancelled = send(http, "POST", f"planned-changes/{first['id']}/cancel", {"reason": "blev inte av"})
    after = plan(http, {**CHIEF, "set": {"title": "rektor"}}, due="2026-07-01")

    assert replayed[1]["id"] == first["id"] and cancelled[0] == 200 and after[0] == 201
    others = plan(http, {"do": "change", "entry": str(BODEN.hsa_id), "set": {"telephone": "0921-1"}}, who=BODENS_ADMIN)
    assert others[0] == 201, "another still has room"
