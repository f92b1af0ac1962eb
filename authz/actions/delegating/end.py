"""Ends a delegation at once: revoked, vetoed, withdrawn, renounced, used up, or lapsed by what became of its people."""

from dataclasses import replace

from authz.actions.delegating.overseers import all_overseers, giving_member, overseers
from authz.actions.delegating.step import ended, need_herself, need_state, open_delegation
from authz.actions.desk import Desk, read_note
from authz.actions.telling import commit, done
from authz.core.delegation_state import DelegationState
from authz.ports import Act, DelegationTerms, End, Kind, Row
from authz.refusals import NotAllowed
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId

_SIGNED = (DelegationState.SIGNED, DelegationState.ACCEPTED, DelegationState.COMING, DelegationState.IN_FORCE)


def revoke_delegation(desk: Desk, row_id: str, caller: Caller, reason: str) -> Row:
    """By the delegator, the chief nurse or the head of operations of her member, or an application of it; before
    anybody has signed it is withdrawn. Raises ``UnknownRecord``, ``AlreadyEnded`` and ``NotAllowed``."""
    row, terms = open_delegation(desk, row_id)
    view = desk.directory()
    member = giving_member(view, terms)
    if caller.person is None:
        may = member is not None and caller.may_act_for(member)
    else:
        may = caller.person == terms.delegator or caller.person in overseers(view, [member])
    if not may:
        raise NotAllowed("the delegator, her chief nurse or her head of operations revokes a delegation")
    act = done(desk, caller, "revoked" if terms.signed else "withdrawn", reason)
    told = [terms.delegator, terms.recipient, *all_overseers(view, terms)] if terms.signed else [terms.delegator]
    return commit(desk, ended(row, act), told)


def veto_delegation(desk: Desk, row_id: str, caller: Caller, reason: str) -> Row:
    """By the chief nurse or the head of operations, of either member. Raises ``UnknownRecord``, ``AlreadyEnded``,
    ``NotAllowed`` and ``WrongState``."""
    row, terms = open_delegation(desk, row_id)
    if caller.person is None or caller.person not in all_overseers(desk.directory(), terms):
        raise NotAllowed("the chief nurse or the head of operations vetoes a delegation")
    need_state(desk, row, *_SIGNED)
    act = done(desk, caller, "vetoed", reason)
    vetoed = replace(ended(row, act), content=replace(terms, vetoed=True, version=row.version + 1))
    return commit(desk, vetoed, [terms.delegator, terms.recipient])


def renounce_delegation(desk: Desk, row_id: str, caller: Caller, reason: str) -> Row:
    """The recipient gives it back. Raises ``UnknownRecord``, ``AlreadyEnded``, ``NotAllowed`` and ``WrongState``."""
    row, terms = open_delegation(desk, row_id)
    need_herself(caller, terms.recipient, "the recipient")
    need_state(desk, row, *_SIGNED[1:])
    act = done(desk, caller, "renounced", reason)
    return commit(desk, ended(row, act), [terms.delegator, *all_overseers(desk.directory(), terms)])


def spend_delegation(desk: Desk, row: Row, caller: Caller) -> Row:
    """The one occasion of a delegation that is for one has been."""
    terms = row.content
    assert isinstance(terms, DelegationTerms)
    act = done(desk, caller, "spent")
    spent = replace(ended(row, act), content=replace(terms, spent=True, version=row.version + 1))
    return commit(desk, spent, [terms.delegator, terms.recipient])


def lapse_delegations_of(desk: Desk, person: HsaId, *, by: str, reason: str) -> tuple[str, ...]:
    """Every open delegation that ``person`` gave or received lapses now; gives their ids.

    For a leaver. Done twice it does nothing the second time.
    """
    note, now = read_note(reason, "/reason"), desk.clock.now()
    open_ones = [row for row in desk.book.rows_of_person(Kind.DELEGATION, person) if row.end is None]
    for row in open_ones:
        lapse(desk, row, Act("lapsed", by, now, note))
    return tuple(row.id for row in open_ones)


def lapse(desk: Desk, row: Row, act: Act) -> Row:
    """What it stood on is gone; decisions deny already, this tells everybody."""
    terms = row.content
    assert isinstance(terms, DelegationTerms)
    lapsed = row.ended(End(act.at, act.by, act.note or act.what), act)
    return commit(desk, lapsed, [terms.delegator, terms.recipient, *all_overseers(desk.directory(), terms)])
