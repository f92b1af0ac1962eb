"""Who may read the log: an organisation's log reviewers, and applications that administer; each what is their members'.

A record is a member's when somebody acted for one of its care providers, or when what she opened belongs to one. A log
reviewer (*loggranskare*) is a system role of the system `tillit` at her own member.  (HSLF-FS 2016:40 4 kap. 9–10 §§)
"""

from collections.abc import Iterable

from authz.actions.desk import Desk
from authz.ports import AuditLog, StaffView, Visible
from authz.refusals import NotAllowed
from vocabulary.assurance import AssuranceLevel
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId

LOG_REVIEWER = "loggranskare"
ADMINISTER = "tillit:admin"


def members_read_by(view: StaffView, caller: Caller) -> frozenset[HsaId] | None:
    """The members whose log the caller may read; ``None`` for all. Raises ``NotAllowed``."""
    if caller.person is None:
        if ADMINISTER not in caller.scopes:
            raise NotAllowed(f"the log is read by log reviewers, and by applications with the scope `{ADMINISTER}`")
        return caller.members
    found = view.delegator(caller.person)
    member = None if found is None else found.member
    if member is None or caller.person not in view.holders(LOG_REVIEWER, member) or not caller.may_act_for(member):
        raise NotAllowed(f"the log is read by whoever holds the office `{LOG_REVIEWER}`")
    if caller.level < AssuranceLevel.LOA2:
        raise NotAllowed("the log is read with a login of level 2")
    return frozenset({member})


def visible_to(desk: Desk, log: AuditLog, caller: Caller) -> Visible | None:
    """What of the log the caller may see; ``None`` is everything. Raises ``NotAllowed`` and ``StaffUnavailable``."""
    view = desk.directory()
    members = members_read_by(view, caller)
    return None if members is None else visible_of(view, log, members)


def visible_of(view: StaffView, log: AuditLog, members: Iterable[HsaId]) -> Visible:
    """What the log holds of ``members``."""
    theirs = frozenset(members)
    providers = frozenset(each for each in log.providers() if view.member_of_provider(each) in theirs)
    return Visible(providers, frozenset(member.prefix for member in theirs))
