"""Every change of the registers stands in the audit trail before it is made; one that failed is told as such."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from authz.actions.end_care_relationship import end_care_relationship
from authz.actions.recorded_book import RecordedBook
from authz.actions.register_block import BlockTerms, register_block
from authz.actions.register_care_relationship import register_care_relationship
from authz.core.facts import CareRelationship
from authz.edge.trail import scan
from authz.ports import Kind, Row
from authz.refusals import ChangedMeanwhile, TrailUnavailable
from tests.authz.actions.world import ANNA, ELSA, REGION_CARE, WARD, BrokenTrail, World
from vocabulary.period import Period


@pytest.fixture
def book(world: World) -> RecordedBook:
    world.desk = replace(world.desk, book=RecordedBook(world.model, world.trail, world.clock))
    assert isinstance(world.desk.book, RecordedBook)
    return world.desk.book


def relate(world: World, by: str = str(ANNA)) -> Row:
    return register_care_relationship(world.desk, patient=ELSA, person=ANNA, unit=WARD, period=Period(), by=by)


def told(world: World) -> list[dict[str, Any]]:
    return list(scan(world.folder))


def test_who_did_what_with_which_row_for_whom_and_where(world: World, book: RecordedBook) -> None:
    row = relate(world)
    end_care_relationship(world.desk, row.id, by="client:svp", reason="utskriven")

    made, ended = told(world)

    assert (made["kind"], made["register"], made["row"]) == ("register_change", "care_relationships", row.id)
    assert (made["what"], made["person"], made["data_unit"]) == ("registered", str(ANNA), str(WARD))
    assert made["patient"] == world.desk.seal.lookup(ELSA)
    assert (ended["what"], ended["system"], ended["version"]) == ("ended", "svp", 2)
    assert "person" not in ended


def test_a_block_is_found_by_its_provider(world: World, book: RecordedBook) -> None:
    register_block(world.desk, BlockTerms(ELSA, REGION_CARE, WARD), by="x")

    assert told(world)[0]["data_provider"] == str(REGION_CARE)


def test_nothing_is_registered_that_cannot_be_recorded(world: World, tmp_path: Path) -> None:
    broken = BrokenTrail(tmp_path / "nowhere")
    world.desk = replace(world.desk, book=RecordedBook(world.model, broken, world.clock))

    with pytest.raises(TrailUnavailable):
        relate(world)

    assert world.desk.book.rows_of_person(Kind.CARE_RELATIONSHIP, ANNA) == ()


def test_a_change_that_failed_is_told_as_such(world: World, book: RecordedBook) -> None:
    row = relate(world)
    assert isinstance(row.content, CareRelationship)

    with pytest.raises(ChangedMeanwhile):
        book.commit([replace(row, version=7, content=replace(row.content, version=7))])

    world.trail.append([b'{"kind":"after"}']).result(10)
    assert [(each["kind"], each.get("rule")) for each in told(world)][-2:] == [
        ("register_change_failed", "ChangedMeanwhile"),
        ("after", None),
    ]


def test_no_personal_number_stands_in_it(world: World, book: RecordedBook) -> None:
    relate(world)

    assert ELSA.reveal().encode() not in b"".join(path.read_bytes() for path in world.folder.glob("segment-*"))


def test_reading_goes_through(world: World, book: RecordedBook) -> None:
    row = relate(world)

    assert book.row(Kind.CARE_RELATIONSHIP, row.id) == row
    assert [act.what for act in book.history(Kind.CARE_RELATIONSHIP, row.id)] == ["registered"]
    assert set(book.last_acts(Kind.CARE_RELATIONSHIP, [row.id])) == {row.id}
    assert book.rows_of_patient(Kind.CARE_RELATIONSHIP, row.content.patient) == (row,)  # type: ignore[union-attr]
    assert book.rows_under(Kind.LIFT, "none") == ()
