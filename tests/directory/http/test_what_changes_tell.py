"""What the change feed tells, to whom: whole commits in order, of which everybody gets what she may see now."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from directory import Assignment, Membership, Unit
from directory.core.entries import KINDS, VideoEndpoint
from directory.edge.http.changes import MOST_REVISION, Changes
from directory.edge.memory.store import MemoryStore
from tests.directory.http.parts import ADMIN, BODENS_ADMIN, READER, SYNC, Browser, application, get
from tests.directory.parts import ANNA, BODEN, CARE, CENTRE, EVA, REGION, ROOM, World, a_person, boden, region
from vocabulary.hsa_id import HsaId

SHOW_PEOPLE = ["admin_assignment", "assignment", "person", "system_role", "unit", "video_endpoint"]


def pages(http: Browser, query: str = "", who: str = READER, since: int = 0) -> Iterator[dict[str, Any]]:
    """Page after page as an application reads them, until it has reached the newest revision."""
    while True:
        page = get(http, f"/api/v1/changes?since={since}&{query}", who)
        Changes.model_validate(page)
        assert page["next_since"] >= max((item["revision"] for item in page["items"]), default=since)
        yield page
        since = page["next_since"]
        if since == page["revision"]:
            return


def commits(http: Browser, query: str = "", who: str = READER, since: int = 0) -> list[dict[str, Any]]:
    return [commit for page in pages(http, query, who, since) for commit in page["items"]]


def told(http: Browser, query: str = "", who: str = READER, since: int = 0) -> list[tuple[int, str, list[str]]]:
    """Of each change: revision, id without prefix, fields."""
    return [
        (commit["revision"], change["hsa_id"][13:], change["fields"])
        for commit in commits(http, query, who, since)
        for change in commit["changes"]
    ]


def reread(http: Browser, query: str = "", who: str = READER, since: int = 1) -> list[tuple[int, list[str]]]:
    return [(commit["revision"], commit["reread"]) for commit in commits(http, query, who, since)]


def titled(world: World, *titles: str) -> None:
    for title in titles:
        world.change(replace(ANNA, title=title))


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_pages_tell_every_commit_once_and_in_order(http: Browser, world: World, limit: int) -> None:
    titled(world, "ett", "två", "tre", "fyra")

    assert [commit["revision"] for commit in commits(http, f"limit={limit}")] == [1, 2, 3, 4, 5]


def test_who_has_reached_the_newest_is_told_so(http: Browser) -> None:
    assert get(http, "/api/v1/changes?since=1") == {"items": [], "next_since": 1, "revision": 1}


def test_only_the_attributes_that_differ_are_named(http: Browser, world: World) -> None:
    world.change(replace(ANNA, title="chef", mail="anna@example.se", licences=("SJ", "BM")))
    world.change(a_person("P003", "Nils Ny", feigned=False))

    (changed, created) = told(http, since=1)

    assert changed == (2, "P001", ["title", "licences", "mail"])
    assert created[1] == "P003"
    assert {"hsa_id", "full_name", "member"} < set(created[2])
    assert not {"title", "mail", "licences"} & set(created[2])


def test_values_in_another_order_and_an_empty_list_for_none_do_not_differ(http: Browser, world: World) -> None:
    world.change(replace(ANNA, licences=("SJ", "BM")))
    world.change(replace(ANNA, licences=("BM", "SJ"), title="chef"))
    world.change(a_person("P003", "Nils Ny"))

    ((*_, fields), created) = told(http, since=2)

    assert fields == ["title"]
    assert "licences" not in created[2]


def test_an_id_that_is_spelled_otherwise_differs_for_who_keeps_a_copy(http: Browser, world: World) -> None:
    spelled = HsaId.parse(str(CENTRE.hsa_id).lower())
    world.change(replace(CARE, name="Kväll", unit=spelled))

    (commit,) = commits(http, since=1)

    (change,) = commit["changes"]
    assert change["fields"] == ["unit", "name"]
    assert (change["before"]["unit"], change["after"]["unit"]) == (str(CENTRE.hsa_id), str(spelled))


def test_an_attribute_that_the_caller_may_not_see_does_not_change_for_her(http: Browser, world: World) -> None:
    world.change(replace(ANNA, licence_restrictions=("får ej förskriva",)))

    assert told(http, since=1) == []
    assert get(http, "/api/v1/changes?since=1")["next_since"] == 2
    assert told(http, who=ADMIN, since=1) == [(2, "P001", ["licence_restrictions"])]


def test_who_may_see_nothing_of_a_commit_passes_it_without_a_gap(http: Browser, world: World) -> None:
    for number in range(120):
        world.change(replace(EVA, telephone=f"0920-{number:05}"))
    titled(world, "chef")

    assert told(http, "limit=1", since=1) == [(122, "P001", ["title"])]
    assert len(told(http, who=ADMIN, since=1)) == 121


def test_a_protected_person_is_in_no_answer_whatever_happens_to_her(http: Browser, world: World) -> None:
    secrets = ("Skyddad", "P002", "070-123 45 67", "hemlig@example.se")
    world.change(replace(EVA, telephone="070-123 45 67"))
    world.change(replace(EVA, telephone="070-123 45 67", mail="hemlig@example.se"))
    world.change(replace(CARE, memberships=(Membership(ANNA.hsa_id),)))
    world.change(replace(CARE, memberships=(*CARE.memberships,)))
    world.change(replace(CENTRE, manager=EVA.hsa_id))
    world.change(VideoEndpoint(region("V001"), REGION.hsa_id, "Rum 1", owner=EVA.hsa_id, sip_uri="sip:rum1@example.se"))
    world.directory.change([replace(ANNA, title="chef")], actor=str(EVA.hsa_id), reason="r", door="api")

    for who in (READER, BODENS_ADMIN):
        for query in (
            "",
            "limit=1",
            f"unit={CENTRE.hsa_id}",
            "kind=person",
            "kind=assignment&kind=unit",
            "feigned=true",
        ):
            answers = str(list(pages(http, query, who)))
            assert not [secret for secret in secrets if secret in answers], (who, query)
    assert all(secret in str(commits(http, who=ADMIN)) for secret in secrets)


def test_a_protected_persons_part_in_an_assignment_does_not_show_as_a_change(http: Browser, world: World) -> None:
    world.change(replace(CARE, memberships=(Membership(ANNA.hsa_id),)))

    assert told(http, since=1) == []
    assert told(http, who=ADMIN, since=1) == [(2, "M001", ["memberships"])]


def test_who_becomes_protected_vanishes_and_only_the_kinds_to_read_anew_are_said(http: Browser, world: World) -> None:
    titled(world, "chef")
    world.change(replace(CENTRE, manager=ANNA.hsa_id))
    world.change(replace(ANNA, title="chef", protected=True))

    answers = str(commits(http))

    assert "Sundqvist" not in answers and str(ANNA.hsa_id) not in answers
    assert reread(http)[-1] == (4, SHOW_PEOPLE)
    assert reread(http, "kind=assignment")[-1] == (4, ["assignment"])
    assert reread(http, "kind=function") == []
    assert reread(http, who=ADMIN) == [(2, []), (3, []), (4, [])]


def test_no_filter_finds_out_where_a_protected_person_works(http: Browser, world: World) -> None:
    world.change(replace(ANNA, protected=True))
    world.change(replace(CARE, unit=ROOM.hsa_id))
    filters = (
        f"unit={CENTRE.hsa_id}", f"unit={ROOM.hsa_id}", f"unit={region('E999')}", f"member={REGION.hsa_id}",
        f"member={BODEN.hsa_id}",
    )  # fmt: skip

    for who in (READER, BODENS_ADMIN):
        assert {str(reread(http, query, who)[0]) for query in filters} == {str((2, SHOW_PEOPLE))}


def test_who_is_protected_no_longer_comes_back_and_what_was_stays_hidden(http: Browser, world: World) -> None:
    world.change(replace(EVA, telephone="070-123 45 67"))
    world.change(replace(EVA, protected=False))
    world.change(replace(EVA, protected=False, title="chef"))

    assert reread(http) == [(3, SHOW_PEOPLE), (4, [])]
    assert told(http, since=1) == [(4, "P002", ["title"])]
    assert "070-123 45 67" not in str(commits(http))


def test_who_became_protected_past_us_is_forgotten_when_that_is_accepted(http: Browser, world: World) -> None:
    assert isinstance(world.store, MemoryStore)
    world.store.write_past([replace(ANNA, protected=True)], [])
    world.directory.poll()
    world.directory.adopt([ANNA.hsa_id], actor="a", reason="r")

    assert reread(http) == [(2, SHOW_PEOPLE)]
    assert "Sundqvist" not in str(commits(http))


def test_who_changed_it_and_why_is_told_to_who_administers_all_of_it(http: Browser, world: World) -> None:
    theirs = Unit(boden("E1"), BODEN.hsa_id, None, "Hemtjänsten")
    world.change(theirs, reason="ny enhet")
    world.change(replace(theirs, name="Hemtjänst"), replace(CENTRE, name="Hälsocentral"), reason="nya namn")

    for who, reasons in ((READER, [None, None]), (BODENS_ADMIN, ["ny enhet", None]), (ADMIN, ["ny enhet", "nya namn"])):
        assert [commit["reason"] for commit in commits(http, who=who, since=1)] == reasons
        assert [commit["actor"] is None for commit in commits(http, who=who, since=1)] == [r is None for r in reasons]


def test_an_accepted_foreign_write_is_told_whole(http: Browser, world: World) -> None:
    assert isinstance(world.store, MemoryStore)
    world.store.write_past([replace(CENTRE, name="Ändrad i LDAP")], [])
    world.directory.poll()
    world.directory.adopt([CENTRE.hsa_id], actor="a", reason="r")

    ((commit,),) = [commits(http, since=1)]
    (change,) = commit["changes"]
    assert (change["fields"], change["after"]["name"]) == ([], "Ändrad i LDAP")


def test_a_foreign_entry_that_is_taken_away_is_told_by_its_id_alone(http: Browser, world: World) -> None:
    assert isinstance(world.store, MemoryStore)
    world.store.write_past([a_person("P666", "Inga Insmugglad")], [])
    world.directory.poll()
    world.directory.revert([region("P666")], actor="a", reason="r")

    ((commit,),) = [commits(http, since=1)]
    gone = {"hsa_id": str(region("P666")), "kind": "person", "fields": [], "before": None, "after": None}
    assert commit["changes"] == [gone]


def test_changes_can_be_narrowed(http: Browser, world: World) -> None:
    theirs = Unit(boden("E1"), BODEN.hsa_id, None, "Hemtjänsten")
    nils, other = a_person("P003", "Nils Ny"), a_person("P004", "Olle Ö")
    evening = Assignment(
        region("M002"), REGION.hsa_id, ROOM.hsa_id, "Kväll", CARE.purpose, (), (Membership(other.hsa_id),)
    )
    world.change(theirs, nils, other, evening)
    world.change(replace(CARE, memberships=(*CARE.memberships, Membership(nils.hsa_id))))
    world.change(replace(nils, title="vikarie"), replace(other, title="läkare"), replace(ROOM, name="Lab"))

    def ids(query: str) -> list[str]:
        return [hsa_id for _, hsa_id, _ in told(http, query, since=1)]

    assert ids("kind=unit") == ["E1", "E002"]
    assert ids("kind=unit&kind=assignment") == ["E1", "M002", "M001", "E002"]
    assert ids(f"member={BODEN.hsa_id}") == ["E1"]
    assert ids(f"unit={CENTRE.hsa_id}") == ["P003", "M001", "P003", "E002"]
    assert ids(f"unit={ROOM.hsa_id}&kind=person") == ["P004", "P004"]
    assert ids(f"unit={region('E999')}") == []


def test_who_moves_to_another_place_is_told_at_both(http: Browser, world: World) -> None:
    world.change(replace(CARE, unit=ROOM.hsa_id))

    assert told(http, f"unit={CENTRE.hsa_id}&kind=assignment", since=1) == [(2, "M001", ["unit"])]
    assert told(http, f"unit={ROOM.hsa_id}&kind=assignment", since=1) == [(2, "M001", ["unit"])]


def test_feigned_people_are_told_only_when_asked_for(http: Browser, world: World) -> None:
    world.change(a_person("P003", feigned=True))

    assert told(http, since=1) == []
    assert [hsa_id for _, hsa_id, _ in told(http, "feigned=true", since=1)] == ["P003"]


def test_a_commit_of_thousands_is_one_item(http: Browser, world: World) -> None:
    crowd = [a_person(f"C{serial:04}", f"Person Nummer{serial}") for serial in range(1_500)]
    world.change(*crowd)
    titled(world, "chef")

    first, second = pages(http, since=1)

    assert [change["hsa_id"] for change in first["items"][0]["changes"]] == [str(each.hsa_id) for each in crowd]
    assert [commit["revision"] for commit in second["items"]] == [3]


@pytest.mark.parametrize(
    "query",
    [
        "since=-1", "since=x", "since=", "since=1.5", "since=0x10", "since=%00", f"since={MOST_REVISION + 1}",
        f"since={'9' * 400}", "since=null", "limit=0", "limit=101", "wait=-1", "wait=56", "wait=x", "kind=", "kind=x",
        "kind=person&kind=*", "member=SE1", "member=", "unit=%00", "unit=*", "feigned=maybe", f"unit={'E' * 5000}",
    ],
)  # fmt: skip
def test_a_malformed_question_is_refused(http: Browser, query: str) -> None:
    for accept in ("application/json", "text/event-stream"):
        answer = http.get(f"/api/v1/changes?{query}", {"authorization": READER, "accept": accept})

        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("last", ["", " ", "-1", "x", "1.5", "1 ", "٣", "9" * 17, "9" * 5000, str(MOST_REVISION + 1)])
def test_a_last_event_id_that_no_stream_gave_is_refused(http: Browser, last: str) -> None:
    headers = {"authorization": READER, "accept": "text/event-stream", "last-event-id": last.encode()}
    answer = http.get("/api/v1/changes", headers)  # type: ignore[arg-type]  # bytes go out as they are

    assert answer.status_code == 400, answer.text


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_whoever_asks_for_what_is_not_kept_or_never_was_must_read_anew(
    http: Browser, world: World, accept: str
) -> None:
    titled(world, "ett", "två")
    world.journal.thin(3)
    later = world.another()
    later.directory.start()
    anew = Browser(application(later))
    headers = {"authorization": READER, "accept": accept}

    thinned = anew.get("/api/v1/changes?since=0", headers)
    ahead = anew.get(f"/api/v1/changes?since={MOST_REVISION}", headers)

    assert (thinned.status_code, thinned.json()["type"]) == (410, "urn:tillit:changes_thinned")
    assert (ahead.status_code, ahead.json()["type"]) == (410, "urn:tillit:cursor_ahead")
    assert "read the lists anew" in thinned.json()["title"] and "read the lists anew" in ahead.json()["title"]


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
@pytest.mark.parametrize("query", ["", "since=-1", "wait=55", "since=999"])
def test_a_stranger_is_refused_before_anything_is_said(http: Browser, accept: str, query: str) -> None:
    for who in ("nobody", SYNC):
        assert http.get(f"/api/v1/changes?{query}", {"authorization": who, "accept": accept}).status_code == 403


def test_every_way_to_ask_is_described(http: Browser) -> None:
    operation = http.get("/openapi.json").json()["paths"]["/api/v1/changes"]["get"]

    assert {each["name"] for each in operation["parameters"]} == {
        "since", "wait", "limit", "kind", "member", "unit", "feigned", "last-event-id",
    }  # fmt: skip
    assert {"200", "410", "429", "503"} <= set(operation["responses"])
    assert set(operation["responses"]["200"]["content"]) == {"application/json", "text/event-stream"}
    kinds = next(each for each in operation["parameters"] if each["name"] == "kind")
    assert all(kind in str(kinds) for kind in KINDS)


def test_the_filters_ids_are_compared_without_case(http: Browser, world: World) -> None:
    titled(world, "chef")

    assert HsaId.parse(str(CENTRE.hsa_id).lower()) == CENTRE.hsa_id
    assert len(told(http, f"unit={str(CENTRE.hsa_id).lower()}", since=1)) == 1
