"""By whose decision the house erases: the settings as decisions, and that whoever decides is a member.

Boundary: what the decisions cover the directory says (``directory.core.decisions``).
"""

from directory.retention import Decisions, Retention
from hub.settings import Settings
from vocabulary.hsa_id import HsaId
from vocabulary.refusals import Refusal


class UnknownMember(Refusal):
    """The settings name a member that the directory does not have, so that a decision would be nobody's."""

    code = "unknown_member"


def decisions_in(settings: Settings) -> Decisions:
    own = {HsaId.parse(member): decision for member, decision in settings.retention_decisions.items()}
    return Decisions(settings.retention_decision, own)


def demand_members(retention: Retention) -> None:
    """Once the directory has started. Raises ``UnknownMember``."""
    strangers = sorted(str(member) for member in retention.strangers())
    if strangers:
        raise UnknownMember(
            f"`retention_decisions` in the settings names `{strangers[0]}`, which is no member of this directory: "
            "write the member's own HSA-id as `tillit member find` tells it, or take the line away"
        )
