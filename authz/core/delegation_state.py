"""Where a delegation stands in its life, in one word. Pure.

::

    offered ─sign→ signed ─accept→ accepted ─agree→ (awaiting its first day) ─→ in_force ─→ expired
       │             │ │              │                                            │
    withdrawn  withdrawn refused   disagreed            revoked · vetoed · renounced · lapsed · spent · renewed

``accepted`` is left out where delegator and recipient work for the same provider.
(SOSFS 1997:14; HSF 2017:80 4 kap. 6 §)
"""

from datetime import datetime
from enum import StrEnum

from vocabulary.period import Period


class DelegationState(StrEnum):
    OFFERED = "offered"
    SIGNED = "signed"
    ACCEPTED = "accepted"
    COMING = "coming"
    IN_FORCE = "in_force"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    DISAGREED = "disagreed"
    REVOKED = "revoked"
    VETOED = "vetoed"
    RENOUNCED = "renounced"
    LAPSED = "lapsed"
    SPENT = "spent"
    RENEWED = "renewed"
    ANNULLED = "annulled"


ENDS = frozenset(DelegationState) - {
    DelegationState.OFFERED,
    DelegationState.SIGNED,
    DelegationState.ACCEPTED,
    DelegationState.COMING,
    DelegationState.IN_FORCE,
    DelegationState.EXPIRED,
}
"""What somebody, or the house, ended; each is the word of the act that did."""


def state_of(
    period: Period, now: datetime, *, signed: bool, accepted: bool, agreed: bool, ended_as: str | None
) -> DelegationState:
    """``agreed`` is also true where nobody needs to agree; ``ended_as`` is the act that ended it, if one did."""
    if ended_as is not None:
        return DelegationState(ended_as) if ended_as in ENDS else DelegationState.REVOKED
    if not signed:
        waits = DelegationState.OFFERED
    elif not accepted:
        waits = DelegationState.SIGNED
    elif not agreed:
        waits = DelegationState.ACCEPTED
    else:
        waits = DelegationState.COMING if period.start is not None and now < period.start else DelegationState.IN_FORCE
    over = period.end is not None and period.end <= now
    return DelegationState.EXPIRED if over else waits
