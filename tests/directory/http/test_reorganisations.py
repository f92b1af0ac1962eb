"""Reorganisations over HTTP: previewed, planned, carried out at their date or at once, cancelled, and by whom."""

from dataclasses import replace
from typing import Any

import pytest

from directory import CareProvider, Membership, Unit
from directory.core.currency import NotCurrent, why_not_current
from directory.core.entries import AdminAssignment
from directory.planning import Planning
from tests.directory.http.parts import ADMIN, BODENS_ADMIN, READER, Browser, get, send
from tests.directory.http.planning_parts import DUE, come
from tests.directory.parts import (
    ANNA,
    BODEN,
    BODENS_PROVIDER,
    CARE,
    CENTRE,
    EVA,
    PROVIDER,
    REGION,
    ROOM,
    World,
    a_person,
    boden,
    region,
)
from vocabulary.capacity import Capacity
from vocabulary.period import Period
from vocabulary.stockholm import parse_instant

OTHER = replace(CENTRE, hsa_id=region("E010"), name="Mjölkuddens hälsocentral", public=False)
SOCIAL = CareProvider(
    region("OG01"), REGION.hsa_id, "Region Norrbotten, omsorg", REGION.organisation_number, Capacity.SOCIAL_CARE
)
HOUSING = Unit(region("E020"), REGION.hsa_id, None, "Omsorgsboendet", SOCIAL.hsa_id)
THEIRS = Unit(boden("E001"), BODEN.hsa_id, None, "Hemtjänsten")
ADMINS = AdminAssignment(region("A001"), REGION.hsa_id, "Katalogansvarig", (str(CENTRE.hsa_id),), ("administer",))

MERGE = {"do": "merge", "units": [str(CENTRE.hsa_id)], "into": str(OTHER.hsa_id)}
CLOSE = {"do": "close", "unit": str(CENTRE.hsa_id), "children": "close"}
MOVE = {"do": "move", "unit": str(ROOM.hsa_id), "to": str(OTHER.hsa_id)}
SPLIT = {
    "do": "split",
    "unit": str(CENTRE.hsa_id),
    "parts": [{"name": "Norra", "takes": [str(CARE.hsa_id)]}, {"name": "Södra", "takes": [str(ROOM.hsa_id)]}],
}
ALL = pytest.mark.parametrize("what", [MERGE, CLOSE, MOVE, SPLIT], ids=["merge", "close", "move", "split"])


@pytest.fixture(autouse=True)
def more(world: World) -> None:
    world.change(OTHER, SOCIAL, HOUSING, THEIRS, ADMINS)


def reorganise(
    http: Browser, what: dict[str, Any], who: str = ADMIN, query: str = "", due: str | None = DUE, **headers: str
) -> Any:
    body = {**what, "reason": "omorganisation"} | ({} if due is None else {"due": due})
    return send(http, "POST", f"reorganisations{query}", body, who, **headers)


@ALL
def test_a_preview_tells_what_is_touched_and_changes_nothing(http: Browser, world: World, what: dict[str, Any]) -> None:
    status, told = reorganise(http, what, query="?dry_run=true")

    assert status == 200 and told["id"] is None
    assert told["preview"]["entries"] and told["preview"]["disturbs"] == []
    assert get(http, "/api/v1/reorganisations", ADMIN)["items"] == []
    assert world.directory.snapshot().revision == 2


def test_a_preview_of_a_closing_names_people_units_and_what_is_left_behind(http: Browser) -> None:
    _, told = reorganise(http, CLOSE, query="?dry_run=true")

    preview = told["preview"]
    what = {(each["what"], each["kind"], each["name"]) for each in preview["entries"]}
    assert what == {
        ("ended", "unit", CENTRE.name), ("ended", "unit", ROOM.name), ("ended", "assignment", CARE.name),
        ("names_what_ends", "admin_assignment", ADMINS.name),
    }  # fmt: skip
    lost = {(each["name"], each["assignment"], each["to"]) for each in preview["people"]}
    assert lost == {(ANNA.full_name, str(CARE.hsa_id), None), (EVA.full_name, str(CARE.hsa_id), None)}
    assert {change["hsa_id"] for change in preview["changes"]} == {
        str(each.hsa_id) for each in (CENTRE, ROOM, CARE)
    }  # fmt: skip


