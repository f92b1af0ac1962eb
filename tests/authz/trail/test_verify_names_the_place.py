"""What verification finds, and where: every flipped bit, and every removed, moved or cut line."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from authz.edge.trail import Checkpoint, verify
from authz.edge.trail.lines import make_line, read_frame
from authz.refusals import NotACheckpoint
from tests.authz.trail.parts import PUBLIC, write_trail


def lines_and_file(folder: Path) -> tuple[list[bytes], Path]:
    segment = sorted(folder.glob("segment-*"))[0]
    return segment.read_bytes().splitlines(keepends=True), segment


def test_an_untouched_trail_has_no_faults(tmp_path: Path) -> None:
    write_trail(tmp_path, 25, checkpoint_every=10)

    report = verify(tmp_path, PUBLIC)

    assert report.ok
    assert (report.records, report.checkpoints, report.last_sequence, report.signed_until) == (25, 3, 29, 28)


def test_a_trail_over_many_segments_is_one_chain(tmp_path: Path) -> None:
    write_trail(tmp_path, 40, segment_bytes=1_500)

    report = verify(tmp_path, PUBLIC)

    assert report.ok
    assert report.segments > 3
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in tmp_path.glob("segment-*"))


def test_every_flipped_bit_is_found_at_its_line(tmp_path: Path) -> None:
    write_trail(tmp_path, 4)
    lines, segment = lines_and_file(tmp_path)
    whole = b"".join(lines)
    ends = [sum(map(len, lines[: n + 1])) for n in range(len(lines))]

    for offset in range(len(whole)):
        damaged = bytearray(whole)
        damaged[offset] ^= 1 << (offset % 8)
        segment.write_bytes(damaged)
        report = verify(tmp_path, PUBLIC)
        line = next(n for n, end in enumerate(ends) if offset < end) + 1

        assert report.faults, f"the flipped bit at {offset} was not found"
        assert report.faults[0].line in (line, line + 1)


def test_a_removed_line_is_named(tmp_path: Path) -> None:
    write_trail(tmp_path, 9)
    lines, segment = lines_and_file(tmp_path)

    segment.write_bytes(b"".join(lines[:4] + lines[5:]))
    faults = verify(tmp_path, PUBLIC).faults

    assert (faults[0].kind, faults[0].line, faults[0].description) == ("missing", 5, "lines 5 to 5 are missing")


def test_swapped_lines_are_named(tmp_path: Path) -> None:
    write_trail(tmp_path, 9)
    lines, segment = lines_and_file(tmp_path)

    segment.write_bytes(b"".join([*lines[:4], lines[5], lines[4], *lines[6:]]))
    faults = verify(tmp_path, PUBLIC).faults

    assert {fault.kind for fault in faults} >= {"missing", "out_of_order"}
    assert faults[0].line == 5


def test_a_cut_line_is_named(tmp_path: Path) -> None:
    write_trail(tmp_path, 9)
    lines, segment = lines_and_file(tmp_path)

    segment.write_bytes(b"".join(lines)[:-20])
    faults = verify(tmp_path, PUBLIC).faults

    assert [(fault.kind, fault.line) for fault in faults] == [("cut", len(lines))]


def test_a_line_written_anew_with_right_hashes_is_found_by_the_next_checkpoint(tmp_path: Path) -> None:
    write_trail(tmp_path, 9)
    lines, segment = lines_and_file(tmp_path)
    digest, out = bytes(32), []
    for line in lines:
        frame = read_frame(line)
        assert frame is not None
        made, digest = make_line(digest, frame[0], frame[1], frame[2].replace(b'"d3"', b'"e3"'))
        out.append(made)
    segment.write_bytes(b"".join(out))
    faults = verify(tmp_path, PUBLIC).faults

    assert [fault.kind for fault in faults] == ["bad_checkpoint"]


def test_a_removed_segment_is_found(tmp_path: Path) -> None:
    write_trail(tmp_path, 40, segment_bytes=1_500)

    sorted(tmp_path.glob("segment-*"))[1].unlink()

    assert verify(tmp_path, PUBLIC).faults[0].kind == "missing"


def test_a_checkpoint_kept_elsewhere_shows_that_the_end_was_cut_off(tmp_path: Path) -> None:
    kept = write_trail(tmp_path, 9).latest_checkpoint
    assert kept is not None
    lines, segment = lines_and_file(tmp_path)

    segment.write_bytes(b"".join(lines[:5]))

    assert verify(tmp_path, PUBLIC).ok
    assert [fault.kind for fault in verify(tmp_path, PUBLIC, since=kept).faults] == ["truncated"]


def test_since_a_checkpoint_only_what_follows_is_read(tmp_path: Path) -> None:
    kept = write_trail(tmp_path, 40, segment_bytes=1_500).latest_checkpoint
    assert kept is not None
    write_trail(tmp_path, 40, segment_bytes=1_500)

    report = verify(tmp_path, PUBLIC, since=Checkpoint.parse(kept.text))

    assert report.ok
    assert report.records < 80
    assert report.last_sequence == verify(tmp_path, PUBLIC).last_sequence


def test_a_trail_that_another_has_replaced_is_found_by_the_kept_checkpoint(tmp_path: Path) -> None:
    kept = write_trail(tmp_path / "one", 9).latest_checkpoint
    write_trail(tmp_path / "two", 8)
    write_trail(tmp_path / "two", 8)

    assert verify(tmp_path / "two", PUBLIC).ok
    assert not verify(tmp_path / "two", PUBLIC, since=kept).ok


def test_another_key_is_not_believed(tmp_path: Path) -> None:
    kept = write_trail(tmp_path, 9).latest_checkpoint
    stranger = Ed25519PrivateKey.generate().public_key()

    assert [fault.kind for fault in verify(tmp_path, stranger).faults] == ["bad_checkpoint"]
    assert [fault.kind for fault in verify(tmp_path, stranger, since=kept).faults] == ["bad_checkpoint"]
    assert verify(tmp_path, [stranger, PUBLIC]).ok


def test_a_closed_segment_without_its_checkpoint_is_told(tmp_path: Path) -> None:
    write_trail(tmp_path, 40, segment_bytes=1_500)
    lines, segment = lines_and_file(tmp_path)

    segment.write_bytes(b"".join(lines[:-1]))

    assert {fault.kind for fault in verify(tmp_path, PUBLIC).faults} >= {"unsigned", "missing"}


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", '{"sequence":"1","digest":"","at":"","key_id":"","signature":""}', "[" * 100_000]
)
def test_what_is_not_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NotACheckpoint):
        Checkpoint.parse(text)


def test_a_checkpoint_reads_back_as_it_was_written(tmp_path: Path) -> None:
    kept = write_trail(tmp_path, 2).latest_checkpoint

    assert kept is not None
    assert Checkpoint.parse(kept.text) == kept
    assert json.loads(kept.text)["sequence"] == 3
