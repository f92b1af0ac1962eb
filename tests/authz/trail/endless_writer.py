"""Appends to a trail until it is killed; prints each record's number when, and only when, it has been answered."""

import os
import sys
import threading
from pathlib import Path

from authz.edge.trail import AuditTrail
from tests.authz.trail.parts import KEY, record
from tests.parts import HeldClock

THREADS = 4


def main() -> None:
    trail = AuditTrail(Path(sys.argv[1]), KEY, HeldClock(), segment_bytes=200_000, checkpoint_every=50)
    trail.start()

    def append(thread: int) -> None:
        number = thread
        while True:
            trail.append([record(number, writer=os.getpid(), filler="x" * (number % 977))]).result()
            os.write(1, b"%d\n" % number)
            number += THREADS

    threads = [threading.Thread(target=append, args=(n,), daemon=True) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
