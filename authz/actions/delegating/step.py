"""A step in a delegation's life: who takes it, and the row's next version. Shared by all steps."""

from authz.actions.desk import Desk, open_row
from authz.core.delegation_state import DelegationState, state_of
from authz.ports import Act, DelegationTerms, End, Kind, Row
from authz.refusals import NotAllowed, UnknownRecord, WrongState
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId


def open_delegation(desk: Desk, row_id: str) -> tuple[Row, DelegationTerms]:
    """Raises ``UnknownRecord`` and ``AlreadyEnded``."""
    row = open_row(desk, Kind.DELEGATION, row_id)
    if not isinstance(row.content, DelegationTerms):
        raise UnknownRecord("there is no such record")
    return row, row.content


def state_now(desk: Desk, row: Row, ended_as: str | None = None) -> DelegationState:
    """``ended_as`` is the word of the row's last act, where it has ended."""
    terms = row.content
    assert isinstance(terms, DelegationTerms)
    return state_of(
        terms.period,
        desk.clock.now(),
        signed=terms.signed,
        accepted=terms.accepted,
        agreed=terms.receiving_member_agreed or not terms.needs_agreement,
        ended_as=None if row.end is None else ended_as or DelegationState.REVOKED,
    )


def need_state(desk: Desk, row: Row, *states: DelegationState) -> None:
    now = state_now(desk, row)
    if now not in states:
        said = " or ".join(f"`{state}`" for state in states)
        raise WrongState(f"the delegation is `{now}`; this is done while it is {said}")


def need_herself(caller: Caller, person: HsaId, what: str) -> None:
    """Nobody signs or answers for somebody else, and no application does."""
    if caller.person != person:
        raise NotAllowed(f"only {what} herself does this, logged in")


def ended(row: Row, act: Act) -> Row:
    return row.ended(End(act.at, act.by, act.note or act.what), act)
