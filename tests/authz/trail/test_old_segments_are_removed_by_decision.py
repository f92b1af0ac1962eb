"""Whole months that are old enough are removed by decision, each leaving a tombstone; the rest stays provable."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from authz.edge.trail import AuditTrail, Checkpoint, Tombstone, due_segments, remove_segments, scan, verify
from authz.edge.trail.tombstones import tombstone_path
from authz.refusals import NotATombstone, RemovalRefused, TrailUnavailable
from tests.authz.trail.parts import KEY, PUBLIC, record
from tests.parts import HeldClock

DECISION = "RN 2036/117"
MONTHS = 4


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock(datetime(2026, 1, 15, 9, 0, tzinfo=UTC))


def four_months(folder: Path, clock: HeldClock) -> AuditTrail:
    """A running trail with two records in each of four months."""
    trail = AuditTrail(folder, KEY, clock)
    trail.start()
    for month in range(MONTHS):
        for number in range(2):
            trail.append([record(2 * month + number)]).result(10)
        if month + 1 < MONTHS:
            clock.pass_(days=31)
    return trail


def found(folder: Path) -> list[str]:
    return [read["decision_id"] for read in scan(folder) if "decision_id" in read]


def test_each_month_has_a_segment_of_its_own(tmp_path: Path, clock: HeldClock) -> None:
    four_months(tmp_path, clock).close()

    assert verify(tmp_path, PUBLIC).segments == MONTHS


def test_what_is_older_is_removed_and_verify_says_so(tmp_path: Path, clock: HeldClock) -> None:
    trail = four_months(tmp_path, clock)
    clock.pass_(days=10 * 365.25 - 62)

    removed = remove_segments(tmp_path, trail, KEY, clock.now(), decision=DECISION)
    trail.close()
    report = verify(tmp_path, PUBLIC)

    assert [(gone.first_sequence, gone.records, gone.decision) for gone in removed] == [(1, 2, DECISION)]
    assert report.faults == []
    assert report.removed == list(removed)
    assert found(tmp_path) == [f"d{number}" for number in range(2, 8)]
    assert [read["segment"] for read in scan(tmp_path) if read.get("kind") == "segment_removed"] == [removed[0].segment]


def test_all_but_the_last_may_go_one_after_the_other(tmp_path: Path, clock: HeldClock) -> None:
    trail = four_months(tmp_path, clock)
    for _ in range(3):
        clock.pass_(days=10 * 365.25)
        remove_segments(tmp_path, trail, KEY, clock.now(), decision=DECISION)
    trail.close()
    report = verify(tmp_path, PUBLIC)

    assert report.faults == []
    assert [gone.first_sequence for gone in report.removed][:MONTHS] == [1, 5, 9, 13]
    assert report.segments == 2  # What was recorded of the last removal, and what of the one before.


def test_nothing_goes_before_its_time(tmp_path: Path, clock: HeldClock) -> None:
    """A month is over when the next has begun; its last day counts, not its first."""
    trail = four_months(tmp_path, clock)
    second = datetime(2026, 2, 15, 9, 0, tzinfo=UTC)

    assert due_segments(tmp_path, second.replace(year=2036)) == ()
    assert len(due_segments(tmp_path, second.replace(year=2036, minute=1))) == 1
    assert len(due_segments(tmp_path, second.replace(year=2031, minute=1), years=5)) == 1
    trail.close()


@pytest.mark.parametrize("years", [4, 1, 0, -10])
def test_the_law_keeps_the_log_for_five_years_whoever_decides(tmp_path: Path, clock: HeldClock, years: int) -> None:
    trail = four_months(tmp_path, clock)
    clock.pass_(days=365 * 50)

    with pytest.raises(RemovalRefused):
        remove_segments(tmp_path, trail, KEY, clock.now(), decision=DECISION, years=years)
    trail.close()


def test_without_a_decision_nothing_is_removed(tmp_path: Path, clock: HeldClock) -> None:
    trail = four_months(tmp_path, clock)
    clock.pass_(days=365 * 50)

    with pytest.raises(RemovalRefused):
        remove_segments(tmp_path, trail, KEY, clock.now(), decision=" ")
    trail.close()

    assert verify(tmp_path, PUBLIC).removed == []


def test_a_segment_that_was_damaged_is_not_swept_away(tmp_path: Path, clock: HeldClock) -> None:
    trail = four_months(tmp_path, clock)
    clock.pass_(days=365 * 50)
    first = sorted(tmp_path.glob("segment-*"))[0]
    damaged = bytearray(first.read_bytes())
    damaged[damaged.index(b"d1")] ^= 1
    first.write_bytes(damaged)

    with pytest.raises(RemovalRefused) as refused:
        remove_segments(tmp_path, trail, KEY, clock.now(), decision=DECISION)
    trail.close()

    assert "changed" in refused.value.description
    assert first.exists()


def test_nothing_is_removed_that_cannot_be_recorded(tmp_path: Path, clock: HeldClock) -> None:
    trail = four_months(tmp_path, clock)
    clock.pass_(days=365 * 50)
    trail.close()

    with pytest.raises(TrailUnavailable):
        remove_segments(tmp_path, trail, KEY, clock.now(), decision=DECISION)

    assert len(list(tmp_path.glob("segment-*"))) == MONTHS
    assert verify(tmp_path, PUBLIC).faults == []


def test_a_removal_that_was_interrupted_before_the_file_was_gone_is_finished(tmp_path: Path, clock: HeldClock) -> None:
    trail = four_months(tmp_path, clock)
    clock.pass_(days=365 * 50)
    first = sorted(tmp_path.glob("segment-*"))[0]
    kept = first.read_bytes()
    remove_segments(tmp_path, trail, KEY, clock.now(), decision=DECISION)
    first.write_bytes(kept)
    again = remove_segments(tmp_path, trail, KEY, clock.now(), decision=DECISION)
    trail.close()

    assert [gone.segment for gone in again] == [first.name]
    assert not first.exists()
    assert verify(tmp_path, PUBLIC).faults == []


def test_a_missing_segment_without_its_tombstone_is_a_fault(tmp_path: Path, clock: HeldClock) -> None:
    trail = four_months(tmp_path, clock)
    clock.pass_(days=365 * 50)
    remove_segments(tmp_path, trail, KEY, clock.now(), decision=DECISION)
    trail.close()

    tombstone_path(tmp_path, 1).unlink()

    assert verify(tmp_path, PUBLIC).faults[0].kind == "missing"


def test_every_byte_of_a_tombstone_counts(tmp_path: Path, clock: HeldClock) -> None:
    trail = four_months(tmp_path, clock)
    clock.pass_(days=365 * 50)
    remove_segments(tmp_path, trail, KEY, clock.now(), decision=DECISION)
    trail.close()
    path = tombstone_path(tmp_path, 1)
    whole = path.read_bytes()

    for offset in range(len(whole)):
        damaged = bytearray(whole)
        damaged[offset] ^= 1
        if damaged.split() == whole.split():
            continue
        path.write_bytes(damaged)
        report = verify(tmp_path, PUBLIC)

        assert report.faults, f"the changed byte at {offset} was not found"
        assert report.faults[0].file == path.name


def test_a_tombstone_by_another_key_or_of_other_lines_is_not_believed(tmp_path: Path, clock: HeldClock) -> None:
    trail = four_months(tmp_path, clock)
    clock.pass_(days=365 * 50)
    gone = remove_segments(tmp_path, trail, KEY, clock.now(), decision=DECISION)
    trail.close()
    path = tombstone_path(tmp_path, 1)

    path.write_bytes(gone[0].signed(Ed25519PrivateKey.generate()).text)
    by_another = verify(tmp_path, PUBLIC).faults
    path.write_bytes(gone[1].text)
    of_others = verify(tmp_path, PUBLIC).faults

    assert by_another[0].kind == of_others[0].kind == "bad_tombstone"


def test_a_checkpoint_of_what_was_removed_still_shows_that_the_end_was_cut_off(
    tmp_path: Path, clock: HeldClock
) -> None:
    kept: list[Checkpoint] = []
    trail = AuditTrail(tmp_path, KEY, clock)
    trail.on_checkpoint(kept.append)
    trail.start()
    for _ in range(3):
        trail.append([record(1)]).result(10)
        clock.pass_(days=31)
    clock.pass_(days=365 * 50)
    remove_segments(tmp_path, trail, KEY, clock.now(), decision=DECISION)
    last = trail.close()

    assert verify(tmp_path, PUBLIC, since=kept[0]).faults == []
    newest = sorted(tmp_path.glob("segment-*"))[-1]
    newest.write_bytes(b"".join(newest.read_bytes().splitlines(keepends=True)[:-2]))
    assert [str(fault.kind) for fault in verify(tmp_path, PUBLIC, since=last).faults][-1] == "truncated"


@pytest.mark.parametrize("text", [b"", b"{}", b"[]", b"null", b'{"signature":""}', b"[" * 100_000, b"\xff"])
def test_what_is_not_a_tombstone_is_refused(text: bytes) -> None:
    with pytest.raises(NotATombstone):
        Tombstone.parse(text)
