"""What somebody writes into a real slapd with a tool of her own is listed field by field, and settled over HTTP."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import ldap3
import pytest

from directory.edge.ldap.connections import discard, over_socket
from directory.edge.ldap.names import BASE
from directory.edge.ldap.slapd_child import SlapdChild
from directory.edge.ldap.store import LdapStore
from hub.database import make_engine
from tests.directory.http.parts import ADMIN, BODENS_ADMIN, READER, SYNC, Browser, application
from tests.directory.ldap.worlds import dumped
from tests.directory.parts import ANNA, BODEN, CARE, CENTRE, EVA, REGION, World, a_county, a_person, region
from tests.parts import HeldClock

STAFF_OF_REGION = f"ou=Anställda,o=Region Norrbotten,{BASE}"
INTRUDER = region("P666")


@pytest.fixture
def world(slapd: SlapdChild, store: LdapStore, clock: HeldClock, tmp_path: Path) -> Iterator[World]:
    engine = make_engine(f"sqlite:///{tmp_path / 'tillit.db'}")
    made = a_county(engine, clock, store)
    made.directory.poll()
    yield made
    engine.dispose()


@pytest.fixture
def http(world: World) -> Browser:
    return Browser(application(world))


class Intruder:
    """Writes with a tool of her own, past the directory; then the directory looks."""

    def __init__(self, world: World, slapd: SlapdChild) -> None:
        self._world = world
        self._connection = over_socket(slapd.ldapi_uri)()

    def sets(self, hsa_id: object, **values: list[str]) -> None:
        changes = {name: [(ldap3.MODIFY_REPLACE, texts)] for name, texts in values.items()}
        assert self._connection.modify(self._name_of(hsa_id), changes), self._connection.result
        self._world.directory.poll()

    def adds_person(self, hsa_id: object, *classes: str) -> None:
        kinds = ["top", "person", "organizationalPerson", "inetOrgPerson", "hsaPersonExtension", *classes]
        values = {"objectClass": kinds, "cn": "Inga", "sn": "Insmugglad", "fullName": "Inga Insmugglad",
                  "hsaIdentity": str(hsa_id)}  # fmt: skip
        assert self._connection.add(f"hsaIdentity={hsa_id},{STAFF_OF_REGION}", attributes=values)
        self._world.directory.poll()

    def deletes(self, hsa_id: object) -> None:
        assert self._connection.delete(self._name_of(hsa_id))
        self._world.directory.poll()

    def _name_of(self, hsa_id: object) -> str:
        self._connection.search(BASE, f"(hsaIdentity={hsa_id})", attributes=["1.1"])
        (found,) = self._connection.response
        return str(found["dn"])

    def close(self) -> None:
        discard(self._connection)


@pytest.fixture
def intruder(world: World, slapd: SlapdChild) -> Iterator[Intruder]:
    made = Intruder(world, slapd)
    yield made
    made.close()


def drift(http: Browser, who: str = ADMIN, query: str = "") -> list[Any]:
    answered = http.get(f"/api/v1/drift{query}", headers={"authorization": who})
    assert answered.status_code == 200, answered.text
    items: list[Any] = answered.json()["items"]
    return items


def settle(
    http: Browser,
    verb: str,
    hsa_id: object,
    who: str = ADMIN,
    query: str = "",
    version: str | None = None,
    **body: object,
) -> tuple[int, Any]:
    headers = {"authorization": who} if version is None else {"authorization": who, "if-match": version}
    answered = http.ask("POST", f"/api/v1/drift/{hsa_id}/{verb}{query}", json={"reason": "r", **body}, headers=headers)
    return answered.status_code, answered.json()


def test_a_changed_entry_is_listed_field_by_field(http: Browser, world: World, intruder: Intruder) -> None:
    world.clock.pass_(minutes=3)
    intruder.sets(ANNA.hsa_id, title=["direktör"], hsaSosTitleCode=["SJ", "LK"], telephoneNumber=["0920-1"])

    (item,) = drift(http)

    assert item.pop("version").startswith('"')
    assert item == {
        "hsa_id": str(ANNA.hsa_id), "kind": "person", "member": str(REGION.hsa_id), "what": "changed",
        "seen_at": world.clock.now().isoformat().replace("+00:00", "Z"), "believed": True, "problem": None,
        "differences": [
            {"attribute": "title", "from": "distriktssköterska", "to": "direktör"},
            {"attribute": "licences", "removed": [], "added": ["LK"]},
            {"attribute": "telephone", "from": None, "to": "0920-1"},
        ],
    }  # fmt: skip


def test_new_gone_and_unreadable_entries_are_listed_as_such(http: Browser, intruder: Intruder) -> None:
    intruder.adds_person(INTRUDER)
    intruder.deletes(EVA.hsa_id)
    intruder.sets(CARE.hsa_id, startDate=["20260101000000Z"], endDate=["20250101000000Z"])

    found = {item["hsa_id"]: (item["what"], item["problem"]) for item in drift(http)}

    assert found == {
        str(INTRUDER): ("new", None),
        str(EVA.hsa_id): ("gone", None),
        str(CARE.hsa_id): ("unreadable", "`endDate` is before `startDate`"),
    }


def test_reverting_puts_the_server_back_byte_for_byte(http: Browser, slapd: SlapdChild, intruder: Intruder) -> None:
    before = dumped(slapd)
    intruder.sets(ANNA.hsa_id, title=["direktör"], hsaSosTitleCode=["SJ", "LK"])
    intruder.adds_person(INTRUDER)
    intruder.deletes(EVA.hsa_id)

    answers = [settle(http, "revert", hsa_id)[0] for hsa_id in (ANNA.hsa_id, INTRUDER, EVA.hsa_id)]

    assert answers == [200, 200, 200]
    assert drift(http) == []
    assert dumped(slapd) == before


def test_adopting_makes_it_the_truth_and_undoing_that_puts_it_back(
    http: Browser, world: World, slapd: SlapdChild, intruder: Intruder
) -> None:
    before = dumped(slapd)
    intruder.sets(ANNA.hsa_id, title=["direktör"])

    status, told = settle(http, "adopt", ANNA.hsa_id)
    assert status == 200 and drift(http) == []
    assert world.directory.snapshot().person(ANNA.hsa_id) == replace(ANNA, title="direktör")
    undone = http.ask(
        "POST", f"/api/v1/journal/{told['revision']}/undo", json={"reason": "nej"}, headers={"authorization": ADMIN}
    )

    assert undone.status_code == 200, undone.text
    assert dumped(slapd) == before


def test_a_dry_run_settles_nothing(http: Browser, world: World, intruder: Intruder) -> None:
    intruder.sets(ANNA.hsa_id, title=["direktör"])

    for verb in ("adopt", "revert"):
        assert settle(http, verb, ANNA.hsa_id, query="?dry_run=true") == (
            200, {"hsa_id": str(ANNA.hsa_id), "revision": None},
        )  # fmt: skip

    assert len(drift(http)) == 1 and world.journal.newest() == 1


def test_what_breaks_the_rules_is_not_adopted(http: Browser, intruder: Intruder) -> None:
    intruder.sets(CARE.hsa_id, hsaCommissionRight=["nonsens"])

    for query in ("", "?dry_run=true"):
        status, problem = settle(http, "adopt", CARE.hsa_id, query=query)
        assert (status, problem["type"]) == (422, "urn:tillit:change_refused")


def test_what_was_written_since_it_was_looked_at_is_not_settled_unseen(http: Browser, intruder: Intruder) -> None:
    intruder.sets(ANNA.hsa_id, title=["direktör"])
    (looked_at,) = drift(http)
    intruder.sets(ANNA.hsa_id, title=["kung"])

    for verb in ("adopt", "revert"):
        assert settle(http, verb, ANNA.hsa_id, version=looked_at["version"])[0] == 412
    assert settle(http, "revert", ANNA.hsa_id, version=drift(http)[0]["version"])[0] == 200


@pytest.mark.parametrize("hsa_id", [CENTRE.hsa_id, "SE2321000230-P404", "nonsense", "%00", INTRUDER])
def test_where_nothing_drifts_there_is_nothing_to_settle(http: Browser, hsa_id: object) -> None:
    answers = {settle(http, verb, hsa_id)[0] for verb in ("adopt", "revert")}

    assert answers == {404}


def test_what_is_gone_cannot_be_adopted(http: Browser, intruder: Intruder) -> None:
    intruder.deletes(EVA.hsa_id)

    assert settle(http, "adopt", EVA.hsa_id)[0] == 404
    assert settle(http, "revert", EVA.hsa_id)[0] == 200


@pytest.mark.parametrize(("who", "seen", "status"), [(READER, 0, 404), (BODENS_ADMIN, 0, 404), (ADMIN, 3, 200)])
def test_only_who_administers_an_entry_sees_and_settles_its_drift(
    http: Browser, intruder: Intruder, who: str, seen: int, status: int
) -> None:
    intruder.sets(ANNA.hsa_id, title=["direktör"])
    intruder.adds_person(INTRUDER, "hsaConfidentialPerson")
    intruder.sets(EVA.hsa_id, title=["skyddad"])

    assert len(drift(http, who)) == seen
    for hsa_id in (ANNA.hsa_id, INTRUDER, EVA.hsa_id):
        assert settle(http, "revert", hsa_id, who)[0] == status


def test_without_the_scope_there_is_nothing(http: Browser, intruder: Intruder) -> None:
    intruder.sets(ANNA.hsa_id, title=["direktör"])

    assert settle(http, "revert", ANNA.hsa_id, SYNC)[0] == 403


def test_a_broken_object_of_nobody_is_the_whole_regions_to_see(
    http: Browser, world: World, slapd: SlapdChild, intruder: Intruder
) -> None:
    intruder.adds_person(INTRUDER)
    intruder.sets(INTRUDER, startDate=["20260101000000Z"], endDate=["20250101000000Z"])

    (item,) = drift(http)

    assert (item["what"], item["kind"], item["member"]) == ("unreadable", None, None)
    assert drift(http, BODENS_ADMIN) == drift(http, READER) == []
    assert drift(http, query=f"?member={REGION.hsa_id}") == []


def test_the_list_is_told_page_by_page_and_by_member(http: Browser, world: World, intruder: Intruder) -> None:
    people = [a_person(f"Q{number:02d}", "Anna Ny") for number in range(7)]
    world.change(*people)
    for person in people:
        intruder.sets(person.hsa_id, title=["x"])
    seen, cursor = [], ""
    while True:
        page = http.get(f"/api/v1/drift?limit=3{cursor}", headers={"authorization": ADMIN}).json()
        seen += [item["hsa_id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"

    assert seen == [str(person.hsa_id) for person in people]
    assert drift(http, query=f"?member={BODEN.hsa_id}") == []
    assert len(drift(http, query=f"?member={REGION.hsa_id}")) == 7


@pytest.mark.parametrize("body", [{"reason": ""}, {"reason": "r" * 501}, {"reason": "\u202e"}, {"more": 1}])
def test_settling_needs_a_reason(http: Browser, intruder: Intruder, body: dict[str, object]) -> None:
    intruder.sets(ANNA.hsa_id, title=["direktör"])

    assert settle(http, "revert", ANNA.hsa_id, **body)[0] == 400
    assert len(drift(http)) == 1
