"""Every kind of entry is created, read, changed, ended, archived and restored by the same rules."""

from datetime import timedelta
from typing import Any

import pytest

from directory.core.editing import SetBy, attributes
from directory.core.entries import KINDS
from directory.edge.http.bodies import CHANGED, NEW
from directory.edge.http.reading import PATHS
from tests.directory.http.every_kind import NEW_ONES, create
from tests.directory.http.parts import ADMIN, BODENS_ADMIN, READER, Browser, get, send
from tests.directory.parts import ANNA, CENTRE, World

OTHER_NAME: dict[str, dict[str, Any]] = {kind: {"name": "Ett annat namn"} for kind in KINDS} | {
    "person": {"family_name": "Nyare", "full_name": "Nils Nyare"}
}

every_kind = pytest.mark.parametrize("kind", KINDS)


@every_kind
def test_what_is_created_can_be_read_and_has_an_id_of_its_member(http: Browser, world: World, kind: str) -> None:
    made = create(http, kind)

    told = get(http, f"/api/v1/{PATHS[kind]}/{made['hsa_id']}", ADMIN)
    assert told == made
    assert {name: told[name] for name in NEW_ONES[kind] if name != "codes"} == {
        name: value for name, value in NEW_ONES[kind].items() if name != "codes"
    }
    assert made["hsa_id"].startswith("SE2120002742-" if kind == "member" else "SE2321000230-")
    (record,) = world.directory.records(1, 10)
    assert (record.actor, record.reason, record.door) == ("client:admin", "nytt", "api")


@every_kind
def test_two_that_are_created_have_different_ids(http: Browser, kind: str) -> None:
    other: dict[str, Any] = {
        "member": {"organisation_number": "2120002759"}, "system_role": {"role": "annan"}, "code_table": {"table": "x"},
    }.get(kind, {})  # fmt: skip

    assert create(http, kind)["hsa_id"] != create(http, kind, **other)["hsa_id"]


@every_kind
def test_a_creation_that_is_only_tried_changes_nothing(http: Browser, world: World, kind: str) -> None:
    body = {**NEW_ONES[kind], "reason": "nytt"}
    answer = http.ask("POST", f"/api/v1/{PATHS[kind]}?dry_run=true", body, {"authorization": ADMIN})

    assert answer.status_code == 200, answer.text
    assert answer.headers["tillit-dry-run"] == "true" and "etag" not in answer.headers
    assert world.directory.snapshot().revision == 1
    assert create(http, kind)["hsa_id"].endswith("1")


@every_kind
def test_a_change_sets_what_it_names_and_nothing_else(http: Browser, kind: str) -> None:
    made = create(http, kind)

    status, told = send(http, "PATCH", f"{PATHS[kind]}/{made['hsa_id']}", {**OTHER_NAME[kind], "reason": "nytt namn"})

    assert status == 200
    assert told == made | OTHER_NAME[kind]


@every_kind
def test_what_ends_may_be_archived_and_comes_back_as_it_was(http: Browser, world: World, kind: str) -> None:
    made = create(http, kind)
    path = f"{PATHS[kind]}/{made['hsa_id']}"

    early = send(http, "POST", f"{path}/archive", {"reason": "för tidigt"})
    ended = send(http, "POST", f"{path}/end", {"reason": "slut"})
    archived = send(http, "POST", f"{path}/archive", {"reason": "undan"})
    restored = send(http, "POST", f"{path}/restore", {"reason": "ändå inte"})

    assert early[0] == 422 and early[1]["errors"][0]["pointer"] == ""
    assert ended[1]["period"]["end"] is not None and not ended[1]["archived"]
    assert archived[1]["archived"] is True
    assert restored == (200, made if kind != "unit" else made | {"public": False})
    assert [record.reason for record in world.directory.records(1, 10)] == ["nytt", "slut", "undan", "ändå inte"]


@every_kind
def test_a_change_of_an_older_version_is_refused(http: Browser, world: World, kind: str) -> None:
    path = f"{PATHS[kind]}/{create(http, kind)['hsa_id']}"
    etag = http.get(f"/api/v1/{path}", {"authorization": ADMIN}).headers["etag"]

    first = send(http, "PATCH", path, {**OTHER_NAME[kind], "reason": "r"}, if_match=etag)
    for verb, address in (("PATCH", path), ("POST", f"{path}/end"), ("POST", f"{path}/restore")):
        assert send(http, verb, address, {"reason": "r"}, if_match=etag)[0] == 412
    assert first[0] == 200
    assert len(world.directory.records(2, 10)) == 1


