"""The journal over HTTP: how a change is told, how it is searched, and who sees it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from directory import Membership
from directory.edge.memory.store import MemoryStore
from tests.directory.http.parts import ADMIN, BODENS_ADMIN, READER, SYNC, Browser
from tests.directory.http.two_members import HOME_CARE, THEIRS, told, undo, with_something_of_bodens, written_past
from tests.directory.parts import ANNA, BODEN, CARE, CENTRE, EVA, REGION, World, a_person, region
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period
from vocabulary.personal_number import PersonalIdentityNumber


@pytest.fixture
def world(world: World) -> World:
    return with_something_of_bodens(world)


def revisions(page: Any) -> list[int]:
    return [item["revision"] for item in page["items"]]


# How a change is told ---------------------------------------------------------------------------------------------


def test_a_change_tells_who_when_why_and_what_became_what(http: Browser, world: World) -> None:
    world.clock.pass_(hours=1)
    held = (CARE.memberships[0], Membership(EVA.hsa_id, Period(None, world.clock.now())))
    revision = world.change(replace(ANNA, title="chef"), replace(CARE, memberships=held), reason="befordrad")

    (commit,) = told(http, f"journal?from_revision={revision}")["items"]

    anna, care = commit.pop("changes")
    at = world.clock.now().isoformat().replace("+00:00", "Z")
    assert commit == {
        "revision": revision, "at": at, "actor": "test", "reason": "befordrad", "door": "test", "more_changes": False,
    }  # fmt: skip
    assert anna == {
        "hsa_id": str(ANNA.hsa_id), "kind": "person", "member": str(REGION.hsa_id), "what": "changed",
        "differences": [{"attribute": "title", "from": "distriktssköterska", "to": "chef"}],
        "foreign": [], "was_gone": False,
    }  # fmt: skip
    assert care["differences"] == [
        {
            "attribute": "memberships",
            "removed": [{"person": str(EVA.hsa_id), "period": {"start": None, "end": None}}],
            "added": [{"person": str(EVA.hsa_id), "period": {"start": None, "end": at}}],
        }
    ]


def test_a_new_entry_is_told_from_nothing(http: Browser, world: World) -> None:
    revision = world.change(a_person("P050", "Nils Ny", licences=("SJ",)))

    (change,) = told(http, f"journal/{revision}")["items"]

    differences = {each["attribute"]: each for each in change["differences"]}
    assert change["what"] == "created"
    assert differences["full_name"] == {"attribute": "full_name", "from": None, "to": "Nils Ny"}
    assert differences["licences"] == {"attribute": "licences", "removed": [], "added": ["SJ"]}
    assert "title" not in differences and "protected" not in differences


def test_neither_another_order_of_values_nor_another_spelling_of_an_id_is_a_difference(
    http: Browser, world: World
) -> None:
    world.change(replace(ANNA, licences=("SJ", "BM")))
    unit = HsaId.parse(str(CARE.unit).lower())
    revision = world.change(replace(ANNA, licences=("BM", "SJ"), title="chef"), replace(CARE, unit=unit, name="Kväll"))
    written_past(world, replace(ANNA, licences=("SJ", "BM"), title="smugglad"))

    changes = told(http, f"journal/{revision}")["items"]
    (drift,) = told(http, "drift")["items"]

    assert [[each["attribute"] for each in change["differences"]] for change in changes] == [["title"], ["name"]]
    assert [each["attribute"] for each in drift["differences"]] == ["title"]


def test_a_value_that_stands_twice_is_told_as_often_as_it_went_or_came(http: Browser, world: World) -> None:
    written_past(world, replace(ANNA, licences=("SJ", "SJ", "BM")))

    (drift,) = told(http, "drift")["items"]

    assert drift["differences"] == [{"attribute": "licences", "removed": [], "added": ["SJ", "BM"]}]


def test_a_personal_number_is_told_to_have_changed_and_nothing_more(http: Browser, world: World) -> None:
    number = PersonalIdentityNumber.parse("191212121212")
    made = world.directory.change([ANNA], actor="a", reason="r", door="d", numbers={ANNA.hsa_id: number})
    person = made.changes[0].after

    answered = http.get(f"/api/v1/journal/{made.revision}", headers={"authorization": ADMIN})

    assert answered.json()["items"][0]["differences"] == [{"attribute": "number_lookup", "withheld": True}]
    assert person is not None and str(getattr(person, "number_lookup", "")) not in answered.text


def test_what_was_written_past_us_is_told_with_what_became_of_it(http: Browser, world: World) -> None:
    written_past(world, replace(ANNA, title="smugglad"), replace(CENTRE, name="Fel"))
    adopted = world.directory.adopt([ANNA.hsa_id], actor="Ada", reason="rätt").revision
    reverted = world.directory.revert([CENTRE.hsa_id], actor="Ada", reason="vem?").revision

    (adoption,), (reversion,) = (told(http, f"journal/{each}")["items"] for each in (adopted, reverted))

    title = {"attribute": "title", "from": "distriktssköterska", "to": "smugglad"}
    assert (adoption["what"], adoption["differences"], adoption["foreign"]) == ("changed", [title], [title])
    assert (reversion["what"], reversion["differences"]) == ("settled", [])
    assert reversion["foreign"] == [{"attribute": "name", "from": CENTRE.name, "to": "Fel"}]


def test_that_an_entry_was_gone_is_told(http: Browser, world: World) -> None:
    assert isinstance(world.store, MemoryStore)
    world.store.write_past(removed=[ANNA.hsa_id])
    world.directory.poll()
    reverted = world.directory.revert([ANNA.hsa_id], actor="Ada", reason="vem?").revision

    (change,) = told(http, f"journal/{reverted}")["items"]

    assert (change["what"], change["was_gone"], change["foreign"]) == ("settled", True, [])


# How it is searched -----------------------------------------------------------------------------------------------


def test_the_journal_is_searched_by_everything_it_tells(http: Browser, world: World) -> None:
    world.clock.pass_(days=1)
    world.directory.change([replace(ANNA, title="chef")], actor="Ada", reason="Öppnar BÖRJAN", door="sync:7")
    world.clock.pass_(days=1)
    world.directory.change([replace(HOME_CARE, name="Nytt")], actor="client:x", reason="100 % _fel_", door="sync:71")

    found = {
        query: revisions(told(http, f"journal?{query}"))
        for query in (
            "", f"entry={ANNA.hsa_id}", f"entry={ANNA.hsa_id.value.lower()}", f"member={BODEN.hsa_id}", "actor=Ada",
            "actor=ada", "door=sync", "door=sync:7", "reason=öppnar+börjAN", "reason=%25", "reason=_", "reason=__",
            "from=2026-03-03T09:00:00Z", "to=2026-03-03T09:00:00Z", "from=2026-03-03T09:00:00Z&to=2026-03-04T09:00:00Z",
            "from_revision=3&to_revision=3", "from_revision=9", "entry=SE2321000230-P404", "actor=Ada&door=api",
        )
    }  # fmt: skip

    assert found == {
        "": [4, 3, 2, 1], f"entry={ANNA.hsa_id}": [3, 1], f"entry={ANNA.hsa_id.value.lower()}": [3, 1],
        f"member={BODEN.hsa_id}": [4, 2, 1], "actor=Ada": [3], "actor=ada": [], "door=sync": [4, 3],
        "door=sync:7": [3], "reason=öppnar+börjAN": [3], "reason=%25": [4], "reason=_": [4], "reason=__": [],
        "from=2026-03-03T09:00:00Z": [4, 3], "to=2026-03-03T09:00:00Z": [2, 1],
        "from=2026-03-03T09:00:00Z&to=2026-03-04T09:00:00Z": [3], "from_revision=3&to_revision=3": [3],
        "from_revision=9": [], "entry=SE2321000230-P404": [], "actor=Ada&door=api": [],
    }  # fmt: skip


def test_one_entrys_history_holds_its_changes_only(http: Browser, world: World) -> None:
    world.change(replace(ANNA, title="chef"), replace(CENTRE, name="Ny"))

    items = told(http, f"journal?entry={ANNA.hsa_id}")["items"]

    assert [[change["hsa_id"] for change in item["changes"]] for item in items] == [[str(ANNA.hsa_id)]] * 2


def test_pages_cover_everything_once_though_changes_come_in_between(http: Browser, world: World) -> None:
    for number in range(20):
        world.change(replace(ANNA, title=f"titel {number}"))
    seen, cursor = [], ""
    while True:
        page = told(http, f"journal?limit=7{cursor}")
        seen += revisions(page)
        world.change(a_person(f"Q{len(seen):03d}"))
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"

    assert seen == list(range(22, 0, -1))


def test_a_commit_of_many_changes_is_told_page_by_page(http: Browser, world: World) -> None:
    revision = world.change(*(a_person(f"Q{number:03d}") for number in range(130)))

    (listed,) = told(http, f"journal?from_revision={revision}")["items"]
    seen, cursor = [], ""
    while True:
        page = told(http, f"journal/{revision}?limit=50{cursor}")
        seen += [change["hsa_id"] for change in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"

    assert len(listed["changes"]) == 20 and listed["more_changes"]
    assert seen == [str(region(f"Q{number:03d}")) for number in range(130)]


@pytest.mark.parametrize(
    "query",
    ["cursor=x", "cursor=MTIz0", "cursor=LTE=", "cursor=4pGg", "limit=0", "limit=101", "entry=x", "member=%00",
     "from=yesterday", "from=2026-03-02T09:00:00", "from_revision=-1", f"from_revision={2**60}", "actor=%00",
     "reason=%E2%80%AE", f"door={'d' * 201}", "reason="],
)  # fmt: skip
def test_a_malformed_search_is_refused(http: Browser, query: str) -> None:
    assert http.get(f"/api/v1/journal?{query}", headers={"authorization": ADMIN}).status_code == 400


@pytest.mark.parametrize("path", ["journal/x", "journal/0", "journal/-1", f"journal/{2**60}", "journal/1?cursor=x"])
def test_a_malformed_revision_is_refused(http: Browser, path: str) -> None:
    told(http, path, status=400)


def test_times_of_a_search_are_of_any_zone(http: Browser, world: World) -> None:
    later = world.clock.now() + timedelta(hours=1)

    assert revisions(told(http, f"journal?to={later.strftime('%Y-%m-%dT%H:%M:%S')}%2B01:00")) == []
    assert revisions(told(http, f"journal?to={later.strftime('%Y-%m-%dT%H:%M:%S')}%2B00:00")) == [2, 1]


# Who sees what ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "seen"), [(ADMIN, [2, 1]), (BODENS_ADMIN, [2, 1]), (READER, [])])
def test_only_who_administers_an_entry_sees_its_history(http: Browser, who: str, seen: list[int]) -> None:
    assert revisions(told(http, "journal", who)) == seen
    members = {change["member"] for item in told(http, "journal", BODENS_ADMIN)["items"] for change in item["changes"]}
    assert members == {str(BODEN.hsa_id)}
    assert revisions(told(http, f"journal?entry={ANNA.hsa_id}", BODENS_ADMIN)) == []


def test_without_the_scope_there_is_nothing(http: Browser) -> None:
    for path in ("journal", "journal/1", "drift"):
        told(http, path, SYNC, 403)
    assert undo(http, 1, SYNC)[0] == 403


@pytest.mark.parametrize("revision", [1, 3, 99, 2**53])
def test_a_commit_of_others_is_as_absent_as_one_that_never_was(http: Browser, world: World, revision: int) -> None:
    world.change(replace(ANNA, title="chef"))

    if revision != 1:
        answers = {str(told(http, f"journal/{revision}", BODENS_ADMIN, 404)), str(told(http, "journal/77", ADMIN, 404))}
        assert len(answers) == 1
    assert undo(http, 3, BODENS_ADMIN) == undo(http, 99, ADMIN)
    assert told(http, "journal/3", READER, 404) == told(http, "journal/99", READER, 404)


def test_a_protected_person_is_in_no_history_of_others(http: Browser, world: World) -> None:
    with_her = replace(THEIRS, memberships=(Membership(EVA.hsa_id),))
    world.change(with_her)
    world.change(replace(with_her, name="Nytt namn", memberships=()))

    text = http.get("/api/v1/journal", headers={"authorization": BODENS_ADMIN}).text
    seen = told(http, f"journal?entry={THEIRS.hsa_id}", BODENS_ADMIN)

    assert str(EVA.hsa_id) not in text and "Skyddad" not in text
    assert revisions(seen) == [4, 2], "a change of nothing but her is not there at all"
    assert [each["attribute"] for each in seen["items"][0]["changes"][0]["differences"]] == ["name"]
    assert str(EVA.hsa_id) in str(told(http, f"journal?entry={THEIRS.hsa_id}"))


def test_who_becomes_protected_vanishes_from_others_old_history(http: Browser, world: World) -> None:
    world.change(replace(THEIRS, memberships=(Membership(ANNA.hsa_id),)))
    assert str(ANNA.hsa_id) in str(told(http, "journal", BODENS_ADMIN))

    world.change(replace(ANNA, protected=True))

    assert str(ANNA.hsa_id) not in str(told(http, "journal", BODENS_ADMIN))
    assert revisions(told(http, "journal", BODENS_ADMIN)) == [2, 1]


def test_an_actor_who_is_protected_is_not_named_to_others(http: Browser, world: World) -> None:
    world.directory.change([replace(HOME_CARE, name="Nytt")], actor=str(EVA.hsa_id), reason="r", door="api")

    actors = {who: told(http, "journal?limit=1", who)["items"][0]["actor"] for who in (ADMIN, BODENS_ADMIN)}

    assert actors == {ADMIN: str(EVA.hsa_id), BODENS_ADMIN: None}


def test_a_page_of_what_is_not_the_callers_to_see_ends_and_goes_on(http: Browser, world: World) -> None:
    for number in range(3):
        world.change(*(a_person(f"Q{number}X{n}") for n in range(1_500)))
    world.change(replace(HOME_CARE, name="Nytt"))

    pages, cursor = 0, ""
    seen: list[int] = []
    while pages < 10:
        page = told(http, f"journal?limit=50{cursor}", BODENS_ADMIN)
        pages, seen = pages + 1, seen + revisions(page)
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"

    assert seen == [6, 2, 1]
    assert 1 < pages < 10
