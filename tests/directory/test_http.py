"""The directory over HTTP: who may see what, pages, versions, and the two changes that can be made by hand."""

import asyncio
import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from directory import Unit
from directory.core.administration import ScopedAdministration
from directory.edge.http.router import router
from directory.refusals import NotAllowed
from hub.database import make_engine
from tests.directory.parts import ANNA, BODEN, CARE, CENTRE, EVA, REGION, World, a_county, a_person, boden, region
from tests.parts import HeldClock
from vocabulary.caller import Caller
from vocabulary.period import Period
from vocabulary.personal_number import PersonalIdentityNumber
from vocabulary.refusals import Refusal

READER, ADMIN, BODENS_ADMIN, SYNC = "reader", "admin", "bodens-admin", "sync"
SCOPES = {READER: "tillit:directory", ADMIN: "tillit:admin", BODENS_ADMIN: "tillit:admin", SYNC: "tillit:sync"}
STATUS = {
    "invalid_value": 400, "directory_not_allowed": 403, "entry_unknown": 404, "directory_moved_on": 412,
    "change_refused": 422,
}  # fmt: skip


def authenticate(request: Request) -> Caller:
    name = request.headers.get("authorization", "")
    if name not in SCOPES:
        raise NotAllowed("no token")
    members = frozenset({BODEN.hsa_id}) if name == BODENS_ADMIN else None
    return Caller(name, None, frozenset({SCOPES[name]}), members)


def answer(_: Request, refusal: Exception) -> JSONResponse:
    assert isinstance(refusal, Refusal)
    return JSONResponse({"code": refusal.code}, STATUS[refusal.code])


