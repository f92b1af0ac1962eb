"""Offers a delegation: written by the delegator, or by an application of her member for her; nothing holds yet."""

from authz.actions.delegating.step import commit, done
from authz.actions.delegating.written import Written, need_sound, terms_of
from authz.actions.desk import Desk
from authz.ports import DelegationTerms, Kind, Row, StaffView
from authz.refusals import NotAllowed, UnknownRecord
from vocabulary.caller import Caller


def offer_delegation(desk: Desk, written: Written, caller: Caller) -> Row:
    """Raises as ``need_sound``, ``NotAllowed``, and ``UnknownRecord`` for a delegation to be renewed that there is not
    between these two for this task."""
    view = need_sound(desk, written)
    _need_allowed(view, written, caller)
    if written.renews is not None:
        _need_renewable(desk, written)
    row_id, patients = desk.new_id(), tuple(desk.sealed(number) for number in written.patients)
    terms = terms_of(row_id, written, patients, view, desk.clock.now(), signed=False, accepted=False)
    act = done(desk, caller, "offered")
    row = Row(Kind.DELEGATION, row_id, terms, patients, caller.name, act.at, act=act)
    return commit(desk, row, [written.delegator])


def _need_allowed(view: StaffView, written: Written, caller: Caller) -> None:
    if caller.person is not None:
        if caller.person != written.delegator:
            raise NotAllowed("whoever is logged in delegates what is her own to do", pointer="/delegator")
        return
    delegator = view.delegator(written.delegator)
    if delegator is None or delegator.member is None or not caller.may_act_for(delegator.member):
        raise NotAllowed("the delegator belongs to another member", pointer="/delegator")


def _need_renewable(desk: Desk, written: Written) -> None:
    former = desk.book.row(Kind.DELEGATION, written.renews or "")
    terms = None if former is None else former.content
    same = isinstance(terms, DelegationTerms) and (terms.delegator, terms.recipient, terms.task) == (
        written.delegator,
        written.recipient,
        written.task,
    )
    if not same:
        raise UnknownRecord("these two have no such delegation of this task to renew", pointer="/renews")
