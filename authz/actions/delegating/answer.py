"""The recipient accepts or refuses what was signed; then, across providers, the receiving member agrees or does not."""

from dataclasses import replace

from authz.actions.delegating.document import document_of, need_same
from authz.actions.delegating.overseers import all_overseers, overseers, receiving_members
from authz.actions.delegating.step import ended, need_herself, need_state, open_delegation, state_now
from authz.actions.delegating.written import catalogue_task
from authz.actions.desk import Desk
from authz.actions.telling import commit, done
from authz.core.delegation_state import DelegationState
from authz.ports import DelegationTerms, Kind, Row
from authz.refusals import NotAllowed, SignatureTooWeak
from vocabulary.caller import Caller


def accept_delegation(desk: Desk, row_id: str, caller: Caller, document: str) -> Row:
    """``document`` is the hash of the paper that she saw. What this one renews ends as it comes into force at once.

    Raises ``UnknownRecord``, ``AlreadyEnded``, ``NotAllowed``, ``WrongState``, ``WrongDocument`` and
    ``SignatureTooWeak``.
    """
    row, terms = open_delegation(desk, row_id)
    need_herself(caller, terms.recipient, "the recipient")
    need_state(desk, row, DelegationState.SIGNED)
    task = catalogue_task(desk, terms.task)
    if caller.level < task.signing_level:
        raise SignatureTooWeak(f"log in at {task.signing_level.uri} to sign for this task")
    seen = need_same(document, document_of(terms, task))
    accepted = row.changed(replace(terms, accepted=True), done(desk, caller, "accepted", document=seen))
    commit(desk, accepted, [terms.delegator, *all_overseers(desk.directory(), terms)])
    _end_renewed(desk, accepted, caller)
    return accepted


def refuse_delegation(desk: Desk, row_id: str, caller: Caller, reason: str) -> Row:
    """Nobody has to take a task on. Raises as ``accept_delegation``."""
    row, terms = open_delegation(desk, row_id)
    need_herself(caller, terms.recipient, "the recipient")
    need_state(desk, row, DelegationState.SIGNED)
    return commit(desk, ended(row, done(desk, caller, "refused", reason)), [terms.delegator])


def agree_to_delegation(desk: Desk, row_id: str, caller: Caller) -> Row:
    """By the chief nurse or the head of operations of the recipient's member. It may come before her answer.

    Raises ``UnknownRecord``, ``AlreadyEnded``, ``NotAllowed`` and ``WrongState``.
    """
    row, terms = open_delegation(desk, row_id)
    _need_receiving(desk, terms, caller)
    need_state(desk, row, DelegationState.SIGNED, DelegationState.ACCEPTED)
    agreed = row.changed(replace(terms, receiving_member_agreed=True), done(desk, caller, "agreed"))
    commit(desk, agreed, [terms.delegator, terms.recipient])
    _end_renewed(desk, agreed, caller)
    return agreed


def disagree_with_delegation(desk: Desk, row_id: str, caller: Caller, reason: str) -> Row:
    row, terms = open_delegation(desk, row_id)
    _need_receiving(desk, terms, caller)
    need_state(desk, row, DelegationState.SIGNED, DelegationState.ACCEPTED)
    return commit(desk, ended(row, done(desk, caller, "disagreed", reason)), [terms.delegator, terms.recipient])


def _need_receiving(desk: Desk, terms: DelegationTerms, caller: Caller) -> None:
    view = desk.directory()
    if caller.person is None or caller.person not in overseers(view, receiving_members(view, terms)):
        raise NotAllowed("the chief nurse or the head of operations of the receiving member does this")


def _end_renewed(desk: Desk, row: Row, caller: Caller) -> None:
    """In the place of the former one, once this holds. One that begins later leaves it until its own end."""
    terms = row.content
    assert isinstance(terms, DelegationTerms)
    if terms.renews is None or state_now(desk, row) is not DelegationState.IN_FORCE:
        return
    former = desk.book.row(Kind.DELEGATION, terms.renews)
    if former is not None and former.end is None:
        note = f"renewed by {row.id}"
        commit(desk, ended(former, done(desk, caller, "renewed", note)), [terms.delegator, terms.recipient])
