"""Undoing over HTTP: what is answered, what is refused and why, and who may."""

from dataclasses import replace

import pytest

from directory import Commit, Membership
from directory.ports import Lapsed
from tests.directory.http.parts import ADMIN, BODENS_ADMIN, READER, Browser, application
from tests.directory.http.two_members import HOME_CARE, THEIRS, told, undo, with_something_of_bodens
from tests.directory.parts import ANNA, BODEN, CARE, CENTRE, EVA, World, a_person, boden, region
from vocabulary.period import Period


class Registers:
    """Stands for the rest of the house."""

    def lapsed_with(self, commits: tuple[Commit, ...]) -> tuple[Lapsed, ...]:
        return (Lapsed(ANNA.hsa_id, "logins"), Lapsed(ANNA.hsa_id, "delegations", 2))


@pytest.fixture
def world(world: World) -> World:
    return with_something_of_bodens(world)


@pytest.fixture
def http(world: World) -> Browser:
    return Browser(application(world, Registers()))


def test_undoing_tells_what_it_did_and_what_does_not_come_back(http: Browser, world: World) -> None:
    revision = world.change(replace(ANNA, period=Period(None, world.clock.now())), a_person("P050"))

    dry = undo(http, revision, query="?dry_run=true")
    status, told = undo(http, revision)

    assert status == 200 and told["revision"] == revision + 1
    assert dry == (200, told | {"revision": None}), "a dry run tells the same"
    assert (told["undone"], told["based_on"], told["more_entries"]) == ([revision], revision, False)
    anna, new = told["entries"]
    assert anna["differences"][0]["attribute"] == "period" and not anna["ended"]
    assert (new["hsa_id"], new["ended"]) == (str(region("P050")), True)
    assert told["not_restored"] == [
        {"person": str(ANNA.hsa_id), "what": "logins", "count": None},
        {"person": str(ANNA.hsa_id), "what": "delegations", "count": 2},
    ]
    (record,) = world.directory.records(revision, 1)
    assert (record.actor, record.reason, record.door) == ("client:admin", "fel", f"undo:{revision}")


def test_a_dry_run_changes_nothing(http: Browser, world: World) -> None:
    revision = world.change(replace(ANNA, title="chef"))

    assert undo(http, revision, query="?dry_run=true")[0] == 200
    assert world.journal.newest() == revision


def test_a_conflict_names_revisions_and_attributes(http: Browser, world: World) -> None:
    new = a_person("P050")
    revision = world.change(replace(ANNA, title="chef"), new)
    world.change(
        replace(ANNA, title="direktör"), replace(CARE, memberships=(*CARE.memberships, Membership(new.hsa_id)))
    )

    status, problem = undo(http, revision)
    kept = undo(http, revision, keep_later=True)

    assert (status, problem["type"]) == (409, "urn:tillit:later_changes")
    assert problem["conflicts"] == [
        {"hsa_id": str(ANNA.hsa_id), "revisions": [revision + 1], "attributes": ["title"], "used_by": []},
        {"hsa_id": str(new.hsa_id), "revisions": [], "attributes": ["*"], "used_by": [str(CARE.hsa_id)]},
    ]
    assert kept[0] == 409, "there is nothing that nobody touched"


def test_what_was_left_as_it_is_is_told(http: Browser, world: World) -> None:
    revision = world.change(replace(ANNA, title="chef", mail="a@example.se"))
    world.change(replace(ANNA, title="direktör", mail="a@example.se"))

    status, told = undo(http, revision, keep_later=True)

    (anna,) = told["entries"]
    assert status == 200 and (anna["left"], anna["later"]) == (["title"], [revision + 1])
    assert [each["attribute"] for each in anna["differences"]] == ["mail"]


def test_undoing_twice_is_refused_with_the_first(http: Browser, world: World) -> None:
    revision = world.change(replace(ANNA, title="chef"))
    undo(http, revision)

    status, problem = undo(http, revision)

    assert (status, problem["type"]) == (409, "urn:tillit:already_undone")
    assert f"revision {revision + 1}" in problem["title"]


