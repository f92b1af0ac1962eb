"""Choose which of her current assignments the person works in, for this session."""

from federation.core.client import Client
from federation.core.employee import EmployeeAssignment
from federation.core.next_step import candidates
from federation.core.session import Session
from federation.ports import Sessions, Staff
from federation.refusals import AssignmentNotHeld
from vocabulary.clock import Clock
from vocabulary.hsa_id import HsaId
from vocabulary.refusals import InvalidValue


class ChooseAssignment:
    def __init__(self, sessions: Sessions, staff: Staff, clock: Clock) -> None:
        self._sessions, self._staff, self._clock = sessions, staff, clock

    def offered(self, session: Session, client: Client) -> tuple[EmployeeAssignment, ...]:
        """Those that the person holds now and the client takes. Raises ``StaffUnavailable``."""
        employee = self._staff.employee(session.person)
        return candidates(client, employee) if employee is not None and employee.active else ()

    def __call__(self, session: Session, client: Client, assignment: str) -> None:
        """Raises ``AssignmentNotHeld`` for one that was not offered, whatever the form said."""
        chosen = _parsed(assignment)
        if chosen is None or chosen not in {held.hsa_id for held in self.offered(session, client)}:
            raise AssignmentNotHeld("the assignment is not one of those offered")
        self._sessions.choose_assignment(session.id, chosen, self._clock.now())


def _parsed(text: str) -> HsaId | None:
    try:
        return HsaId.parse(text)
    except InvalidValue:
        return None
