"""When the device cannot write, every waiting and later append fails; when it can again, the chain goes on."""

import asyncio
import errno
import os
import resource
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from authz.edge.trail import AuditTrail, scan, verify
from authz.refusals import TrailBusy, TrailOverloaded, TrailUnavailable
from hub.database import make_engine
from tests.authz.actions.asking import QUESTION, relate
from tests.authz.actions.world import PEP, World, make_world
from tests.authz.trail.parts import KEY, PUBLIC, record, write_trail
from tests.parts import HeldClock


@pytest.fixture
def small_device(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KiB."""
    mount = tmp_path / "small"
    mount.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", mount], capture_output=True)
    if made.returncode != 0:
        pytest.skip("this machine does not let us mount a small file system")
    yield mount
    subprocess.run(["umount", "-l", mount], check=True)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    engine = make_engine(f"sqlite:///{tmp_path / 'tillit.db'}")
    made = make_world(engine, tmp_path / "trail", HeldClock())
    yield made
    made.trail.close()
    engine.dispose()


def fill(trail: AuditTrail) -> int:
    """Append until the device is full; gives how many records were answered."""
    for number in range(10_000):
        try:
            trail.append([record(number, filler="x" * 2_000)]).result(10)
        except TrailUnavailable:
            return number
    raise AssertionError("the device never became full")


def test_a_full_device_fails_every_append_and_loses_nothing_answered(small_device: Path) -> None:
    trail = AuditTrail(small_device, KEY, HeldClock())
    trail.start()

    answered = fill(trail)

    assert trail.failure is not None
    with pytest.raises(TrailUnavailable):
        trail.append([record(0)])
    trail.close()
    assert {found["decision_id"] for found in scan(small_device)} >= {f"d{n}" for n in range(answered)}


def test_a_device_that_has_room_again_is_written_on(small_device: Path) -> None:
    ballast = small_device / "ballast"
    ballast.write_bytes(b"x" * 100_000)
    trail = AuditTrail(small_device, KEY, HeldClock())
    trail.start()
    answered = fill(trail)

    still_full = trail.revive()
    ballast.unlink()
    revived = trail.revive()
    trail.append([record(99_999)]).result(10)
    trail.close()

    assert revived
    assert still_full or trail.failure is not None
    assert verify(small_device, PUBLIC).faults == []
    assert [found["decision_id"] for found in scan(small_device)] == [*(f"d{n}" for n in range(answered)), "d99999"]


def test_a_file_size_limit_fails_waiting_and_later_appends(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    trail = AuditTrail(tmp_path, KEY, HeldClock())
    trail.start()
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
        waiting = [trail.append([record(n, filler="x" * 5_000)]) for n in range(8)]
        outcomes = [future.exception(10) for future in waiting]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    with pytest.raises(TrailUnavailable):
        trail.append([record(9)])
    trail.close()

    assert isinstance(outcomes[-1], TrailUnavailable)
    answered = {f"d{n}" for n, outcome in enumerate(outcomes) if outcome is None}
    assert {found["decision_id"] for found in scan(tmp_path)} >= answered


def test_an_error_of_the_device_reaches_asyncio_too(tmp_path: Path) -> None:
    trail = AuditTrail(tmp_path, KEY, HeldClock())
    trail.start()
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, trail._file)  # type: ignore[arg-type]  # The one way to a device that is full from the first byte.
    os.close(full)

    async def append_three() -> list[object]:
        return await asyncio.gather(*[trail.appended([record(n)]) for n in range(3)], return_exceptions=True)

    outcomes = asyncio.run(append_three())
    trail.close()

    assert all(isinstance(outcome, TrailUnavailable) for outcome in outcomes)


def test_an_input_output_error_denies_every_question_until_the_device_answers_again(world: World) -> None:
    """What lies at address 0 of a process cannot be written: the one way to an EIO without a broken disk."""
    relate(world.desk)
    pdp, broken = world.pdp(), os.open("/proc/self/mem", os.O_WRONLY)
    before = pdp.evaluate_blocking(QUESTION, PEP)
    held = os.dup(world.trail._file)  # type: ignore[arg-type]
    os.dup2(broken, world.trail._file)  # type: ignore[arg-type]
    os.close(broken)

    meanwhile = [pdp.evaluate_blocking(QUESTION, PEP), asyncio.run(pdp.evaluate(QUESTION, PEP))]
    why = world.trail.failure
    os.dup2(held, world.trail._file)  # type: ignore[arg-type]
    os.close(held)
    revived = world.trail.revive()
    after = pdp.evaluate_blocking(QUESTION, PEP)

    assert why is not None and f"Errno {errno.EIO}" in why
    assert [(answer.permit, answer.rule) for answer in meanwhile] == [(False, "trail_unavailable")] * 2
    assert (before.permit, revived, after.permit) == (True, True, True)
    assert [found["decision_id"] for found in scan(world.folder)] == [before.decision_id, after.decision_id]


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "trail").write_bytes(b"a file, not a folder")

    with pytest.raises(TrailUnavailable):
        AuditTrail(tmp_path / "trail", KEY, HeldClock()).start()


def test_a_folder_that_is_gone_stops_rotation_and_so_every_answer(tmp_path: Path) -> None:
    folder = tmp_path / "trail"
    trail = AuditTrail(folder, KEY, HeldClock(), segment_bytes=1)
    trail.start()

    shutil.rmtree(folder)

    with pytest.raises(TrailUnavailable):
        trail.append([record(1)]).result(10)
    assert not trail.revive()
    trail.close()


def test_a_second_writer_of_the_same_folder_is_refused(tmp_path: Path) -> None:
    trail = AuditTrail(tmp_path, KEY, HeldClock())
    trail.start()

    with pytest.raises(TrailBusy):
        AuditTrail(tmp_path, KEY, HeldClock()).start()
    trail.close()

    write_trail(tmp_path, 1)


def test_too_many_waiting_records_are_refused_at_once(tmp_path: Path) -> None:
    trail = AuditTrail(tmp_path, KEY, HeldClock(), queue_limit=10)
    trail.start()

    with pytest.raises(TrailOverloaded):
        trail.append([record(n) for n in range(11)])
    trail.close()


def test_nothing_can_be_appended_before_start_or_after_close(tmp_path: Path) -> None:
    trail = AuditTrail(tmp_path, KEY, HeldClock())

    with pytest.raises(TrailUnavailable):
        trail.append([record(1)])
    trail.start()
    trail.close()

    with pytest.raises(TrailUnavailable):
        trail.append([record(1)])


def test_a_record_of_two_lines_is_refused(tmp_path: Path) -> None:
    trail = AuditTrail(tmp_path, KEY, HeldClock())
    trail.start()

    with pytest.raises(TrailUnavailable):
        trail.append([b'{"a":\n1}'])
    trail.close()
