"""An entry at another place of its member's tree. That the place may be taken is ``validation``'s question.

INVARIANT (whose it is is said): a unit comes below a unit of another care provider only when it is said whose it shall
be, by whatever door it is moved.
"""

from collections.abc import Iterator
from dataclasses import replace

from directory.core.entries import Assignment, Function, Unit
from directory.core.snapshot import Snapshot
from directory.refusals import ChangeRefused, CrossesProviders, Problem
from vocabulary.hsa_id import HsaId

Movable = Unit | Function | Assignment


def moved(snapshot: Snapshot, entry: Movable, to: HsaId) -> Movable:
    """``entry`` right below ``to``: a unit, its own member (units, functions), or a care provider (assignments).

    Raises ``ChangeRefused`` when an assignment would come to another care provider: it opens that provider's data, so
    it is ended there and made anew here, by whoever may.
    """
    if isinstance(entry, Unit):
        return replace(entry, parent=None if to == entry.member else to)
    if isinstance(entry, Assignment) and _provider(snapshot, entry.unit) != _provider(snapshot, to):
        raise ChangeRefused(
            (
                Problem(
                    str(entry.hsa_id),
                    "unit",
                    f"`{to}` belongs to another care provider; end the assignment and make a new one there",
                ),
            )
        )
    return replace(entry, unit=to)


def demand_whose(snapshot: Snapshot, unit: Unit, to: HsaId, said: HsaId | None) -> None:
    """A place below another provider's unit may be meant, but then it is ``said`` whose ``unit`` is there: it keeps its
    provider, and what stands below it does.

    Raises ``CrossesProviders`` when that is not said, and ``ChangeRefused`` when somebody else is named: a unit comes
    to another provider by a reorganisation, which tells what becomes of its assignments.
    """
    if to == (unit.parent or unit.member):
        return
    if said is None:
        demand_same_provider(snapshot, unit, to)
    elif all(each.care_provider != said for each in subtree(snapshot, unit)):
        why = f"a move leaves the unit with its care provider; a reorganisation may give it to `{said}`"
        raise ChangeRefused((Problem(str(unit.hsa_id), "care_provider", why),))


def demand_same_provider(snapshot: Snapshot, unit: Unit, to: HsaId) -> None:
    """Raises ``CrossesProviders`` where ``to`` belongs to another provider than the unit, or something below it."""
    above = _provider_above(snapshot, to)
    if above is None:
        return
    for each in subtree(snapshot, unit):
        if each.care_provider not in (None, above) and not each.archived:
            said = f"`{to}` belongs to the care provider `{above}`; say whose `{each.hsa_id}` shall be"
            raise CrossesProviders((Problem(str(unit.hsa_id), "care_provider", said),))


def subtree(snapshot: Snapshot, unit: Unit) -> Iterator[Unit]:
    """The unit and all units below it, parents first."""
    yield unit
    for entry in snapshot.below(unit.hsa_id):
        if isinstance(entry, Unit):
            yield from subtree(snapshot, entry)


def _provider_above(snapshot: Snapshot, place: HsaId) -> HsaId | None:
    """The provider of the nearest unit upwards that has one."""
    above = snapshot.unit(place)
    while above is not None and above.care_provider is None:
        above = None if above.parent is None else snapshot.unit(above.parent)
    return None if above is None else above.care_provider


def _provider(snapshot: Snapshot, place: HsaId) -> HsaId | None:
    unit = snapshot.unit(place)
    return place if unit is None else unit.care_provider
