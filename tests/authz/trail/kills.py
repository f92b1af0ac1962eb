"""Kills a writer of the trail many times: ``python -m tests.authz.trail.kills --count 1000``.

Each writer is a process of its own that is killed (SIGKILL) after some answers, or while it starts. After every third
kill the file's end is torn, as when the power fails: what came after the last answered record is cut somewhere, or
half a line stands there. In the end every answered record must be in the trail, and the trail must be whole.
"""

import argparse
import json
import os
import signal
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from authz.edge.trail import AuditTrail, scan, verify
from authz.edge.trail.lines import read_frame
from authz.edge.trail.segments import lines_of, segments_in
from tests.authz.trail.parts import KEY, PUBLIC, record
from tests.parts import HeldClock

THREADS = 4
STARTED = -1


@dataclass(frozen=True)
class Outcome:
    """``torn`` kills left an end to be repaired. ``lost`` are answered records that are not in the trail."""

    kills: int
    answered: int
    torn: int
    lost: int
    faults: tuple[str, ...]
    records: int
    seconds: float


def run_kills(folder: Path, count: int) -> Outcome:
    """Kill ``count`` writers of the trail in ``folder``, one after the other."""
    began = time.monotonic()
    answered: set[tuple[int, int]] = set()
    torn = 0
    for number in range(count):
        last = _one_kill(folder, number, answered)
        if number % 3 == 0:
            torn += _tear(folder, number, last)
    _let_one_repair(folder)
    written = {(found["writer"], int(found["decision_id"][1:])) for found in scan(folder)}
    report = verify(folder, PUBLIC)
    faults = tuple(f"{fault.kind} {fault.file}:{fault.line} {fault.description}" for fault in report.faults)
    seconds = round(time.monotonic() - began, 1)
    lost = len(answered - written)
    return Outcome(count, len(answered), torn, lost, faults, report.records, seconds)


def _one_kill(folder: Path, number: int, answered: set[tuple[int, int]]) -> int:
    """Start a writer, kill it, and take up what it had answered by then. Gives the last answered line."""
    reading, writing = os.pipe()
    writer = os.fork()
    if writer == 0:
        os.close(reading)
        _write_for_ever(folder, writing)
    os.close(writing)
    wanted = 0 if number % 10 == 9 else 1 + _drawn(number, "answers") % 120
    with os.fdopen(reading, "rb") as pipe:
        lines = [pipe.readline() for _ in range(wanted)]
        os.kill(writer, signal.SIGKILL)
        lines += pipe.read().splitlines(keepends=True)
    os.waitpid(writer, 0)
    last = 0
    for line in lines:
        if line.endswith(b"\n"):
            told, sequence = map(int, line.split())
            last = max(last, sequence)
            if told != STARTED:
                answered.add((writer, told))
    return last


def _write_for_ever(folder: Path, answers: int) -> None:
    """Never returns. Says each record's number and line when, and only when, it has been answered."""
    trail = AuditTrail(folder, KEY, HeldClock(), segment_bytes=200_000, checkpoint_every=50)
    end = trail.start()
    os.write(answers, b"%d %d\n" % (STARTED, end.sequence))

    def append(number: int) -> None:
        while True:
            mine = record(number, writer=os.getpid(), filler="x" * (number % 977))
            os.write(answers, b"%d %d\n" % (number, trail.append([mine]).result().last))
            number += THREADS

    for number in range(THREADS):
        threading.Thread(target=append, args=(number,), daemon=True).start()
    signal.pause()


def _tear(folder: Path, number: int, last_answered: int) -> bool:
    """Do to the file what a power failure may: nothing that was synced is touched."""
    segments = segments_in(folder)
    if not segments:
        return False
    path, line = segments[-1].path, b""
    kept = 0
    for offset, line in lines_of(path):
        frame = read_frame(line)
        if frame is None or frame[0] > last_answered:
            break
        kept = offset + len(line)
    size = path.stat().st_size
    draw = _drawn(number, "tear")
    if kept and kept < size:
        os.truncate(path, kept + draw % (size - kept))
        return True
    with path.open("ab") as file:
        file.write(line[: 1 + draw % max(1, len(line) - 1)])
    return True


def _let_one_repair(folder: Path) -> None:
    trail = AuditTrail(folder, KEY, HeldClock())
    trail.start()
    trail.close()


def _drawn(number: int, what: str) -> int:
    """The same for everybody who runs it: chance would make a failure that nobody can repeat."""
    return int.from_bytes(sha256(f"{what} {number}".encode()).digest()[:6])


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=1_000)
    arguments.add_argument("--folder", type=Path)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        outcome = run_kills(given.folder or Path(scratch) / "trail", given.count)
    print(json.dumps(asdict(outcome)))  # noqa: T201  # The result is what it is run for.
    sys.exit(0 if not outcome.lost and not outcome.faults else 1)


if __name__ == "__main__":
    main()
