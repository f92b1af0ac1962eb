"""Of several servers that mirror each other, the one that serves: the first that answers, until it does not any more.

INVARIANT (one server at a time): all connections are to one server, and who changes over does so for all. A change
begins a new *era*: what was learnt in an earlier one (a cookie, a revision, which objects there are) is not to be
relied on, since a mirror may lack what its partner had acknowledged, and may have kept what its partner forgot.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock

import ldap3
from ldap3.core.exceptions import LDAPExceptionError

from directory.refusals import DirectoryUnavailable

Open = Callable[[], ldap3.Connection]


@dataclass(frozen=True, slots=True)
class Server:
    """``name`` is what people know it by: its address."""

    name: str
    open_one: Open


class Servers:
    """``open`` is called by many threads at once. With one server there is one era.

    ``admit`` raises what forbids a server to take over: it may have been away when the others were asked. ``hear`` is
    told which one did.
    """

    def __init__(
        self,
        servers: Sequence[Server],
        *,
        admit: Callable[[Server], object] = lambda server: None,
        hear: Callable[[Server], None] = lambda server: None,
    ) -> None:
        if not servers:
            raise ValueError("no server is named")
        self._servers = tuple(servers)
        self._admit, self._hear = admit, hear
        self._lock = Lock()
        self._place, self._era = 0, 0

    @classmethod
    def of_one(cls, open_one: Open) -> "Servers":
        return cls([Server("", open_one)])

    @property
    def era(self) -> int:
        return self._era

    @property
    def serving(self) -> Server:
        return self._servers[self._place]

    @property
    def others(self) -> tuple[Server, ...]:
        """The mirrors of the one that serves."""
        place = self._place
        return tuple(server for number, server in enumerate(self._servers) if number != place)

    @property
    def are_several(self) -> bool:
        return len(self._servers) > 1

    def open(self) -> tuple[ldap3.Connection, int]:
        """A bound connection and the era in which it counts.

        Where the server that serves does not answer, the next that does takes its place. Raises what the first one
        raised when none of them answers.
        """
        place, era = self._place, self._era
        first: Exception | None = None
        for number in (place, *(each for each in range(len(self._servers)) if each != place)):
            try:
                if number != place:
                    self._admit(self._servers[number])
                connection = self._servers[number].open_one()
            except (LDAPExceptionError, OSError, DirectoryUnavailable) as problem:
                first = first or problem
                continue
            return connection, era if number == place else self._taken_over(number, era)
        assert first is not None, "there is at least one server"
        raise first

    def _taken_over(self, number: int, era: int) -> int:
        """The era of a connection to server ``number``, opened because the one that served in ``era`` was gone."""
        with self._lock:
            if self._era == era:
                self._place, self._era = number, era + 1
                self._hear(self._servers[number])
            if self._place == number:
                return self._era
        # Somebody else was faster, and chose another. The connection's era is over, so that it is not used.
        return era