@ALL
def test_it_comes_at_its_date_as_it_was_previewed(
    http: Browser, world: World, planning: Planning, what: dict[str, Any]
) -> None:
    _, preview = reorganise(http, what, query="?dry_run=true")
    status, told = reorganise(http, what)
    assert status == 201 and told["state"] == "waiting"
    foreseen = {e.hsa_id: e for e in planning.moment(parse_instant(DUE)).snapshot.entries()}

    come(world, planning)

    done = get(http, f"/api/v1/reorganisations/{told['id']}", ADMIN)
    assert (done["state"], done["revision"]) == ("done", 3)
    assert {e.hsa_id: e for e in world.directory.snapshot().entries()} == foreseen
    assert len(preview["preview"]["changes"]) == len(told["preview"]["changes"])
    (record,) = world.directory.records(2, 10)
    assert (record.door, len(record.changes)) == (f"plan:{told['id']}", len(told["preview"]["changes"]))


@ALL
def test_it_is_done_at_once_when_no_date_is_given(http: Browser, world: World, what: dict[str, Any]) -> None:
    status, told = reorganise(http, what, due=None)

    assert status == 201 and (told["state"], told["revision"]) == ("done", 3)
    assert world.directory.snapshot().revision == 3


def test_whoever_came_to_the_unit_meanwhile_loses_the_assignment_too(
    http: Browser, world: World, planning: Planning
) -> None:
    reorganise(http, CLOSE)
    nils = a_person("P300", "Nils Ny")
    later = replace(CARE, hsa_id=region("M300"), memberships=(Membership(nils.hsa_id),))
    world.change(nils, later)

    come(world, planning)

    snapshot, at = world.directory.snapshot(), parse_instant(DUE)
    assert why_not_current(snapshot, nils.hsa_id, later.hsa_id, at) is NotCurrent.ASSIGNMENT_NOT_NOW
    unit = snapshot.unit(CENTRE.hsa_id)
    assert unit is not None and (unit.archived, unit.period) == (True, Period(None, at))


def test_a_reorganisation_that_cannot_be_any_more_fails_whole(http: Browser, world: World, planning: Planning) -> None:
    _, told = reorganise(http, MERGE)
    world.change(replace(OTHER, care_provider=SOCIAL.hsa_id))
    waiting = get(http, f"/api/v1/reorganisations/{told['id']}", ADMIN)

    come(world, planning)

    failed = get(http, f"/api/v1/reorganisations/{told['id']}", ADMIN)
    assert "another care provider" in waiting["obstacle"]
    assert failed["state"] == "failed" and "say what becomes of the assignments" in failed["remedy"]
    assert world.directory.snapshot().unit(CENTRE.hsa_id) == CENTRE


CROSSING: list[dict[str, Any]] = [
    {**MERGE, "into": str(HOUSING.hsa_id)},
    {"do": "move", "unit": str(CENTRE.hsa_id), "to": str(HOUSING.hsa_id)},
    {"do": "move", "unit": str(CENTRE.hsa_id), "to": str(HOUSING.hsa_id), "care_provider": str(SOCIAL.hsa_id)},
]


@pytest.mark.parametrize("what", CROSSING)
@pytest.mark.parametrize("query", ["", "?dry_run=true"])
def test_assignments_do_not_come_under_another_provider(
    http: Browser, world: World, what: dict[str, Any], query: str
) -> None:
    status, told = reorganise(http, what, query=query)

    assert (status, told["type"]) == (422, "urn:tillit:crosses_care_providers")
    assert world.directory.snapshot().revision == 2


def test_across_providers_it_is_said_what_becomes_of_assignments(http: Browser, world: World) -> None:
    world.change(replace(ROOM, parent=OTHER.hsa_id))
    left = {"fate": "leave", "at": str(OTHER.hsa_id)}

    status, told = reorganise(http, {**CROSSING[0], "assignments": left}, due=None)

    care = world.directory.snapshot().assignment(CARE.hsa_id)
    assert status == 201, told
    assert care == replace(CARE, unit=OTHER.hsa_id)
    assert why_not_current(world.directory.snapshot(), ANNA.hsa_id, CARE.hsa_id, world.clock.now()) is None


