"""Every way of changing a trail of several segments, at every place of it: each is found, and the place is named."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from authz.edge.trail import Checkpoint, VerifyReport, verify
from authz.edge.trail.checkpoints import sign_checkpoint
from authz.edge.trail.lines import CHECKPOINT, GENESIS, RECORD, SEGMENT, make_line, read_frame
from authz.edge.trail.segments import segments_in
from tests.authz.trail.parts import PUBLIC, write_trail

Lines = list[list[bytes]]
"""The lines of each segment, in order."""

STEP = 37
"""Of the bytes of the other segments every 37th is flipped: some in each line, of each part of one."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Checkpoint]:
    """A trail of several segments with checkpoints between, and the last of these, kept elsewhere."""
    folder = tmp_path_factory.mktemp("whole")
    kept = write_trail(folder, 40, segment_bytes=1_500, checkpoint_every=3).latest_checkpoint
    assert kept is not None
    assert verify(folder, PUBLIC).ok
    return folder, kept


class Mutated:
    """A copy of the trail, into which each mutation is written, checked, and taken back."""

    def __init__(self, original: Path, folder: Path) -> None:
        shutil.copytree(original, folder, dirs_exist_ok=True)
        self.folder = folder
        self.paths = [segment.path for segment in segments_in(folder)]
        self.lines: Lines = [path.read_bytes().splitlines(keepends=True) for path in self.paths]

    def verified(self, number: int, content: bytes, since: Checkpoint | None = None) -> VerifyReport:
        """What is found when the segment ``number`` holds ``content``."""
        path = self.paths[number]
        path.write_bytes(content)
        report = verify(self.folder, PUBLIC, since)
        path.write_bytes(b"".join(self.lines[number]))
        return report

    def places(self) -> Iterator[tuple[int, int]]:
        for number, lines in enumerate(self.lines):
            for place in range(len(lines)):
                yield number, place


@pytest.fixture
def mutated(whole: tuple[Path, Checkpoint], tmp_path: Path) -> Mutated:
    return Mutated(whole[0], tmp_path / "copy")


def near(report: VerifyReport, mutated: Mutated, number: int, place: int) -> bool:
    """The first fault names the line, or the one after it, where the chain first disagrees."""
    if not report.faults:
        return False
    fault = report.faults[0]
    if fault.file == mutated.paths[number].name:
        return place + 1 <= fault.line <= place + 2
    follows = number + 1 < len(mutated.paths) and fault.file == mutated.paths[number + 1].name
    return follows and fault.line == 1 and place >= len(mutated.lines[number]) - 2


def flips(mutated: Mutated) -> Iterator[tuple[int, int]]:
    """Segment and offset: every byte of the second segment, and some of each line of the others."""
    for number, lines in enumerate(mutated.lines):
        size = sum(map(len, lines))
        yield from ((number, offset) for offset in range(0, size, 1 if number == 1 else STEP))


def test_a_flipped_byte_is_found_wherever_it_is(mutated: Mutated) -> None:
    count = 0
    for number, offset in flips(mutated):
        damaged = bytearray(b"".join(mutated.lines[number]))
        damaged[offset] ^= 1 << (offset % 8)
        place = damaged_line(mutated.lines[number], offset)

        report = mutated.verified(number, bytes(damaged))

        assert near(report, mutated, number, place), (number, offset, report.faults[:1])
        count += 1
    assert count > 1_500


def damaged_line(lines: list[bytes], offset: int) -> int:
    end = 0
    for place, line in enumerate(lines):
        end += len(line)
        if offset < end:
            return place
    raise AssertionError("the offset is behind the end")


def test_a_removed_line_is_found_wherever_it_was(whole: tuple[Path, Checkpoint], mutated: Mutated) -> None:
    last = len(mutated.paths) - 1
    for number, place in mutated.places():
        lines = mutated.lines[number]
        at_the_end = number == last and place == len(lines) - 1

        report = mutated.verified(number, b"".join(lines[:place] + lines[place + 1 :]))

        if not at_the_end:  # The last line is a checkpoint, which says nothing that the one before had not said.
            assert near(report, mutated, number, place), (number, place, report.faults[:1])


def test_two_swapped_lines_are_found_wherever_they_are(mutated: Mutated) -> None:
    for number, place in mutated.places():
        lines = mutated.lines[number]
        if place + 1 == len(lines):
            continue

        turned = [*lines[:place], lines[place + 1], lines[place], *lines[place + 2 :]]

        assert near(mutated.verified(number, b"".join(turned)), mutated, number, place), (number, place)


