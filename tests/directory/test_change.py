"""A change stands whole or not at all, and everybody who listens hears of it; nothing is forgotten."""

from dataclasses import replace

import pytest

from directory import Commit
from directory.core.changes import Change
from directory.refusals import ChangeRefused, EntryUnknown, RevisionMoved
from tests.directory.parts import ANNA, BODEN, CENTRE, COUNTY, EVA, NEW, REGION, World, a_person, agree, boden, region
from vocabulary.hsa_id import HsaId
from vocabulary.personal_number import PersonalIdentityNumber
from vocabulary.refusals import InvalidValue


def test_a_change_stands_in_journal_store_and_snapshot(world: World) -> None:
    revision = world.change(NEW, replace(ANNA, title="chef"))

    assert revision == 2
    assert world.directory.snapshot().person(NEW.hsa_id) == NEW
    assert agree(world)


def test_the_journal_tells_who_why_and_through_which_door(world: World) -> None:
    world.directory.change([NEW], actor="Ada", reason="ny anställd", door="sync:7")

    (record,) = world.directory.records(1, 10)

    assert (record.actor, record.reason, record.door, record.at) == ("Ada", "ny anställd", "sync:7", world.clock.now())
    assert record.changes == (Change(None, NEW),)


def test_what_stands_already_is_not_written_again(world: World) -> None:
    commit = world.directory.change(COUNTY, actor="a", reason="b", door="c")

    assert (commit.revision, commit.changes) == (1, ())
    assert world.journal.newest() == 1


def test_a_refused_change_changes_nothing_and_names_everything(world: World) -> None:
    with pytest.raises(ChangeRefused) as refusal:
        world.change(NEW, replace(ANNA, mail="x"), replace(CENTRE, care_type="9"))

    assert {problem.field for problem in refusal.value.problems} == {"mail", "care_type"}
    assert world.directory.snapshot().person(NEW.hsa_id) is None
    assert agree(world)


@pytest.mark.parametrize("terms", [("", "r", "d"), ("a", " ", "d"), ("a", "r" * 501, "d"), ("a", "r\n", "d\u202e")])
def test_a_change_needs_an_actor_a_reason_and_a_door(world: World, terms: tuple[str, str, str]) -> None:
    actor, reason, door = terms

    with pytest.raises(InvalidValue):
        world.directory.change([NEW], actor=actor, reason=reason, door=door)


def test_a_change_against_another_revision_is_refused(world: World) -> None:
    with pytest.raises(RevisionMoved):
        world.directory.change([NEW], actor="a", reason="r", door="d", expected_revision=0)

    assert world.directory.change([NEW], actor="a", reason="r", door="d", expected_revision=1).revision == 2


def test_listeners_hear_before_the_change_returns(world: World) -> None:
    heard: list[int] = []
    world.directory.on_commit(lambda commit: heard.append(commit.revision))

    world.change(NEW)

    assert heard == [2]
    assert world.journal.unannounced() == ()


def test_a_listener_that_fails_hears_again_and_does_not_hold_up_others(world: World) -> None:
    heard: list[str] = []
    failing = [True]

    def weak(commit: Commit) -> None:
        if failing[0]:
            raise ConnectionError("no")
        heard.append(f"weak {commit.revision}")

    world.directory.on_commit(weak)
    world.directory.on_commit(lambda commit: heard.append(f"strong {commit.revision}"))

    world.change(NEW)
    trouble = world.directory.condition().trouble
    unannounced = [record.revision for record in world.journal.unannounced()]
    failing[0] = False
    world.directory.poll()

    assert heard == ["strong 2", "weak 2"]
    assert trouble is not None and unannounced == [2]
    assert world.directory.condition().trouble is None and world.journal.unannounced() == ()


def test_a_listener_cannot_change_the_directory(world: World) -> None:
    world.directory.on_commit(lambda commit: world.change(EVA) and None)

    world.change(NEW)

    assert "RuntimeError" in (world.directory.condition().trouble or "")
    assert world.journal.newest() == 2


def test_new_ids_are_of_the_member_and_never_the_same(world: World) -> None:
    taken = [region(f"P{serial:06d}") for serial in (2, 3)]
    world.change(*(replace(NEW, hsa_id=hsa_id) for hsa_id in taken))

    given = world.directory.new_hsa_ids(REGION.hsa_id, "P", 3)

    assert [str(hsa_id) for hsa_id in given] == [f"SE2321000230-P00000{n}" for n in (1, 4, 5)]
    assert world.directory.new_hsa_id(BODEN.hsa_id, "VG") == boden("VG0001")


@pytest.mark.parametrize(("member", "letters"), [(region("HM99"), "P"), (REGION.hsa_id, "X"), (ANNA.hsa_id, "P")])
def test_an_id_needs_a_member_and_known_letters(world: World, member: HsaId, letters: str) -> None:
    with pytest.raises((EntryUnknown, InvalidValue)):
        world.directory.new_hsa_id(member, letters)


def test_personal_numbers_are_found_and_shown_but_nowhere_written(world: World) -> None:
    number = PersonalIdentityNumber.parse("191212121212")

    world.directory.change([NEW], actor="a", reason="r", door="d", numbers={NEW.hsa_id: number})

    assert [person.hsa_id for person in world.directory.people_with(number)] == [NEW.hsa_id]
    assert world.directory.personal_number(NEW.hsa_id) == number
    assert world.directory.personal_number(ANNA.hsa_id) is None
    with world.engine.connect() as connection:
        for table in ("directory_changes", "directory_entries", "directory_sealed_numbers"):
            assert "191212121212" not in repr(connection.exec_driver_sql(f"SELECT * FROM {table}").all())


def test_two_thousand_people_are_one_change_of_seconds(world: World) -> None:
    people = [a_person(f"Q{serial}", f"Person Nummer{serial}") for serial in range(2_000)]

    world.change(*people)

    assert sum(1 for _ in world.directory.snapshot().people()) == 2_002
    assert agree(world)
