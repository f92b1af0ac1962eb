"""At which unit a caller acts: a person at that of her assignment in use, an application at its members' units."""

from collections.abc import Collection

from authz.actions.desk import Desk
from authz.core.facts import AssignmentInUse
from authz.ports import StaffView
from authz.refusals import NotAllowed
from vocabulary.caller import Caller
from vocabulary.codes import Purpose
from vocabulary.hsa_id import HsaId


def in_use(desk: Desk, view: StaffView, caller: Caller) -> AssignmentInUse | None:
    """The assignment for care that she is logged in with, while she is active and it is current, at a unit."""
    if caller.person is None or caller.assignment is None:
        return None
    reader, held = view.reader(caller.person), view.assignment(caller.assignment, caller.person)
    if reader is None or not reader.active or held is None or held.unit is None or held.purpose != Purpose.CARE:
        return None
    return held if held.period.contains(desk.clock.now()) else None


def acts_at(desk: Desk, view: StaffView, caller: Caller, units: Collection[HsaId]) -> bool:
    """Whether the caller acts at one of the units."""
    if caller.person is not None:
        held = in_use(desk, view, caller)
        return held is not None and held.unit in units
    if caller.members is None:
        return True
    members = (view.member_of_unit(unit) for unit in units)
    return any(member is not None and caller.may_act_for(member) for member in members)


def need_acts_at(desk: Desk, view: StaffView, caller: Caller, units: Collection[HsaId], where: str) -> None:
    """Raises ``NotAllowed``; ``where`` is what the units are, for people."""
    if not acts_at(desk, view, caller, units):
        raise NotAllowed(
            f"this is done at {where}: by who is logged in with a current assignment for care there, or by an "
            f"application of its member"
        )


def need_herself_at(
    desk: Desk, view: StaffView, caller: Caller, units: Collection[HsaId] | None, where: str
) -> tuple[HsaId, AssignmentInUse]:
    """Who she is, and her assignment in use, at one of the units or, with ``None``, at whichever. Raises
    ``NotAllowed``."""
    held = in_use(desk, view, caller)
    if caller.person is None or held is None or (units is not None and held.unit not in units):
        raise NotAllowed(f"this is done by a person, logged in with a current assignment for care at {where}")
    return caller.person, held


def unit_of(held: AssignmentInUse) -> HsaId:
    """The unit of an assignment that ``in_use`` gave."""
    assert held.unit is not None
    return held.unit
