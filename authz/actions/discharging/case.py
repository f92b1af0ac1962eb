"""A discharge case as its steps find it: who is concerned, where it stands, and what was sent.  (Lag 2017:612)

::

    admitted ─ready (the treating doctor)→ ready ─message `utskrivning`→ discharged ─close→ closed
        ↑────────── not-ready ────────────────┘
    at any point before `closed`: annulled (registered in error)
"""

from authz.actions.desk import Desk, open_row
from authz.core.facts import CaseState, DischargeCase
from authz.ports import CaseMessage, Kind, Row
from authz.refusals import UnknownRecord, WrongState
from vocabulary.hsa_id import HsaId

ANY_CONCERNED = "the ward or a unit that the case concerns"


def open_case_row(desk: Desk, row_id: str) -> tuple[Row, DischargeCase]:
    """Raises ``UnknownRecord``, and ``AlreadyEnded`` for an annulled one."""
    row = open_row(desk, Kind.DISCHARGE_CASE, row_id)
    if not isinstance(row.content, DischargeCase):
        raise UnknownRecord("there is no such record")
    return row, row.content


def need_state(case: DischargeCase, *states: CaseState) -> None:
    if case.state not in states:
        said = " or ".join(f"`{state}`" for state in states)
        raise WrongState(f"the case is `{case.state}`; this is done while it is {said}")


NOT_CLOSED = (CaseState.ADMITTED, CaseState.READY, CaseState.DISCHARGED)


def units_of(case: DischargeCase) -> frozenset[HsaId]:
    """All that may know of the case."""
    return case.concerned_units | {case.ward}


def messages_of(desk: Desk, case_id: str) -> tuple[Row, ...]:
    return desk.book.rows_under(Kind.CASE_MESSAGE, case_id)


def content_of(message: Row) -> CaseMessage:
    assert isinstance(message.content, CaseMessage)
    return message.content
