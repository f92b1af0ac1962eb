"""The quality report over HTTP: each administrator sees what is hers to mend, filtered, counted and page by page."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from directory import Membership
from directory.core.entries import SystemRole
from directory.core.malformed import Malformed
from directory.core.quality.kinds import KINDS
from hub.database import make_engine
from tests.directory.http.parts import ADMIN, BODENS_ADMIN, READER, SYNC, Browser, application, get, send
from tests.directory.parts import (
    ANNA,
    BODEN,
    CARE,
    CENTRE,
    EVA,
    REGION,
    FaultyStore,
    World,
    a_county,
    a_person,
    boden,
    region,
)
from tests.parts import HeldClock
from vocabulary.period import Period

QUALITY = "/api/v1/quality"


@pytest.fixture
def faulty(world: World) -> World:
    """A protected person who can be reached and has left, a nurse without licence in Boden, two others with a title."""
    over = Period(None, world.clock.now())
    world.change(
        replace(EVA, mail="eva@example.se"),
        replace(a_person("P7", "Bo Ek", title="Sjuksköterska"), hsa_id=boden("P7"), member=BODEN.hsa_id),
        a_person("P8", "Siv Ek", title="Barnmorska"),
        a_person("P9", "Nils Ek", title="Läkare"),
    )
    world.change(replace(EVA, mail="eva@example.se", period=over))
    world.change(replace(CARE, memberships=(*CARE.memberships, Membership(region("P9"), over))))
    return world


def items(http: Browser, query: str = "", who: str = ADMIN) -> list[dict[str, Any]]:
    return list(get(http, f"{QUALITY}{query}", who)["items"])


def codes(http: Browser, query: str = "", who: str = ADMIN) -> list[str]:
    return [item["code"] for item in items(http, query, who)]


def test_a_finding_says_what_where_whose_since_when_and_what_to_do(http: Browser, faulty: World) -> None:
    (found,) = items(http, f"?entry={boden('P7')}")

    assert found == {
        "code": "title_without_licence", "rule": 4, "severity": "warning", "entry": str(boden("P7")), "kind": "person",
        "name": "Bo Ek", "about": "",
        "owner": {"member": str(BODEN.hsa_id), "name": BODEN.name, "directory_contact": BODEN.directory_contact},
        "said": "the title is `Sjuksköterska`; the licence SJ (Sjuksköterska) is missing",
        "means": KINDS["title_without_licence"].means, "fix": KINDS["title_without_licence"].fix,
        "since": "2026-03-02T09:00:00Z", "since_revision": 2,
    }  # fmt: skip


def test_each_administrator_is_told_of_her_own_member(http: Browser, faulty: World) -> None:
    everything, bodens = items(http), items(http, who=BODENS_ADMIN)

    assert {item["owner"]["member"] for item in everything} == {str(REGION.hsa_id), str(BODEN.hsa_id)}
    assert [item["entry"] for item in bodens] == [str(boden("P7"))]
    assert items(http, who=READER) == []


def test_counts_are_of_what_the_caller_may_see(http: Browser, faulty: World) -> None:
    def counted(who: str, query: str = "") -> dict[str, int]:
        return {one["code"]: one["count"] for one in get(http, f"{QUALITY}{query}", who)["counts"]}

    assert counted(ADMIN) == {"membership_outlives_person": 1, "title_without_licence": 3}
    assert counted(ADMIN, "?limit=1") == counted(ADMIN)
    assert counted(BODENS_ADMIN) == {"title_without_licence": 1}
    assert counted(READER) == {}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("code=title_without_licence", 3),
        ("code=title_without_licence&code=membership_outlives_person", 4),
        ("rule=3", 1),
        ("severity=error", 0),
        ("kind=assignment", 1),
        (f"member={BODEN.hsa_id}", 1),
        (f"member={BODEN.hsa_id}&rule=3", 0),
        (f"entry={CARE.hsa_id}", 1),
        (f"entry={CENTRE.hsa_id}", 0),
    ],
)
def test_findings_can_be_narrowed(http: Browser, faulty: World, query: str, count: int) -> None:
    page = get(http, f"{QUALITY}?{query}", ADMIN)

    assert len(page["items"]) == count == sum(one["count"] for one in page["counts"])


def test_pages_cover_every_finding_once(http: Browser, faulty: World) -> None:
    whole, seen, cursor = items(http), [], ""
    while True:
        page = get(http, f"{QUALITY}?limit=1{cursor}", ADMIN)
        seen += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"

    assert seen == whole and len(whole) == 4


@pytest.mark.parametrize(
    "query",
    ["cursor=%00", "cursor=å", "cursor=W10=", "cursor=WzEsMiwzLDRd", "cursor=bnVsbA==", "member=SE1", "entry=x",
     "code=x", "severity=bad", "rule=0", "rule=8", "kind=x", "limit=0", f"cursor={'W' * 1001}"],
)  # fmt: skip
def test_a_malformed_query_is_refused(http: Browser, faulty: World, query: str) -> None:
    assert http.get(f"{QUALITY}?{query}", headers={"authorization": ADMIN}).status_code == 400


def test_the_report_needs_a_scope(http: Browser) -> None:
    get(http, QUALITY, SYNC, 403)
    get(http, QUALITY, "stranger", 403)


def test_a_finding_that_names_a_protected_person_is_told_to_who_sees_her(http: Browser, world: World) -> None:
    """Boden's role is held by two of the region's who have left; one of them is protected."""
    over = Period(None, world.clock.now())
    hold = (Membership(EVA.hsa_id), Membership(ANNA.hsa_id))
    role = SystemRole(boden("R1"), BODEN.hsa_id, "SVP", "läsare", "Läsare", hold)
    world.change(role)
    world.change(replace(EVA, period=over), replace(ANNA, period=over))

    everything, bodens = (items(http, f"?entry={role.hsa_id}", who) for who in (ADMIN, BODENS_ADMIN))

    assert [item["about"] for item in everything] == [ANNA.hsa_id.key, EVA.hsa_id.key]
    assert [item["about"] for item in bodens] == [ANNA.hsa_id.key]
    assert str(EVA.hsa_id) not in str(bodens)


def test_a_protected_persons_own_finding_is_told_to_who_sees_her(http: Browser, world: World) -> None:
    world.change(replace(EVA, mail="eva@example.se"))

    assert codes(http) == ["protected_reachable"]
    assert items(http, who=BODENS_ADMIN) == []
    assert "eva@example.se" not in str(items(http))


def test_what_stands_wrong_in_the_store_is_told_to_whose_it_is(tmp_path: Path, clock: HeldClock) -> None:
    store = FaultyStore()
    engine = make_engine(f"sqlite:///{tmp_path / 'tillit.db'}")
    world = a_county(engine, clock, store)
    http = Browser(application(world))
    store.write_past([replace(CENTRE, name="En annan central")])
    store.broken = (
        Malformed(None, "cn=nobody,c=SE", "`hsaIdentity` is missing"),
        Malformed(ANNA.hsa_id, "hsaIdentity=x,c=SE", "`title` holds a malformed value; left out", served=True),
    )
    world.directory.poll()

    found = items(http)

    assert [(item["code"], item["entry"]) for item in found] == [
        ("object_malformed", None), ("differs_in_store", str(CENTRE.hsa_id)), ("value_left_out", str(ANNA.hsa_id)),
    ]  # fmt: skip
    assert "En annan central" not in str(found) and found[0]["owner"] is None
    assert items(http, who=BODENS_ADMIN) == []
    engine.dispose()


CHECK = "licence-checks"


def test_a_check_of_the_licence_register_is_noted(http: Browser, world: World) -> None:
    world.clock.pass_(days=40)
    before = codes(http)
    body = {"people": [str(ANNA.hsa_id), str(ANNA.hsa_id)], "at": "2026-04-10T09:00:00+02:00"}

    answered = send(http, "POST", CHECK, body)

    assert answered == (200, {"noted": 1, "at": "2026-04-10T09:00:00+02:00"})
    assert before == ["licences_unchecked"] and codes(http) == []


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({"people": []}, 400, None),
        ({}, 400, None),
        ({"people": ["x"]}, 400, "/people/0"),
        ({"people": [str(ANNA.hsa_id), str(region("P999"))]}, 404, "/people/1"),
        ({"people": [str(CENTRE.hsa_id)]}, 404, "/people/0"),
        ({"people": [str(ANNA.hsa_id)], "at": "2026-03-02T11:00:01+01:00"}, 400, "/at"),
        ({"people": [str(ANNA.hsa_id)], "at": "2026-03-02T10:00:00"}, 400, None),
    ],
)
def test_a_check_is_of_people_and_of_the_past(
    http: Browser, world: World, body: dict[str, Any], status: int, pointer: str | None
) -> None:
    answered, told = send(http, "POST", CHECK, body)

    assert answered == status, told
    if pointer is not None:
        assert told["pointer"] == pointer
    assert world.report.checks.newest() == world.clock.now(), "as it was noted with the licences themselves"


def test_a_check_that_is_only_tried_is_not_noted(http: Browser, world: World) -> None:
    world.clock.pass_(days=40)

    status, told = send(http, "POST", f"{CHECK}?dry_run=true", {"people": [str(ANNA.hsa_id)]})

    assert (status, told["noted"]) == (200, 1)
    assert codes(http) == ["licences_unchecked"]


@pytest.mark.parametrize(("who", "status"), [(READER, 403), (SYNC, 403), (BODENS_ADMIN, 403), (ADMIN, 200)])
def test_only_who_keeps_the_licences_notes_checks(http: Browser, world: World, who: str, status: int) -> None:
    assert send(http, "POST", CHECK, {"people": [str(ANNA.hsa_id)]}, who)[0] == status


def test_a_protected_person_of_another_member_cannot_be_noted_or_found_out(http: Browser, world: World) -> None:
    hers = send(http, "POST", CHECK, {"people": [str(EVA.hsa_id)]}, BODENS_ADMIN)
    nobodys = send(http, "POST", CHECK, {"people": [str(region("P999"))]}, BODENS_ADMIN)

    assert hers[0] == nobodys[0] == 404
    assert str(hers[1]).replace(str(EVA.hsa_id), "X") == str(nobodys[1]).replace(str(region("P999")), "X")
