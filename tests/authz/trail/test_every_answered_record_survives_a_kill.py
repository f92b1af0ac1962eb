"""A writer killed at any moment loses nothing that it answered, and the chain goes on."""

from pathlib import Path

from authz.edge.trail import scan, verify
from authz.edge.trail.repair import find_end
from tests.authz.trail.parts import PUBLIC, start_writer, write_trail

KILLS = 24


def test_every_answered_record_survives_a_kill(tmp_path: Path) -> None:
    answered: set[tuple[int, int]] = set()
    torn = 0

    for run in range(KILLS):
        writer = start_writer(tmp_path)
        assert writer.stdout is not None
        lines = [writer.stdout.readline() for _ in range(20 + 37 * run)]
        writer.kill()
        lines += writer.stdout.read().splitlines(keepends=True)
        writer.stdout.close()
        writer.wait(10)
        answered |= {(writer.pid, int(line)) for line in lines if line.endswith(b"\n")}
        torn += find_end(tmp_path).set_aside_bytes > 0
    written = {(found["writer"], int(found["decision_id"][1:])) for found in scan(tmp_path)}
    report = verify(tmp_path, PUBLIC)

    assert len(answered) > KILLS * 20
    assert answered <= written
    assert report.faults == []
    assert report.records >= len(answered)


def test_a_line_that_a_crash_cut_off_is_set_aside_and_the_chain_goes_on(tmp_path: Path) -> None:
    write_trail(tmp_path, 5)
    segment = next(tmp_path.glob("segment-*"))
    with segment.open("ab") as file:
        file.write(b'{"hash":"00ff')

    write_trail(tmp_path, 3)

    assert verify(tmp_path, PUBLIC).faults == []
    assert [found["decision_id"] for found in scan(tmp_path)] == ["d0", "d1", "d2", "d3", "d4", "d0", "d1", "d2"]
    assert next(tmp_path.glob("set-aside-*")).read_bytes() == b'{"hash":"00ff'


def test_whole_lines_that_were_damaged_are_set_aside_and_reported_for_ever(tmp_path: Path) -> None:
    write_trail(tmp_path, 5)
    segment = next(tmp_path.glob("segment-*"))
    damaged = bytearray(segment.read_bytes())
    damaged[damaged.index(b"d3")] ^= 1
    segment.write_bytes(damaged)

    write_trail(tmp_path, 1)
    report = verify(tmp_path, PUBLIC)

    assert [fault.kind for fault in report.faults] == ["set_aside"]


def test_a_header_that_a_crash_cut_off_leaves_no_segment_behind(tmp_path: Path) -> None:
    write_trail(tmp_path, 5)
    (tmp_path / "segment-000000000008.jsonl").write_bytes(b'{"hash"')

    write_trail(tmp_path, 1)

    assert verify(tmp_path, PUBLIC).faults == []
    assert [found["decision_id"] for found in scan(tmp_path)] == ["d0", "d1", "d2", "d3", "d4", "d0"]