class Browser:
    """Asks the application in process, one request at a time."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def get(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        return self._ask("GET", path, headers, None)

    def post(self, path: str, json: object, headers: dict[str, str]) -> httpx.Response:
        return self._ask("POST", path, headers, json)

    def _ask(self, method: str, path: str, headers: dict[str, str] | None, json: object) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.request(method, path, headers=headers, json=json)

        return asyncio.run(ask())


@pytest.fixture
def world(tmp_path: Path, clock: HeldClock) -> Iterator[World]:
    engine = make_engine(f"sqlite:///{tmp_path / 'tillit.db'}")
    yield a_county(engine, clock)
    engine.dispose()


@pytest.fixture
def http(world: World) -> Browser:
    app = FastAPI()
    app.include_router(router(world.directory, authenticate, ScopedAdministration(), world.clock))
    app.add_exception_handler(Refusal, answer)
    return Browser(app)


def get(http: Browser, path: str, who: str = READER, status: int = 200, **headers: str) -> dict[str, object]:
    answered = http.get(path, headers={"authorization": who, **headers})
    assert answered.status_code == status, answered.text
    return answered.json() if answered.content else {}


def ids_in(page: object) -> list[str]:
    assert isinstance(page, dict)
    return [item["hsa_id"][13:] for item in page["items"]]


@pytest.mark.parametrize("path", ["members", "units", "people", "assignments", "changes", "people/SE2321000230-P001"])
def test_reading_needs_a_scope(http: Browser, path: str) -> None:
    get(http, f"/api/v1/{path}", READER, 200)
    get(http, f"/api/v1/{path}", ADMIN, 200)
    get(http, f"/api/v1/{path}", SYNC, 403)


def test_lists_tell_what_there_is(http: Browser) -> None:
    assert ids_in(get(http, "/api/v1/members")) == ["HM01", "HM01"]
    assert ids_in(get(http, "/api/v1/units?q=BJÖRK")) == ["E001"]
    assert ids_in(get(http, "/api/v1/people")) == ["P001"]
    assert ids_in(get(http, f"/api/v1/people?unit={CENTRE.hsa_id}&q=distrikts")) == ["P001"]
    assert ids_in(get(http, f"/api/v1/people?member={BODEN.hsa_id}")) == []
    assert ids_in(get(http, f"/api/v1/assignments?unit={CENTRE.hsa_id}")) == ["M001"]


def test_pages_cover_everything_once_though_people_come_in_between(http: Browser, world: World) -> None:
    world.change(*(a_person(f"Q{serial:02d}") for serial in range(25)))
    seen, cursor = [], ""
    while True:
        page = get(http, f"/api/v1/people?q=Anna&limit=7{cursor}")
        seen += ids_in(page)
        world.change(a_person(f"A{len(seen):03d}"))
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"

    assert seen == ["P001", *(f"Q{serial:02d}" for serial in range(25))]


@pytest.mark.parametrize("query", ["cursor=%00", "cursor=å", "member=SE1", "limit=0", "limit=501", f"q={'x' * 101}"])
def test_a_malformed_query_is_refused(http: Browser, query: str) -> None:
    assert http.get(f"/api/v1/people?{query}", headers={"authorization": READER}).status_code in (400, 422)


@pytest.mark.parametrize("hsa_id", ["SE2321000230-P999", "nonsense", "SE2321000230-E001"])
def test_what_is_not_there_is_not_found(http: Browser, hsa_id: str) -> None:
    get(http, f"/api/v1/people/{hsa_id}", status=404)


def test_a_protected_person_exists_only_for_her_own_administrator(http: Browser) -> None:
    path = f"/api/v1/people/{EVA.hsa_id}"

    get(http, path, READER, 404)
    get(http, path, BODENS_ADMIN, 404)
    assert get(http, path, ADMIN)["protected"] is True
    for who, people, members in ((READER, ["P001"], 1), (BODENS_ADMIN, ["P001"], 1), (ADMIN, ["P001", "P002"], 2)):
        assert ids_in(get(http, "/api/v1/people", who)) == people
        held = get(http, f"/api/v1/assignments/{CARE.hsa_id}", who)["memberships"]
        assert isinstance(held, list) and len(held) == members
        assert (str(EVA.hsa_id) in http.get("/api/v1/changes", headers={"authorization": who}).text) == (members == 2)


def test_who_becomes_protected_vanishes_from_old_changes_too(http: Browser, world: World) -> None:
    world.change(replace(ANNA, protected=True))

    assert "Sundqvist" not in http.get("/api/v1/changes", headers={"authorization": READER}).text


def test_feigned_people_are_told_only_when_asked_for(http: Browser, world: World) -> None:
    world.change(a_person("P003", feigned=True))

    assert "P003" not in ids_in(get(http, "/api/v1/people"))
    assert "P003" in ids_in(get(http, "/api/v1/people?feigned=true"))


def test_a_personal_number_is_in_no_answer(http: Browser, world: World) -> None:
    number = PersonalIdentityNumber.parse("191212121212")
    world.directory.change([ANNA], actor="a", reason="r", door="d", numbers={ANNA.hsa_id: number})
    person = world.directory.snapshot().person(ANNA.hsa_id)
    assert person is not None and person.number_lookup is not None

    for path in ("people", f"people/{ANNA.hsa_id}", "changes"):
        told = http.get(f"/api/v1/{path}", headers={"authorization": ADMIN}).text
        assert "number" not in told.replace("organisation_number", "")
        assert person.number_lookup not in told


def test_an_entry_has_a_version_until_it_changes(http: Browser, world: World) -> None:
    path = f"/api/v1/people/{ANNA.hsa_id}"
    etag = http.get(path, headers={"authorization": READER}).headers["etag"]
    world.change(a_person("P050"))

    known = http.get(path, headers={"authorization": READER, "if-none-match": f'W/"0", {etag}'})
    world.change(replace(ANNA, title="chef"))
    changed = http.get(path, headers={"authorization": READER, "if-none-match": etag})

    assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", etag)
    assert changed.status_code == 200 and changed.headers["etag"] != etag


def test_changes_are_told_from_where_the_caller_left_off(http: Browser, world: World) -> None:
    world.change(replace(ANNA, title="chef"), reason="befordrad")

    told = get(http, "/api/v1/changes?since=1", ADMIN)
    plain = get(http, "/api/v1/changes?since=1", READER)
    nothing = get(http, f"/api/v1/changes?since={told['next_since']}")

    (commit,) = told["items"]  # type: ignore[misc] # JSON
    assert (commit["revision"], commit["reason"], commit["actor"]) == (2, "befordrad", "test")
    assert commit["changes"][0]["before"]["title"] == "distriktssköterska"
    assert commit["changes"][0]["after"]["title"] == "chef"
    assert plain["items"][0]["reason"] is None  # type: ignore[index] # JSON
    assert nothing == {"items": [], "next_since": 2}


def post(http: Browser, path: str, body: dict[str, object], who: str = ADMIN, **headers: str) -> tuple[int, object]:
    answered = http.post(path, json=body, headers={"authorization": who, **headers})
    return answered.status_code, answered.json()


ASSIGN = f"/api/v1/assignments/{CARE.hsa_id}/memberships"
END = f"/api/v1/people/{ANNA.hsa_id}/end"


def test_a_person_is_assigned_once_however_often_it_is_asked_for(http: Browser, world: World) -> None:
    new = a_person("P003", "Nils Ny")
    world.change(new)
    body = {"person": str(new.hsa_id), "end": "2026-12-31T00:00:00+01:00", "reason": "vikarie"}

    first, second = post(http, ASSIGN, body), post(http, ASSIGN, body)

    assert first[0] == second[0] == 200
    assert [a.hsa_id for a in world.directory.snapshot().assignments_of(new.hsa_id)] == [CARE.hsa_id]
    (record,) = world.directory.records(2, 10)
    assert (record.actor, record.reason, record.door) == ("client:admin", "vikarie", "api")


def test_a_person_ends_now_or_when_it_is_said(http: Browser, world: World) -> None:
    status, told = post(http, END, {"reason": "slutar"})

    person = world.directory.snapshot().person(ANNA.hsa_id)
    assert status == 200 and isinstance(told, dict) and told["period"]["end"] is not None
    assert person is not None and person.period == Period(None, world.clock.now())
    world.clock.pass_(hours=1)
    assert post(http, END, {"reason": "slutar"}) == (200, told)


def test_a_dry_run_tells_and_changes_nothing(http: Browser, world: World) -> None:
    status, told = post(http, f"{END}?dry_run=true", {"reason": "slutar"})
    bad = post(http, f"{ASSIGN}?dry_run=true", {"person": str(region("P999")), "reason": "r"})

    assert status == 200 and isinstance(told, dict) and told["period"]["end"] is not None
    assert bad == (422, {"code": "change_refused"})
    assert world.directory.snapshot().revision == 1


def test_a_change_of_an_older_version_is_refused(http: Browser, world: World) -> None:
    etag = http.get(f"/api/v1/people/{ANNA.hsa_id}", headers={"authorization": ADMIN}).headers["etag"]
    world.change(replace(ANNA, title="chef"))
    headers = {"if-match": etag}

    assert post(http, END, {"reason": "slutar"}, **headers)[0] == 412
    assert post(http, END, {"reason": "slutar"}, **{"if-match": '"2"'})[0] == 200


@pytest.mark.parametrize(("who", "status"), [(READER, 403), (SYNC, 403), (BODENS_ADMIN, 403), (ADMIN, 200)])
def test_only_the_members_administrator_changes(http: Browser, who: str, status: int) -> None:
    assert post(http, END, {"reason": "slutar"}, who)[0] == status
    assert post(http, ASSIGN, {"person": str(ANNA.hsa_id), "reason": "r"}, who)[0] == status


def test_another_members_protected_person_does_not_exist(http: Browser, world: World) -> None:
    theirs = Unit(boden("E1"), BODEN.hsa_id, None, "Hemtjänsten")
    world.change(theirs, replace(CARE, hsa_id=boden("M1"), member=BODEN.hsa_id, unit=theirs.hsa_id, memberships=()))
    path = f"/api/v1/assignments/{boden('M1')}/memberships"

    assert post(http, path, {"person": str(EVA.hsa_id), "reason": "r"}, BODENS_ADMIN) == (
        404,
        {"code": "entry_unknown"},
    )
    assert post(http, f"/api/v1/people/{EVA.hsa_id}/end", {"reason": "r"}, BODENS_ADMIN)[0] == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"reason": ""},
        {"reason": "r" * 501},
        {"reason": "r", "at": "2026-03-02T09:00:00"},
        {"reason": "r", "more": 1},
        {"reason": "a\u202eb"},
    ],
)
def test_a_change_needs_a_reason_and_exact_times(http: Browser, world: World, body: dict[str, object]) -> None:
    assert post(http, END, body)[0] in (400, 422)
    assert world.directory.snapshot().revision == 1


def test_public_units_are_open_to_everybody(http: Browser) -> None:
    told = http.get("/open/v1/units").json()

    (unit,) = told["units"]
    assert (unit["hsa_id"], unit["member"], unit["care_provider"]) == (str(CENTRE.hsa_id), REGION.name, REGION.name)
    assert "source" not in unit


def test_units_that_are_closed_or_not_public_are_not_open(http: Browser, world: World) -> None:
    past = Period(None, world.clock.now() - timedelta(days=1))
    world.change(replace(CENTRE, period=past))

    assert http.get("/open/v1/units").json()["units"] == []


def test_open_units_come_as_csv_that_a_spreadsheet_does_not_run(http: Browser, world: World) -> None:
    world.change(replace(CENTRE, name='=HYPERLINK("x")', postal_address="Vägen 1\n961 00 Boden"))

    by_accept = http.get("/open/v1/units", headers={"accept": "text/csv"})
    by_format = http.get("/open/v1/units?format=csv")

    assert by_accept.text == by_format.text
    assert by_accept.headers["content-type"] == "text/csv; charset=utf-8"
    (row,) = csv.DictReader(io.StringIO(by_accept.text))
    assert row["name"] == '\'=HYPERLINK("x")'
    assert row["telephone"] == CENTRE.telephone and row["opening_hours"] == "1-5#08:00#17:00"


def test_open_units_can_be_narrowed(http: Browser) -> None:
    for query, count in (("municipality=2582", 1), ("municipality=2580", 0), ("kind=care_centre", 1), ("q=x", 0)):
        assert len(http.get(f"/open/v1/units?{query}").json()["units"]) == count
