"""The delegator signs: logged in herself, at the level that the task asks, what the engine lets her delegate now."""

from dataclasses import replace

from authz.actions.answer_question import Pdp
from authz.actions.delegating.document import document_of, need_same
from authz.actions.delegating.may_sign import need_may_sign
from authz.actions.delegating.overseers import all_overseers
from authz.actions.delegating.step import need_herself, need_state, open_delegation
from authz.actions.delegating.written import catalogue_task
from authz.actions.desk import Desk
from authz.actions.telling import commit, done
from authz.core.delegation_state import DelegationState
from authz.ports import Row
from vocabulary.caller import Caller
from vocabulary.network_zone import NetworkZone


def sign_delegation(
    desk: Desk, pdp: Pdp, row_id: str, caller: Caller, document: str, zone: NetworkZone = NetworkZone.OPEN
) -> Row:
    """``document`` is the hash of the paper that she saw, ``zone`` the network that her application says she is on.

    Raises ``UnknownRecord``, ``AlreadyEnded``, ``NotAllowed``,
    ``WrongState``, ``WrongDocument``, ``MayNotSign`` and ``TrailUnavailable``."""
    row, terms = open_delegation(desk, row_id)
    need_herself(caller, terms.delegator, "the delegator")
    need_state(desk, row, DelegationState.OFFERED)
    seen = need_same(document, document_of(terms, catalogue_task(desk, terms.task)))
    need_may_sign(pdp, desk.seal, terms, row.patients, caller, zone)
    signed = row.changed(replace(terms, signed=True), done(desk, caller, "signed", document=seen))
    return commit(desk, signed, [terms.recipient, *all_overseers(desk.directory(), terms)])
