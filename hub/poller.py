"""Does one thing again and again in a thread of its own; a failure is logged and the next round comes anyway."""

import threading
from collections.abc import Callable

import structlog

log = structlog.get_logger()


class Poller:
    """Calls ``action`` every ``every_seconds``, beginning one interval after ``start``."""

    def __init__(self, name: str, every_seconds: float, action: Callable[[], object]) -> None:
        self._name, self._every, self._action = name, every_seconds, action
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Returns when no call is under way any more."""
        self._stopped.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        failing = False
        while not self._stopped.wait(self._every):
            try:
                self._action()
                failing = False
            except Exception as error:  # noqa: BLE001 # whatever it is, the next round must come
                if not failing:
                    log.warning("round failed", poller=self._name, error=type(error).__name__, reason=str(error))
                failing = True
