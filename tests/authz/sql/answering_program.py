"""A decision point as a process of its own over a shared database: ``python -m tests.authz.sql.answering_program``.

Follows the registers as the house does. Asks itself the same question again and again, and tells how that went for each
line of its input: a line with a revision is one more question that demands it. Everything is JSON on one line.
"""

import json
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from authz.actions.answer_question import Answer, Pdp
from authz.actions.question import Question
from hub.database import make_engine
from hub.house import REFRESH_EVERY_SECONDS
from hub.poller import Poller
from hub.real_clock import RealClock
from tests.authz.actions.world import ANNA, ANNA_WARD, ELSA, PEP, REGION_CARE, WARD, make_world
from vocabulary.network_zone import NetworkZone

QUESTION = Question(
    "read", "patient_information", "*", person=ANNA, assignment=ANNA_WARD, patient=ELSA, information_type="voo",
    care_unit=WARD, care_provider=REGION_CARE, zone=NetworkZone.SJUNET,
)  # fmt: skip


class Asking:
    """Asks without end, from a thread, and keeps the newest revision by which it was permitted, and when."""

    def __init__(self, pdp: Pdp) -> None:
        self._pdp, self._stopped = pdp, threading.Event()
        self.asked, self.last_permit, self.newest_permitting = 0, 0.0, -1
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._stopped.is_set():
            answer = self._pdp.evaluate_blocking(QUESTION, PEP)
            self.asked += 1
            if answer.permit:
                self.last_permit = time.monotonic()
                self.newest_permitting = max(self.newest_permitting, registers_revision(answer))

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()


def registers_revision(answer: Answer) -> int:
    return int(answer.facts_revision.partition(".")[2])


def main(url: str, folder: Path) -> None:
    engine = make_engine(url)
    world = make_world(engine, folder, RealClock())  # type: ignore[arg-type]  # it keeps the same promises
    pdp = world.pdp()
    poller = Poller("refresh registers", REFRESH_EVERY_SECONDS, world.model.refresh)
    poller.start()
    asking = Asking(pdp)
    tell({"ready": world.model.revision})
    for line in sys.stdin:
        wanted = line.strip()
        answer = pdp.evaluate_blocking(replace(QUESTION, at_least_revision=wanted or None), PEP)
        tell(
            {
                "permit": answer.permit,
                "rule": answer.rule,
                "revision": registers_revision(answer),
                "asked": asking.asked,
                "newest_permitting": asking.newest_permitting,
                "last_permit": asking.last_permit,
            }
        )
    asking.stop()
    poller.stop()
    world.trail.close()


def tell(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
