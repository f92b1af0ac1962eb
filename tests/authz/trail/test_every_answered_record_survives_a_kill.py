"""A writer killed at any moment loses nothing that it answered, and the chain goes on."""

import json
import subprocess
import sys
from pathlib import Path

from authz.edge.trail import scan, verify
from tests.architecture.tree import ROOT
from tests.authz.trail.parts import PUBLIC, write_trail

KILLS = 100


def test_every_answered_record_survives_a_hundred_kills_and_torn_ends(tmp_path: Path) -> None:
    """In a process of its own, since it forks; ``tests/authz/trail/kills.py`` says what is done to the files."""
    command = [sys.executable, "-m", "tests.authz.trail.kills", "--count", str(KILLS), "--folder", str(tmp_path)]

    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    told = json.loads(ran.stdout)

    assert (told["lost"], told["faults"], ran.returncode) == (0, [], 0)
    assert told["kills"] == KILLS
    assert told["answered"] > 20 * KILLS
    assert told["torn"] >= KILLS // 3


def test_a_line_that_a_crash_cut_off_is_set_aside_and_the_chain_goes_on(tmp_path: Path) -> None:
    write_trail(tmp_path, 5)
    segment = next(tmp_path.glob("segment-*"))
    with segment.open("ab") as file:
        file.write(b'{"hash":"00ff')

    write_trail(tmp_path, 3)

    assert verify(tmp_path, PUBLIC).faults == []
    assert [found["decision_id"] for found in scan(tmp_path)] == ["d0", "d1", "d2", "d3", "d4", "d0", "d1", "d2"]
    assert next(tmp_path.glob("set-aside-*")).read_bytes() == b'{"hash":"00ff'


def test_a_checkpoint_that_a_crash_took_with_it_is_signed_at_the_next_start(tmp_path: Path) -> None:
    write_trail(tmp_path, 5, checkpoint_every=5)
    segment = next(tmp_path.glob("segment-*"))
    lines = segment.read_bytes().splitlines(keepends=True)
    segment.write_bytes(b"".join(lines[:6]) + lines[6][:50])

    write_trail(tmp_path, 5, checkpoint_every=5)

    assert verify(tmp_path, PUBLIC).faults == []


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