@pytest.mark.parametrize("what", [{**MERGE, "into": str(THEIRS.hsa_id)}, {**MOVE, "to": str(THEIRS.hsa_id)}])
def test_nothing_crosses_members(http: Browser, what: dict[str, Any]) -> None:
    status, told = reorganise(http, what)

    assert status == 422 and "another member" in told["title"]


@ALL
@pytest.mark.parametrize(("who", "status"), [(READER, 403), (BODENS_ADMIN, 403), ("sync", 403), ("", 403)])
def test_only_who_may_change_all_of_it_may_reorganise_or_preview(
    http: Browser, what: dict[str, Any], who: str, status: int
) -> None:
    for query in ("", "?dry_run=true"):
        for due in (DUE, None):
            assert reorganise(http, what, who, query, due)[0] == status


def test_a_reorganisation_is_known_to_who_administers_it_and_is_cancelled(
    http: Browser, world: World, planning: Planning
) -> None:
    _, told = reorganise(http, MERGE)
    path = f"reorganisations/{told['id']}"

    get(http, f"/api/v1/{path}", BODENS_ADMIN, 404)
    assert get(http, "/api/v1/reorganisations", BODENS_ADMIN)["items"] == []
    (listed,) = get(http, "/api/v1/reorganisations", ADMIN)["items"]
    assert listed["steps"] == [{**MERGE, "assignments": {"fate": "take"}}]
    status, cancelled = send(http, "POST", f"{path}/cancel", {"reason": "ångrat"})
    come(world, planning)

    assert (status, cancelled["state"]) == (200, "cancelled")
    assert world.directory.snapshot().unit(CENTRE.hsa_id) == CENTRE


def test_a_planned_change_is_no_reorganisation_but_a_reorganisation_is_planned(http: Browser) -> None:
    change = {"do": "change", "entry": str(ANNA.hsa_id), "set": {"title": "chef"}}
    _, plain = send(http, "POST", "planned-changes", {"due": DUE, "steps": [change], "reason": "r"})
    _, merge = reorganise(http, MERGE)

    get(http, f"/api/v1/reorganisations/{plain['id']}", ADMIN, 404)
    get(http, f"/api/v1/planned-changes/{merge['id']}", ADMIN, 200)
    both = [each["id"] for each in get(http, "/api/v1/planned-changes", ADMIN)["items"]]
    assert both == [plain["id"], merge["id"]]
    assert [each["id"] for each in get(http, "/api/v1/reorganisations", ADMIN)["items"]] == [merge["id"]]


def test_the_same_key_reorganises_once(http: Browser, world: World) -> None:
    first = reorganise(http, SPLIT, due=None, idempotency_key="k1")
    again = reorganise(http, SPLIT, due=None, idempotency_key="k1")

    assert first[0] == 201 and again[0] == 200 and first[1]["id"] == again[1]["id"]
    assert world.directory.snapshot().revision == 3


def test_the_new_units_of_a_split_have_ids_of_the_member_that_nobody_had(http: Browser, world: World) -> None:
    _, tried = reorganise(http, SPLIT, query="?dry_run=true")
    _, told = reorganise(http, SPLIT, due=None)

    made = [part["hsa_id"] for part in told["steps"][0]["parts"]]
    assert len(set(made)) == 2 and all(world.directory.snapshot().entry(region(each[13:])) for each in made)
    assert not set(made) & {part["hsa_id"] for part in tried["steps"][0]["parts"]}


def test_a_protected_person_is_told_only_to_who_may_see_her(http: Browser, world: World) -> None:
    """Boden's administrator reorganises her own unit, in which somebody of the region's works who is protected."""
    lending = replace(BODEN, assigns_people_of=(str(REGION.hsa_id),))
    home_care = replace(THEIRS, care_provider=BODENS_PROVIDER.hsa_id)
    held = replace(CARE, hsa_id=boden("M001"), member=BODEN.hsa_id, unit=home_care.hsa_id)
    world.change(lending, BODENS_PROVIDER, home_care, held)
    close = {"do": "close", "unit": str(THEIRS.hsa_id)}

    mine = reorganise(http, close, BODENS_ADMIN, "?dry_run=true")
    all_of_it = reorganise(http, close, ADMIN, "?dry_run=true")

    assert mine[0] == all_of_it[0] == 200
    assert str(EVA.hsa_id) not in str(mine[1]) and str(ANNA.hsa_id) in str(mine[1])
    assert str(EVA.hsa_id) in str(all_of_it[1])


