"""The index finds exactly what reading all segments finds, and is made anew from them whenever it does not fit."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from authz.core.request import PatientKey
from authz.edge.trail import AuditTrail, TrailIndex, remove_segments, scan
from authz.edge.trail.index import FILE
from authz.ports import LogQuery, Visible
from authz.refusals import LogUnavailable
from tests.authz.trail.parts import KEY, write_trail
from tests.parts import HeldClock
from vocabulary.hsa_id import HsaId

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PEOPLE = [HsaId.parse(f"SE2321000230-P{number}") for number in range(3)]
UNITS = [HsaId.parse(f"SE2321000230-E{number}") for number in range(3)]
PROVIDERS = [HsaId.parse("SE2321000230-VG01"), HsaId.parse("SE2120002767-VG01")]
RECORDS = 90


def made(number: int) -> dict[str, Any]:
    """Records of every shape: decisions, denials that came to no rule, accesses, readings of the log."""
    at = (START + timedelta(minutes=number)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    kind = "access" if number % 6 == 1 else "decision"
    told: dict[str, Any] = {"kind": kind, "decision_id": f"d{number}", "at": at, "permit": number % 3 != 0}
    told |= {"person": str(PEOPLE[number % 3]).lower() if number % 4 == 0 else str(PEOPLE[number % 3])}
    if number % 5 == 4:
        return told | {"rule": "unknown_action"}
    told |= {"patient": f"1:{number % 7}", "unit": str(UNITS[number % 3]), "provider": str(PROVIDERS[number % 2])}
    told |= {"data_unit": str(UNITS[number % 2]), "data_provider": str(PROVIDERS[number % 3 == 0])}
    told |= {"obligations": ["log"], "facts": {"care_relationships": [{"id": "r"}] if number % 2 else []}}
    if kind == "access":
        told |= {"access_id": f"a{number}", "system": "svp", "marks": ["not_booked"]}
    return told


def fill(folder: Path, clock: HeldClock, first: int = 0, last: int = RECORDS) -> None:
    trail = AuditTrail(folder, KEY, clock, segment_bytes=4_000)
    trail.start()
    for number in range(first, last):
        trail.append([json.dumps(made(number), separators=(",", ":")).encode()]).result(10)
    trail.close()


@pytest.fixture
def index(tmp_path: Path, clock: HeldClock) -> Iterator[TrailIndex]:
    fill(tmp_path, clock)
    opened = TrailIndex(tmp_path)
    yield opened
    opened.close()


def fits(query: LogQuery) -> Callable[[dict[str, Any]], bool]:
    """The same question, asked of one record without any index."""

    def same(read: dict[str, Any], name: str, wanted: HsaId) -> bool:
        return str(read.get(name)).upper() == wanted.key

    def visible(read: dict[str, Any]) -> bool:
        bound = query.visible
        if bound is None:
            return True
        if "provider" not in read:
            return str(read["person"]).upper()[:12] in bound.prefixes
        return any(same(read, name, each) for name in ("provider", "data_provider") for each in bound.providers)

    def judged(read: dict[str, Any]) -> bool:
        at = datetime.fromisoformat(read["at"])
        return (
            (query.person is None or same(read, "person", query.person))
            and (query.patient is None or read.get("patient") == query.patient)
            and (query.unit is None or same(read, "unit", query.unit) or same(read, "data_unit", query.unit))
            and (query.since is None or at >= query.since)
            and (query.until is None or at < query.until)
            and (query.permitted is None or read["permit"] is query.permitted)
            and (not query.kinds or read["kind"] in query.kinds)
            and visible(read)
        )

    return judged


QUESTIONS = [
    LogQuery(person, patient, unit, since, until, permitted, kinds, visible)
    for person, patient, unit, (since, until), permitted, kinds, visible in product(
        (None, PEOPLE[0]),
        (None, PatientKey("1:3")),
        (None, UNITS[1]),
        ((None, None), (START + timedelta(minutes=10), START + timedelta(minutes=60))),
        (None, True, False),
        (frozenset[str](), frozenset({"access"})),
        (
            None,
            Visible(frozenset(PROVIDERS[:1]), frozenset()),
            Visible(frozenset(), frozenset({"SE2321000230"})),
            Visible(frozenset(), frozenset()),
        ),
    )
]


def test_what_is_found_is_what_reading_all_of_the_trail_finds(tmp_path: Path, index: TrailIndex) -> None:
    everything = list(scan(tmp_path))

    for query in QUESTIONS:
        expected = [read for read in reversed(everything) if fits(query)(read)]

        assert list(index.search(query, None, 1_000)) == expected, query
    assert sum(1 for query in QUESTIONS if index.search(query, None, 1)) > len(QUESTIONS) / 4


def test_pages_are_all_of_it_and_nothing_twice(index: TrailIndex) -> None:
    found: list[int] = []
    before = None
    while page := index.search(LogQuery(permitted=True), before, 7):
        found += [read["sequence"] for read in page]
        before = found[-1]

    assert found == [read["sequence"] for read in index.search(LogQuery(permitted=True), None, 1_000)]
    assert found == sorted(set(found), reverse=True)


def test_what_was_just_written_is_found_at_once(tmp_path: Path, index: TrailIndex, clock: HeldClock) -> None:
    before = len(index.search(LogQuery(), None, 1_000))

    fill(tmp_path, clock, RECORDS, RECORDS + 25)

    assert (before, len(index.search(LogQuery(), None, 1_000))) == (RECORDS, RECORDS + 25)
    assert index.decision(f"d{RECORDS + 24}") is not None


def test_one_record_is_found_by_its_ids(index: TrailIndex) -> None:
    decision, access = index.decision("d12"), index.access("svp", "a13")

    assert decision is not None and decision["decision_id"] == "d12"
    assert access is not None and access["decision_id"] == "d13"
    assert index.record(decision["sequence"]) == decision
    assert (index.decision("d999"), index.access("pep", "a13"), index.record(10**6)) == (None, None, None)
    assert index.decision("d13") is None, "a reported access is not a decision"


def test_an_access_is_told_with_its_marks_and_a_permit_only_while_none_was_reported(index: TrailIndex) -> None:
    told = {entry.sequence: entry for entry in index.accesses(LogQuery())}
    by_id = {read["decision_id"]: read["sequence"] for read in index.search(LogQuery(), None, 1_000)}

    assert told[by_id["d1"]].marks == {"not_booked"}
    assert told[by_id["d2"]].marks == {"no_relationship"}
    assert told[by_id["d5"]].marks == frozenset()
    assert by_id["d3"] not in told, "it was denied"


def test_a_permit_that_an_access_was_reported_for_is_drawn_once(tmp_path: Path, clock: HeldClock) -> None:
    trail = AuditTrail(tmp_path, KEY, clock)
    trail.start()
    decision = made(2)
    access = decision | {"kind": "access", "access_id": "a", "system": "svp"}
    trail.append([json.dumps(each, separators=(",", ":")).encode() for each in (decision, access)]).result(10)
    trail.close()
    index = TrailIndex(tmp_path)

    drawn = list(index.accesses(LogQuery()))
    index.close()

    assert [entry.sequence for entry in drawn] == [3]


def rubbish(file: Path) -> None:
    file.write_bytes(b"rubbish" * 2_000)


def cut_in_half(file: Path) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])


def zeroed_in_the_middle(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 4 : len(content) * 3 // 4] = bytes(len(content) * 3 // 4 - len(content) // 4)
    file.write_bytes(content)


@pytest.mark.parametrize("tear", [Path.unlink, rubbish, cut_in_half, zeroed_in_the_middle])
def test_an_index_that_is_missing_or_torn_is_made_anew(
    tmp_path: Path, index: TrailIndex, tear: Callable[[Path], object]
) -> None:
    before = index.search(LogQuery(), None, 1_000)
    index.close()

    tear(tmp_path / FILE)

    assert index.search(LogQuery(), None, 1_000) == before
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


def test_an_index_of_another_trail_is_made_anew(tmp_path: Path, index: TrailIndex, clock: HeldClock) -> None:
    index.catch_up()
    index.close()
    other = tmp_path / "other"
    write_trail(other, 200)
    shutil.copy(tmp_path / FILE, other / FILE)
    opened = TrailIndex(other)

    found = opened.search(LogQuery(), None, 1_000)
    opened.close()

    assert [read["decision_id"] for read in found] == [f"d{number}" for number in reversed(range(200))]


def test_a_line_that_was_indexed_and_then_cut_off_is_forgotten(tmp_path: Path, index: TrailIndex) -> None:
    """A record that was written but never answered may be cut off when the device failed."""
    index.catch_up()
    newest = sorted(tmp_path.glob("segment-*"))[-1]
    lines = newest.read_bytes().splitlines(keepends=True)

    newest.write_bytes(b"".join(lines[:-2]))

    assert len(index.search(LogQuery(), None, 1_000)) == RECORDS - 1


def test_what_was_removed_by_decision_is_not_found_any_more(
    tmp_path: Path, index: TrailIndex, clock: HeldClock
) -> None:
    index.catch_up()
    clock.pass_(days=365 * 11)
    trail = AuditTrail(tmp_path, KEY, clock)
    trail.start()
    trail.append([b'{"kind":"later"}']).result(10)
    gone = remove_segments(tmp_path, trail, KEY, clock.now(), decision="dnr 1")
    trail.close()

    found = index.search(LogQuery(), None, 1_000)

    assert min(read["sequence"] for read in found) > gone[-1].last_sequence
    assert list(reversed(found)) == list(scan(tmp_path))


def test_indexing_in_the_background_takes_so_much_at_once(index: TrailIndex) -> None:
    first = index.catch_up(at_most=1)

    assert 0 < first < RECORDS
    assert len(index.search(replace(QUESTIONS[0]), None, 1_000)) == RECORDS
    assert index.catch_up() == 0


def test_a_trail_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(LogUnavailable):
        TrailIndex(tmp_path / "nowhere").search(LogQuery(), None, 1)
