"""``?at=``: lists and entries as they were and will be, seen by the rights and the protection of today."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from directory import Unit
from directory.core.entries import KINDS
from directory.edge.http.reading import PATHS
from tests.directory.http.every_kind import create
from tests.directory.http.parts import ADMIN, BODENS_ADMIN, READER, Browser, get, send
from tests.directory.parts import ANNA, BODEN, CARE, CENTRE, EVA, World, a_person, boden, region

PERSON = f"/api/v1/people/{ANNA.hsa_id}"


def on(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


def later(world: World, **duration: float) -> str:
    """Let time pass, and give the instant before it did."""
    before = on(world.clock.now())
    world.clock.pass_(**duration)
    return before


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_told_as_it_was(http: Browser, world: World, kind: str) -> None:
    path = f"/api/v1/{PATHS[kind]}"
    world.clock.pass_(days=1)
    made = create(http, kind)
    then = later(world, days=1)
    name = "family_name" if kind == "person" else "name"
    send(http, "PATCH", f"{PATHS[kind]}/{made['hsa_id']}", {name: "Nytt namn", "reason": "byter namn"})

    single = get(http, f"{path}/{made['hsa_id']}?at={then}", ADMIN)
    listed = get(http, f"{path}?at={then}&limit=500", ADMIN)
    now = get(http, f"{path}/{made['hsa_id']}", ADMIN)
    before = get(http, f"{path}?at={on(world.clock.now() - timedelta(days=2))}", ADMIN)

    assert single == made and now[name] == "Nytt namn"
    assert made in listed["items"] and listed["revision"] == 2
    assert made["hsa_id"] not in [each["hsa_id"] for each in before["items"]] and before["revision"] == 1
    get(http, f"{path}/{made['hsa_id']}?at={on(world.clock.now() - timedelta(days=2))}", ADMIN, 404)


def test_the_answer_names_the_revision_and_the_version_of_then(http: Browser, world: World) -> None:
    then = later(world, hours=1)
    world.change(replace(ANNA, title="chef"))

    past = http.get(f"{PERSON}?at={then}", headers={"authorization": READER})
    now = http.get(PERSON, headers={"authorization": READER})
    known = http.get(f"{PERSON}?at={then}", headers={"authorization": READER, "if-none-match": past.headers["etag"]})

    assert (past.headers["tillit-revision"], past.headers["etag"], past.json()["title"]) == ("1", '"1"', ANNA.title)
    assert (now.headers["tillit-revision"], now.headers["etag"]) == ("2", '"2"')
    assert (known.status_code, known.headers["tillit-revision"]) == (304, "1")


def test_filters_work_on_what_was(http: Browser, world: World) -> None:
    then = later(world, hours=1)
    world.change(replace(ANNA, full_name="Anna Ny", family_name="Ny"), replace(CARE, memberships=()))

    def found(query: str) -> list[str]:
        return [each["hsa_id"] for each in get(http, f"/api/v1/people?{query}")["items"]]

    assert found("q=Sundqvist") == [] and found(f"unit={CENTRE.hsa_id}") == []
    assert found(f"q=Sundqvist&at={then}") == found(f"unit={CENTRE.hsa_id}&at={then}") == [str(ANNA.hsa_id)]


def test_pages_of_the_past_stand_still_while_the_present_moves(http: Browser, world: World) -> None:
    world.change(*(a_person(f"Q{serial:02d}") for serial in range(25)))
    then = later(world, minutes=1)
    seen: list[str] = []
    cursor = ""
    while True:
        page = get(http, f"/api/v1/people?at={then}&limit=7{cursor}")
        assert page["revision"] == 2
        seen += [each["hsa_id"][13:] for each in page["items"]]
        world.change(a_person(f"R{len(seen):02d}"), replace(ANNA, title=f"{len(seen)}"))
        world.clock.pass_(minutes=1)
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"

    assert seen == ["P001", *(f"Q{serial:02d}" for serial in range(25))]


def test_who_is_protected_now_is_not_shown_in_the_past_either(http: Browser, world: World) -> None:
    then = later(world, hours=1)
    shown = http.get(f"/api/v1/people?at={then}", headers={"authorization": READER}).text
    world.change(replace(ANNA, protected=True))

    for path in ("people", f"assignments/{CARE.hsa_id}", "assignments", f"people?unit={CENTRE.hsa_id}"):
        mark = "&" if "?" in path else "?"
        told = http.get(f"/api/v1/{path}{mark}at={then}", headers={"authorization": READER}).text
        assert str(ANNA.hsa_id) not in told and "Sundqvist" not in told
    missing = http.get(f"/api/v1/people/{region('P999')}?at={then}", headers={"authorization": READER})
    hidden = http.get(f"{PERSON}?at={then}", headers={"authorization": READER})

    assert "Sundqvist" in shown
    assert (hidden.status_code, hidden.text) == (missing.status_code, missing.text) == (404, hidden.text)
    assert get(http, f"{PERSON}?at={then}", ADMIN)["protected"] is False


def test_who_was_protected_then_stays_hidden_there(http: Browser, world: World) -> None:
    """As in the feed of changes: what was said of her while she was protected was not said to everybody."""
    then = later(world, hours=1)
    world.change(replace(EVA, protected=False))

    get(http, f"/api/v1/people/{EVA.hsa_id}", READER, 200)
    get(http, f"/api/v1/people/{EVA.hsa_id}?at={then}", READER, 404)
    assert len(get(http, f"/api/v1/assignments/{CARE.hsa_id}?at={then}", READER)["memberships"]) == 1
    assert len(get(http, f"/api/v1/assignments/{CARE.hsa_id}?at={then}", ADMIN)["memberships"]) == 2


def test_another_members_administrator_sees_the_past_as_she_sees_today(http: Browser, world: World) -> None:
    world.change(Unit(boden("E1"), BODEN.hsa_id, None, "Hemtjänsten", source="x", source_id="7"))
    then = later(world, hours=1)
    world.change(replace(ANNA, source_id="4712"))

    assert "source_id" not in get(http, f"{PERSON}?at={then}", BODENS_ADMIN)
    assert get(http, f"{PERSON}?at={then}", ADMIN)["source_id"] == "4711"
    assert get(http, f"/api/v1/units/{boden('E1')}?at={then}", BODENS_ADMIN)["source_id"] == "7"
    get(http, f"/api/v1/people/{EVA.hsa_id}?at={then}", BODENS_ADMIN, 404)


@pytest.mark.parametrize("path", [f"/api/v1/{path}" for path in PATHS.values()] + [PERSON])
def test_who_may_not_read_may_not_look_back(http: Browser, path: str) -> None:
    assert http.get(f"{path}?at=2026-03-02T09:00:00Z", headers={}).status_code == 403
    assert http.get(f"{path}?at=2026-03-02T09:00:00Z", headers={"authorization": "sync"}).status_code == 403


def test_a_day_that_no_month_has_is_told_as_such(http: Browser) -> None:
    for path in ("/api/v1/people", PERSON):
        told = get(http, f"{path}?at=2026-02-30", status=400)
        assert (told["pointer"], told["title"]) == ("/at", "there is no such day as `2026-02-30`")


@pytest.mark.parametrize(
    "text",
    ["", "nonsense", "2026-06-01T08:00:00", "1899-12-31", "9999-12-31", "%00", "2026-06-01%2008:00", "å"],
)
@pytest.mark.parametrize("path", ["/api/v1/people", PERSON])
def test_nonsense_is_told_as_such(http: Browser, path: str, text: str) -> None:
    answered = http.get(f"{path}?at={text}", headers={"authorization": READER})

    assert answered.status_code == 400, answered.text
    assert answered.json()["pointer"] == "/at" and "a point in time" in answered.json()["title"]


def test_a_plus_that_was_not_written_out_is_explained(http: Browser) -> None:
    answered = http.get("/api/v1/people?at=2026-06-01T08:00:00+02:00", headers={"authorization": READER})

    assert answered.status_code == 400 and "%2B" in answered.json()["title"]


@pytest.mark.parametrize("path", ["/api/v1/people", PERSON, "/api/v1/units"])
def test_before_the_first_commit_there_was_no_directory(http: Browser, path: str) -> None:
    answered = http.get(f"{path}?at=1950-01-01", headers={"authorization": READER})

    assert (answered.status_code, answered.json()["type"]) == (404, "urn:tillit:before_the_beginning")
    assert answered.json()["pointer"] == "/at"


def test_far_ahead_without_any_plan_is_what_stands_now(http: Browser) -> None:
    far = http.get(f"{PERSON}?at=2199-12-31", headers={"authorization": READER})

    assert far.json() == get(http, PERSON)
    assert (far.headers["tillit-foreseen"], far.headers["tillit-revision"]) == ("true", "1")
    assert "etag" not in far.headers


def planned(http: Browser, due: str, *steps: dict[str, Any], who: str = ADMIN) -> dict[str, Any]:
    status, told = send(http, "POST", "planned-changes", {"due": due, "steps": list(steps), "reason": "planerat"}, who)
    assert status == 201, told
    return dict(told)


def test_the_future_is_today_with_what_is_planned_until_then(http: Browser) -> None:
    planned(http, "2026-06-01", {"do": "change", "entry": str(ANNA.hsa_id), "set": {"title": "chef"}})
    planned(http, "2026-09-01", {"do": "change", "entry": str(ANNA.hsa_id), "set": {"title": "vårdchef"}})

    titles = {
        at: get(http, f"{PERSON}?at={at}")["title"]
        for at in ("2026-05-31", "2026-05-31T21:59:59.999999Z", "2026-06-01", "2026-08-31", "2026-09-01", "2027-01-01")
    }

    assert list(titles.values()) == [ANNA.title, ANNA.title, "chef", "chef", "vårdchef", "vårdchef"]
    assert get(http, PERSON)["title"] == ANNA.title


def test_a_plan_that_cannot_be_carried_out_is_left_out_of_the_future(http: Browser, world: World) -> None:
    planned(http, "2026-06-01", {"do": "change", "entry": str(ANNA.hsa_id), "set": {"title": "chef"}})
    planned(http, "2026-06-01", {"do": "end", "entry": str(CENTRE.hsa_id)})
    world.change(replace(ANNA, title="avdelningschef"))

    assert get(http, f"{PERSON}?at=2026-07-01")["title"] == "avdelningschef"
    assert get(http, f"/api/v1/units/{CENTRE.hsa_id}?at=2026-07-01")["period"]["end"] is not None


def test_a_plan_does_not_show_a_person_who_is_protected_today(http: Browser) -> None:
    planned(http, "2026-06-01", {"do": "change", "entry": str(EVA.hsa_id), "set": {"protected": False}})

    get(http, f"/api/v1/people/{EVA.hsa_id}?at=2026-07-01", READER, 404)
    assert get(http, f"/api/v1/people/{EVA.hsa_id}?at=2026-07-01", ADMIN)["protected"] is False


def test_that_somebody_will_be_protected_is_not_told_by_her_being_hidden_from_then_on(http: Browser) -> None:
    planned(http, "2026-06-01", {"do": "change", "entry": str(ANNA.hsa_id), "set": {"protected": True}})

    get(http, f"{PERSON}?at=2026-05-01", READER, 200)
    then = get(http, f"{PERSON}?at=2026-07-01", READER, 200)

    assert "protected" not in then or then["protected"] is False


def test_a_foreign_write_changes_nothing_of_the_past(http: Browser, world: World) -> None:
    """What was served narrowed then is told as the journal has it; today's narrowing still protects."""
    then = later(world, hours=1)
    store: Any = world.store
    store.write_past([replace(ANNA, protected=True)])
    world.directory.poll()

    get(http, f"{PERSON}?at={then}", READER, 404)
    assert get(http, f"{PERSON}?at={then}", ADMIN)["protected"] is False
