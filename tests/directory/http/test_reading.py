"""Reading over HTTP: who may see what, pages, versions, changes, the open list."""

from dataclasses import replace

import pytest

from tests.directory.http.parts import ADMIN, BODENS_ADMIN, READER, SYNC, Browser, get
from tests.directory.parts import ANNA, BODEN, CARE, CENTRE, EVA, World, a_person, region
from vocabulary.hsa_id import HsaId
from vocabulary.personal_number import PersonalIdentityNumber


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


def test_a_protected_manager_is_named_only_to_who_may_see_her(http: Browser, world: World) -> None:
    world.change(replace(CENTRE, manager=EVA.hsa_id))

    assert get(http, f"/api/v1/units/{CENTRE.hsa_id}")["manager"] is None
    assert get(http, f"/api/v1/units/{CENTRE.hsa_id}", ADMIN)["manager"] == str(EVA.hsa_id)


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
    assert nothing == {"items": [], "next_since": 2, "revision": 2}


@pytest.mark.parametrize(
    "query",
    [
        "q=ake",
        "q=aake",
        "q=lindkvist",
        "q=jan+marklund",
        "q=marklund+jan",
        "q=MARKL+j",
        "q=jan-ake",
    ],
)
def test_names_are_found_as_in_the_address_book(http: Browser, world: World, query: str) -> None:
    jan = a_person("P700", "Jan-Åke Marklund Lindqvist")
    world.change(jan, a_person("P701", "Nils Annan", title="kurator"))

    assert ids_in(get(http, f"/api/v1/people?{query}")) == ["P700"]


def test_units_are_found_without_marks_and_by_their_municipality(http: Browser) -> None:
    assert (
        ids_in(get(http, "/api/v1/units?q=bjorknas")) == ids_in(get(http, "/api/v1/units?q=boden+bjorkn")) == ["E001"]
    )


@pytest.mark.parametrize("query", ["q=-", "q=19121212-1212", "q=anna+1212121212"])
def test_what_is_no_word_or_somebodys_number_is_not_looked_for(http: Browser, query: str) -> None:
    assert get(http, f"/api/v1/people?{query}", status=400)["pointer"] == "/q"


@pytest.mark.parametrize(
    ("kind", "parameter", "named"),
    [
        ("people", "member", region("HM99")), ("people", "member", CENTRE.hsa_id), ("people", "unit", region("E999")),
        ("units", "unit", ANNA.hsa_id), ("assignments", "unit", region("E999")), ("people", "unit", EVA.hsa_id),
    ],
)  # fmt: skip
def test_a_list_is_not_narrowed_by_what_is_not_there(http: Browser, kind: str, parameter: str, named: HsaId) -> None:
    told = get(http, f"/api/v1/{kind}?{parameter}={named}", status=400)

    assert told["pointer"] == f"/{parameter}" and told["title"] == f"there is no {parameter} `{named}`"