def test_a_run_is_undone_by_its_door(http: Browser, world: World) -> None:
    for entry in (replace(ANNA, title="chef"), replace(CENTRE, name="Ny")):
        world.directory.change([entry], actor="a", reason="r", door="sync:7")

    status, told = undo(http, "runs/sync:7")

    assert status == 200 and told["undone"] == [3, 4]
    assert world.directory.snapshot().unit(CENTRE.hsa_id) == CENTRE
    for run in ("sync:8", "sync", "test", "x" * 190, "%00"):
        assert undo(http, f"runs/{run}")[0] in (400, 404)


def test_an_undoing_on_an_older_directory_is_refused(http: Browser, world: World) -> None:
    revision = world.change(replace(ANNA, title="chef"))
    based_on = undo(http, revision, query="?dry_run=true")[1]["based_on"]
    world.change(a_person("P050"))

    assert undo(http, revision, expected_revision=based_on)[0] == 412
    assert undo(http, revision, expected_revision=based_on + 1)[0] == 200


@pytest.mark.parametrize(
    "body", [{"reason": ""}, {"reason": "r" * 501}, {"reason": "a\u202eb"}, {"more": 1}, {"expected_revision": -1}]
)
def test_an_undoing_needs_a_reason_and_nothing_strange(http: Browser, world: World, body: dict[str, object]) -> None:
    revision = world.change(replace(ANNA, title="chef"))

    assert undo(http, revision, **body)[0] == 400
    assert world.journal.newest() == revision


@pytest.mark.parametrize("who", [READER, BODENS_ADMIN])
def test_nobody_undoes_what_another_member_did(http: Browser, world: World, who: str) -> None:
    revision = world.change(replace(ANNA, title="chef"))

    assert undo(http, revision, who)[0] == 404
    assert world.journal.newest() == revision


def test_nobody_undoes_more_than_her_own_part(http: Browser, world: World) -> None:
    both = world.change(replace(ANNA, title="chef"), replace(HOME_CARE, name="Nytt"))

    assert undo(http, both, BODENS_ADMIN)[0] == 403
    assert undo(http, both, BODENS_ADMIN, query="?dry_run=true")[0] == 403
    assert world.journal.newest() == both


def test_nobody_undoes_what_she_cannot_see(http: Browser, world: World) -> None:
    """Another member's protected person among her own assignment's holders."""
    with_her = world.change(replace(THEIRS, memberships=(Membership(EVA.hsa_id),), name="Nytt"))

    status, told = undo(http, with_her, BODENS_ADMIN)

    assert status == 403 and str(EVA.hsa_id) not in str(told)
    assert undo(http, with_her, ADMIN)[0] == 200


def test_who_uses_it_is_told_only_to_who_may_know(http: Browser, world: World) -> None:
    new = replace(a_person("P050"), hsa_id=boden("P050"), member=BODEN.hsa_id)
    revision = world.change(new)
    world.change(replace(CARE, memberships=(*CARE.memberships, Membership(new.hsa_id))))

    told = {who: undo(http, revision, who)[1]["conflicts"][0]["used_by"] for who in (ADMIN, BODENS_ADMIN)}

    assert told == {ADMIN: [str(CARE.hsa_id)], BODENS_ADMIN: []}


def test_a_rule_that_the_undoing_would_break_is_named(http: Browser, world: World) -> None:
    revision = world.change(replace(ANNA, source=None, source_id=None))
    world.change(a_person("P050", source="hr", source_id="4711"))

    for query in ("", "?dry_run=true"):
        status, problem = undo(http, revision, query=query)
        assert (status, problem["type"]) == (422, "urn:tillit:change_refused")


def test_a_change_that_is_on_its_way_is_not_told_and_not_undone(http: Browser, world: World) -> None:
    world.journal.append([], follows=2, actor="another", reason="slow", door="api", at=world.clock.now())

    assert [item["revision"] for item in told(http, "journal")["items"]] == [2, 1]
    told(http, "journal/3", ADMIN, 404)
    assert undo(http, 3)[0] == 503