def test_a_line_said_twice_is_found_wherever_it_is(mutated: Mutated) -> None:
    for number, place in mutated.places():
        lines = mutated.lines[number]

        report = mutated.verified(number, b"".join([*lines[: place + 1], *lines[place:]]))

        assert near(report, mutated, number, place + 1), (number, place, report.faults[:1])


def test_a_line_that_is_cut_is_found_wherever_it_is(mutated: Mutated) -> None:
    for number, place in mutated.places():
        lines = mutated.lines[number]
        for kept in (1, 9, 40, 74, 80, len(lines[place]) - 2):
            cut = [*lines[:place], lines[place][:kept] + b"\n", *lines[place + 1 :]]

            assert near(mutated.verified(number, b"".join(cut)), mutated, number, place), (number, place, kept)


def test_a_removed_or_swapped_segment_is_found(mutated: Mutated) -> None:
    for number, path in enumerate(mutated.paths[:-1]):
        path.rename(path.with_suffix(".away"))
        report = verify(mutated.folder, PUBLIC)
        path.with_suffix(".away").rename(path)

        assert [str(report.faults[0].kind), report.faults[0].file] == ["missing", mutated.paths[number + 1].name]

        following = mutated.paths[number + 1]
        for one, lines in ((path, mutated.lines[number + 1]), (following, mutated.lines[number])):
            one.write_bytes(b"".join(lines))
        report = verify(mutated.folder, PUBLIC)
        for one, lines in ((path, mutated.lines[number]), (following, mutated.lines[number + 1])):
            one.write_bytes(b"".join(lines))

        assert report.faults[0].file == path.name


def written_anew(
    lines: Lines, change: Callable[[int, bytes, bytes], bytes], key: Ed25519PrivateKey | None = None
) -> list[bytes]:
    """The whole chain hashed anew with changed bodies; with ``key`` every checkpoint is signed anew, too."""
    digest, out = GENESIS, []
    for segment in lines:
        made = b""
        for line in segment:
            frame = read_frame(line)
            assert frame is not None
            sequence, kind, body = frame
            if kind == SEGMENT:
                body = body.replace(body.partition(b'"previous":"')[2][:64], digest.hex().encode())
            elif kind == CHECKPOINT and key is not None:
                body = sign_checkpoint(key, sequence - 1, digest, Checkpoint.parse(body).at).text.encode()
            text, digest = make_line(digest, sequence, kind, change(sequence, kind, body))
            made += text
        out.append(made)
    return out


@pytest.mark.parametrize("signed_anew", [False, True], ids=["with the old signatures", "re-signed by another key"])
def test_a_record_changed_with_right_hashes_is_found_by_the_signatures(mutated: Mutated, signed_anew: bool) -> None:
    """Whoever rewrites the rest of the chain cannot sign it: the next checkpoint names the place."""
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(32)) if signed_anew else None
    frames = [frame for lines in mutated.lines for line in lines if (frame := read_frame(line))]

    for wanted in [sequence for sequence, kind, _ in frames if kind == RECORD][::2]:

        def change(sequence: int, kind: bytes, body: bytes, wanted: int = wanted) -> bytes:
            return body.replace(b'"d', b'"e') if sequence == wanted else body

        for path, content in zip(mutated.paths, written_anew(mutated.lines, change, stranger), strict=True):
            path.write_bytes(content)
        report = verify(mutated.folder, PUBLIC)

        first, following = report.faults[0], next(s for s, kind, _ in frames if kind == CHECKPOINT and s > wanted)
        assert str(first.kind) == "bad_checkpoint"
        if signed_anew:
            assert (first.sequence, report.signed_until) == (5, 0), "every one of the stranger's signatures is told"
        else:
            assert first.sequence == following


def test_with_a_kept_checkpoint_the_end_cannot_be_cut_off_anywhere(
    whole: tuple[Path, Checkpoint], mutated: Mutated
) -> None:
    kept, last = whole[1], len(mutated.paths) - 1
    ends = [frame[0] for line in mutated.lines[last] if (frame := read_frame(line))]

    for place in range(1, len(mutated.lines[last])):
        report = mutated.verified(last, b"".join(mutated.lines[last][:place]), kept)
        reached = ends[place - 1]

        assert ("truncated" in {str(fault.kind) for fault in report.faults}) == (reached < kept.sequence), place

    for number in range(1, len(mutated.paths)):
        for path in mutated.paths[number:]:
            path.rename(path.with_suffix(".away"))
        report = verify(mutated.folder, PUBLIC, kept)
        for path in mutated.paths[number:]:
            path.with_suffix(".away").rename(path)

        assert [str(fault.kind) for fault in report.faults] == ["truncated"]
        assert f"ends at {report.last_sequence}" in report.faults[0].description