@every_kind
@pytest.mark.parametrize("who", [READER, BODENS_ADMIN])
def test_nobody_else_changes_it(http: Browser, world: World, kind: str, who: str) -> None:
    path = f"{PATHS[kind]}/{create(http, kind)['hsa_id']}"

    tried = [
        send(http, "POST", PATHS[kind], {**NEW_ONES[kind], "reason": "r"}, who)[0],
        send(http, "PATCH", path, {**OTHER_NAME[kind], "reason": "r"}, who)[0],
        send(http, "POST", f"{path}/end", {"reason": "r"}, who)[0],
        send(http, "POST", f"{path}/archive", {"reason": "r"}, who)[0],
        send(http, "POST", f"{path}/restore", {"reason": "r"}, who)[0],
    ]

    assert set(tried) <= {403, 404}
    assert world.directory.snapshot().revision == 2


@every_kind
@pytest.mark.parametrize(
    "name", ["hsa_id", "archived", "number_lookup", "source", "licences", "memberships", "nonsense"]
)
def test_what_has_a_way_of_its_own_is_not_set_by_hand(http: Browser, kind: str, name: str) -> None:
    made = create(http, kind)

    for verb, path, body in (
        ("POST", PATHS[kind], NEW_ONES[kind]),
        ("PATCH", f"{PATHS[kind]}/{made['hsa_id']}", {}),
    ):
        status, told = send(http, verb, path, {**body, "reason": "r", name: "x"})
        assert status == 400 and told["errors"][0]["pointer"] == f"/{name}"


@every_kind
def test_each_attribute_is_set_in_a_way_that_is_known(kind: str) -> None:
    named = {name for way in SetBy for name in attributes(KINDS[kind], way)}

    assert named == set(KINDS[kind].__dataclass_fields__)
    assert set(CHANGED[KINDS[kind]].model_fields) - {"reason"} < set(NEW[KINDS[kind]].model_fields)


@every_kind
def test_a_list_shows_it_until_it_is_asked_otherwise(http: Browser, kind: str) -> None:
    made = create(http, kind)

    assert made in get(http, f"/api/v1/{PATHS[kind]}?limit=500", ADMIN)["items"]
    assert made not in get(http, f"/api/v1/{PATHS[kind]}?q=finns+inte", ADMIN)["items"]


def test_several_faults_are_told_at_once_each_with_its_field(http: Browser) -> None:
    status, told = send(
        http, "PATCH", f"units/{CENTRE.hsa_id}",
        {"mail": "ingen adress", "telephone": "ring", "opening_hours": ["måndag"], "reason": "r"},
    )  # fmt: skip

    assert status == 422
    assert {error["pointer"] for error in told["errors"]} == {"/mail", "/telephone", "/opening_hours"}


def test_a_creation_that_is_refused_uses_up_no_id(http: Browser) -> None:
    first = create(http, "person")["hsa_id"]
    bad = {**NEW_ONES["person"], "mail": "ingen adress", "reason": "nytt"}
    stranger = {**NEW_ONES["person"], "reason": "nytt"}

    refused = send(http, "POST", "people", bad)[0], send(http, "POST", "people", stranger, BODENS_ADMIN)[0]

    assert refused == (422, 403)
    second = create(http, "person")["hsa_id"]
    assert int(second.rpartition("-P")[2]) == int(first.rpartition("-P")[2]) + 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": None}, "/name"),
        ({"care_provider": "nonsens"}, "/care_provider"),
        ({"period": {"start": "2026-06-01T00:00:00Z", "end": "2026-05-01T00:00:00Z"}}, "/period"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_its_field(http: Browser, body: dict[str, Any], pointer: str) -> None:
    status, told = send(http, "PATCH", f"units/{CENTRE.hsa_id}", {**body, "reason": "r"})

    assert status == 400 and told["pointer"] == pointer


def test_an_end_can_be_dated_ahead(http: Browser, world: World) -> None:
    at = world.clock.now() + timedelta(days=30)

    status, _ = send(http, "POST", f"people/{ANNA.hsa_id}/end", {"at": at.isoformat(), "reason": "pension"})

    person = world.directory.snapshot().person(ANNA.hsa_id)
    assert status == 200 and person is not None and person.period.end == at
    assert send(http, "POST", f"people/{ANNA.hsa_id}/archive", {"reason": "r"})[0] == 422
