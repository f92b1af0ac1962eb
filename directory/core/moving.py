"""An entry at another place of its member's tree. That the place may be taken is ``validation``'s question."""

from dataclasses import replace

from directory.core.entries import Assignment, Function, Unit
from directory.core.snapshot import Snapshot
from directory.refusals import ChangeRefused, Problem
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


def _provider(snapshot: Snapshot, place: HsaId) -> HsaId | None:
    unit = snapshot.unit(place)
    return place if unit is None else unit.care_provider
