"""Who may plan a change over HTTP, who may know of one, and how many she may have waiting."""

from dataclasses import replace

import pytest

from directory import Unit
from directory.ports import WaitingAtMost
from tests.directory.http.parts import ADMIN, BODENS_ADMIN, READER, Browser, application, get, send
from tests.directory.http.planning_parts import CHIEF, plan
from tests.directory.http.two_members import THEIRS, with_something_of_bodens
from tests.directory.parts import ANNA, BODEN, EVA, ROOM, World, boden, region


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
