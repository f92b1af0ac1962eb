"""Every ending that still matters, in memory: asked at each use of a token, kept current by ``refresh``."""

import threading
from collections.abc import Sequence
from datetime import timedelta

from federation.core.ending import Ending
from federation.core.grant import ACCESS_TOKEN_LIFETIME
from federation.ports import Endings
from federation.refusals import StandingUnavailable
from vocabulary.clock import Clock

# As long as the longest token that an ending can concern, and the clocks' disagreement.
REMEMBERED = ACCESS_TOKEN_LIFETIME * 2
MAX_UNCONFIRMED = timedelta(seconds=5)


class KnownEndings:
    """``end`` takes effect here when it returns and on other nodes at their next ``refresh``.

    INVARIANT (never permit from ignorance): when the register has not been read for five seconds, nothing stands.
    """

    def __init__(self, register: Endings, clock: Clock) -> None:
        self._register = register
        self._clock = clock
        self._known: dict[Ending, float] = {}
        self._revision = 0
        self._confirmed_at: float | None = None
        self._reading = threading.Lock()

    def end(self, endings: Sequence[Ending]) -> None:
        if not endings:
            return
        now = self._clock.now()
        self._register.append(endings, now, now + REMEMBERED)
        for ending in endings:
            self._known[ending] = (now + REMEMBERED).timestamp()

    def refresh(self) -> None:
        """Called every 250 ms by the hub, and once before the first token is checked."""
        with self._reading:
            asked_at = self._clock.monotonic_seconds()
            self._revision, found = self._register.since(self._revision)
            for ending, forget_after in found:
                self._known[ending] = forget_after.timestamp()
            if found or len(self._known) > 1_000:
                self._forget_old()
            self._confirmed_at = asked_at

    def any_of(self, *endings: Ending) -> bool:
        """Raises ``StandingUnavailable`` when we can no longer know."""
        confirmed = self._confirmed_at
        if confirmed is None or self._clock.monotonic_seconds() - confirmed > MAX_UNCONFIRMED.total_seconds():
            raise StandingUnavailable("what has been revoked cannot be read at the moment")
        return not self._known.keys().isdisjoint(endings)

    def _forget_old(self) -> None:
        at = self._clock.now().timestamp()
        for ending in [ending for ending, until in list(self._known.items()) if until <= at]:
            self._known.pop(ending, None)
