"""What a reorganisation touches outside the directory: registers of the units, applications, staff lists.

Told in numbers and record ids to whoever is to approve it. Nothing about patients is told, and nothing is ended here:
decisions ask the directory anew, and staff lists are their members' to mend.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from authz.edge.sql.at_units import RegistersAtUnits, Standing
from authz.ports import Kind
from directory.core.effects import Effects
from directory.ports import Consequence
from federation.ports import Clients
from sync.ports import Sources
from vocabulary.clock import Clock

MOST_IDS = 100

_AT_UNITS: dict[Kind, str] = {
    Kind.CARE_RELATIONSHIP: "they serve only under an assignment at this unit: whoever goes on with the patient "
    "elsewhere registers a new one there",
    Kind.CONSENT: "they are given to this unit, and open nothing to another",
    Kind.BLOCK: "they go on hiding what this unit has written, also from the unit that takes over",
    Kind.LIFT: "they are for readers at this unit, and open nothing to another",
    Kind.EMERGENCY: "they are for readers at this unit, and open nothing to another",
}
"""What becomes of each register's rows when their unit ends or comes to another care provider."""
_DELEGATIONS = "they lapse, since the recipient leaves the unit for which they were given"
_APPLICATIONS = "their policies name assignments that end or move; look whether they still let in the right people"
_STAFF_LISTS = "their unit codes lead to units that end; the member maps the codes anew before the next list"

Ask = Callable[[], Standing]


class ReorganisationTouches:
    """Keeps ``directory.ports.Consequences``."""

    def __init__(self, registers: RegistersAtUnits, clients: Clients, sources: Sources, clock: Clock) -> None:
        self._registers, self._clients, self._sources, self._clock = registers, clients, sources, clock

    def of(self, effects: Effects) -> tuple[Consequence, ...]:
        return tuple(told for kind, effect, ask in self._questions(effects) for told in _answer(kind, effect, ask))

    def _questions(self, effects: Effects) -> Iterator[tuple[str, str, Ask]]:
        at, units = self._clock.now(), effects.units_left()
        for kind, effect in _AT_UNITS.items():
            if units:
                yield str(kind), effect, partial(self._registers.at_units, kind, units, at, MOST_IDS)
        if effects.people:
            people = {holding.person for holding in effects.people}
            left = {holding.at for holding in effects.people}
            given = partial(self._registers.delegations, people, left, at, MOST_IDS)
            yield str(Kind.DELEGATION), _DELEGATIONS, given
        touched = effects.assignments()
        yield (
            "application",
            _APPLICATIONS,
            lambda: _these(client.client_id for client in self._clients.all() if client.used_under & touched),
        )
        yield (
            "staff_list",
            _STAFF_LISTS,
            lambda: _these(
                source.id for source in self._sources.all() if units & frozenset(source.unit_codes.values())
            ),
        )


def _these(names: Iterable[str]) -> Standing:
    found = sorted(names)
    return Standing(len(found), tuple(found[:MOST_IDS]))


def _answer(kind: str, effect: str, ask: Ask) -> Iterator[Consequence]:
    try:
        found = ask()
    except Exception:  # noqa: BLE001 # whichever register does not answer, the others are told, and that this one is not
        yield Consequence(kind, None, (), effect)
        return
    if found.count:
        yield Consequence(kind, found.count, found.ids, effect)
