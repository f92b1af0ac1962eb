"""Who holds an assignment, and that somebody leaves: done once, tried first, against a version, by whom it may."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from directory import Unit
from tests.directory.http.parts import ADMIN, BODENS_ADMIN, READER, SYNC, Browser, send
from tests.directory.parts import ANNA, BODEN, BODENS_PROVIDER, CARE, EVA, World, a_person, boden, region
from vocabulary.period import Period
from vocabulary.stockholm import start_of_day


def post(http: Browser, path: str, body: dict[str, Any], who: str = ADMIN, **headers: str) -> tuple[int, Any]:
    return send(http, "POST", path.removeprefix("/api/v1/"), body, who, **headers)


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


def test_who_stops_and_begins_again_holds_it_twice_each_from_its_own_day(http: Browser, world: World) -> None:
    new, address = a_person("P003", "Nils Ny"), f"{ASSIGN}/end"
    world.change(new)
    body = {"person": str(new.hsa_id), "reason": "vikarie"}
    began = world.clock.now()

    assert post(http, ASSIGN, body)[0] == 200
    world.clock.pass_(hours=1)
    assert post(http, ASSIGN, body)[0] == 200, "she holds it, and nothing changes"
    ended = world.clock.now()
    assert post(http, address, body)[0] == 200
    world.clock.pass_(hours=1)
    assert post(http, ASSIGN, body)[0] == 200

    held = world.directory.snapshot().assignment(CARE.hsa_id)
    assert held is not None
    hers = [each.period for each in held.memberships if each.person == new.hsa_id]
    assert hers == [Period(began, ended), Period(world.clock.now(), None)]


def test_since_ever_is_said_with_null(http: Browser, world: World) -> None:
    new = a_person("P003", "Nils Ny")
    world.change(new)

    status, _ = post(http, ASSIGN, {"person": str(new.hsa_id), "start": None, "reason": "r"})

    held = world.directory.snapshot().assignment(CARE.hsa_id)
    assert status == 200 and held is not None and held.memberships[-1].period == Period()


def test_a_new_name_is_in_the_full_name_unless_that_was_chosen(http: Browser, world: World) -> None:
    made, chosen = a_person("P003", "Nils Ny"), a_person("P004", "Nora Ny", full_name="Nora af Ny")
    world.change(made, chosen)

    for person in (made, chosen):
        assert send(http, "PATCH", f"people/{person.hsa_id}", {"family_name": "Gift", "reason": "vigsel"})[0] == 200

    names = [p.full_name for each in (made, chosen) if (p := world.directory.snapshot().person(each.hsa_id))]
    assert names == ["Nils Gift", "Nora af Ny"]


def test_a_person_ends_now_or_when_it_is_said(http: Browser, world: World) -> None:
    status, told = post(http, END, {"reason": "slutar"})

    person = world.directory.snapshot().person(ANNA.hsa_id)
    assert status == 200 and told["period"]["end"] is not None
    assert person is not None and person.period == Period(None, world.clock.now())
    world.clock.pass_(hours=1)
    assert post(http, END, {"reason": "slutar"}) == (200, told)


@pytest.mark.parametrize("query", ["", "?dry_run=true"])
def test_a_later_end_is_refused_and_restoring_prolongs(http: Browser, world: World, query: str) -> None:
    assert post(http, END, {"reason": "slutar", "at": "2027-03-01T00:00:00+01:00"})[0] == 200

    again = post(http, END, {"reason": "slutar", "at": "2027-03-01T00:00:00+01:00"})
    later = post(http, f"{END}{query}", {"reason": "senare", "at": "2027-08-01T00:00:00+02:00"})
    earlier = post(http, f"{END}{query}", {"reason": "tidigare", "at": "2027-02-01T00:00:00+01:00"})
    restored = post(http, END.replace("/end", "/restore"), {"reason": "r", "end": "2027-08-01T00:00:00+02:00"})

    assert again[0] == earlier[0] == restored[0] == 200
    assert (later[0], later[1]["pointer"]) == (422, "/at")
    assert "ends 2027-03-01 already; restore it" in later[1]["title"]
    assert restored[1]["period"]["end"].startswith("2027-07-31T22:00:00")
    person = world.directory.snapshot().person(ANNA.hsa_id)
    assert person is not None and person.period.end == start_of_day(date(2027, 8, 1))


def test_what_has_ended_is_not_ended_later(http: Browser, world: World) -> None:
    assert post(http, END, {"reason": "slutar"})[0] == 200
    world.clock.pass_(hours=1)

    later = post(http, END, {"reason": "senare", "at": "2027-08-01T00:00:00+02:00"})

    assert (later[0], later[1]["pointer"]) == (422, "/at") and "2026-03-02 10:00 (CET)" in later[1]["title"]


def test_a_later_end_of_what_somebody_holds_is_refused(http: Browser, world: World) -> None:
    body = {"person": str(ANNA.hsa_id), "reason": "r"}
    assert post(http, f"{ASSIGN}/end", body | {"at": "2027-03-01T00:00:00+01:00"})[0] == 200
    held = world.directory.snapshot().assignment(CARE.hsa_id)

    later = post(http, f"{ASSIGN}/end", body | {"at": "2027-08-01T00:00:00+02:00"})

    assert (later[0], later[1]["pointer"]) == (422, "/at") and "until 2027-03-01 only" in later[1]["title"]
    assert world.directory.snapshot().assignment(CARE.hsa_id) == held


def test_a_dry_run_tells_and_changes_nothing(http: Browser, world: World) -> None:
    tried = http.ask("POST", f"{END}?dry_run=true", {"reason": "slutar"}, {"authorization": ADMIN})
    status, told = tried.status_code, tried.json()
    bad = post(http, f"{ASSIGN}?dry_run=true", {"person": str(region("P999")), "reason": "r"})

    assert status == 200 and told["period"]["end"] is not None
    assert tried.headers["tillit-dry-run"] == "true"
    assert bad[0] == 422 and bad[1]["errors"][0]["pointer"] == "/person"
    assert world.directory.snapshot().revision == 1


def test_a_change_of_an_older_version_is_refused(http: Browser, world: World) -> None:
    etag = http.get(f"/api/v1/people/{ANNA.hsa_id}", headers={"authorization": ADMIN}).headers["etag"]
    world.change(replace(ANNA, title="chef"))
    headers = {"if_match": etag}

    assert post(http, END, {"reason": "slutar"}, **headers)[0] == 412
    assert post(http, END, {"reason": "slutar"}, if_match='"2"')[0] == 200


@pytest.mark.parametrize(("who", "status"), [(READER, 403), (SYNC, 403), (BODENS_ADMIN, 403), (ADMIN, 200)])
def test_only_the_members_administrator_changes(http: Browser, who: str, status: int) -> None:
    assert post(http, END, {"reason": "slutar"}, who)[0] == status
    assert post(http, ASSIGN, {"person": str(ANNA.hsa_id), "reason": "r"}, who)[0] == status


def test_another_members_protected_person_does_not_exist(http: Browser, world: World) -> None:
    theirs = Unit(boden("E1"), BODEN.hsa_id, None, "Hemtjänsten", BODENS_PROVIDER.hsa_id)
    world.change(BODENS_PROVIDER, theirs)
    world.change(replace(CARE, hsa_id=boden("M1"), member=BODEN.hsa_id, unit=theirs.hsa_id, memberships=()))
    path = f"/api/v1/assignments/{boden('M1')}/memberships"

    hers, nobodys = (
        post(http, path, {"person": str(who), "reason": "r"}, BODENS_ADMIN) for who in (EVA.hsa_id, region("P999"))
    )

    assert hers[0] == nobodys[0] == 422
    assert str(hers[1]).replace(str(EVA.hsa_id), str(region("P999"))) == str(nobodys[1])
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