def test_what_other_plans_lose_by_it_is_told(http: Browser) -> None:
    assign = {"do": "assign", "entry": str(CARE.hsa_id), "person": str(ANNA.hsa_id)}
    amend = {"do": "change", "entry": str(CENTRE.hsa_id), "set": {"telephone": "0921-1 22 33"}}
    _, later = send(http, "POST", "planned-changes", {"due": "2026-07-01", "steps": [amend], "reason": "r"})
    assert assign["do"] == "assign"

    _, told = reorganise(http, CLOSE, query="?dry_run=true")

    assert [each["id"] for each in told["preview"]["disturbs"]] == [later["id"]]


BAD: list[tuple[dict[str, Any], str]] = [
    ({}, ""),
    ({"do": "explode", "unit": str(CENTRE.hsa_id)}, ""),
    ({**MERGE, "units": []}, "/units"),
    ({**MERGE, "units": ["x"]}, "/units/0"),
    ({**MERGE, "into": "x"}, "/into"),
    ({**MERGE, "more": 1}, "/more"),
    ({**MERGE, "assignments": {"fate": "sell"}}, "/assignments/fate"),
    ({**MERGE, "assignments": {"fate": "leave"}}, "/assignments/at"),
    ({**MERGE, "assignments": {"fate": "end", "at": str(ROOM.hsa_id)}}, "/assignments/at"),
    ({**MERGE, "due": "x"}, "/due"),
    ({**MERGE, "due": "2020-01-01"}, "/due"),
    ({**MERGE, "units": [str(OTHER.hsa_id)]}, "/into"),
    ({**SPLIT, "parts": []}, "/parts"),
    ({**SPLIT, "parts": [{"name": ""}]}, "/parts/0/name"),
    ({**SPLIT, "parts": [{"name": "a\u202eb"}]}, "/parts/0/name"),
    ({**SPLIT, "parts": [{"name": "A"}] * 101}, "/parts"),
    ({**CLOSE, "children": "none"}, "/children"),
    ({**CLOSE, "children": "eat"}, "/children"),
    ({**MOVE, "unit": str(CENTRE.hsa_id), "to": str(ROOM.hsa_id)}, "/to"),
    ({**MOVE, "to": str(CENTRE.hsa_id)}, "/unit"),
]


@pytest.mark.parametrize(("what", "pointer"), BAD, ids=range(len(BAD)))
@pytest.mark.parametrize("query", ["", "?dry_run=true"])
def test_bad_input_is_refused_with_its_pointer(
    http: Browser, world: World, what: dict[str, Any], pointer: str, query: str
) -> None:
    status, told = send(http, "POST", f"reorganisations{query}", {"due": DUE, "reason": "r"} | what)

    assert status in (400, 422), told
    assert pointer in [told.get("pointer"), *(each["pointer"] for each in told.get("errors", []))], told
    assert world.directory.snapshot().revision == 2


@pytest.mark.parametrize("hidden", ["unit", "to", "into"])
def test_what_is_not_there_is_not_found(http: Browser, hidden: str) -> None:
    missing = str(region("E999"))
    what = {**MERGE, "into": missing} if hidden == "into" else {**MOVE, hidden: missing}

    assert reorganise(http, what)[0] == 404


def test_a_unit_may_be_taken_from_below_another_providers_unit(http: Browser, world: World) -> None:
    world.change(replace(ROOM, parent=HOUSING.hsa_id))

    status, _ = reorganise(http, {**MOVE, "to": str(CENTRE.hsa_id)}, due=None)

    room = world.directory.snapshot().unit(ROOM.hsa_id)
    assert status == 201 and room == replace(ROOM, parent=CENTRE.hsa_id) and room.care_provider == PROVIDER.hsa_id
