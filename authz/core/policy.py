"""Local readings of the law where it leaves room, as versioned data. The strictest reading is the default.

Boundary: law is code in ``authz.core.rules``. Nothing here can open what a rule of law closes; each field chooses
between readings that the law allows, and ``docs/divergences.md`` lists them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType

from authz.core.message_deadlines import DEADLINES_2017_612, Deadline
from authz.core.messages import MESSAGES_2017_612, MessageOrder
from vocabulary.assurance import AssuranceLevel
from vocabulary.codes import Purpose
from vocabulary.network_zone import NetworkZone

_LOWEST_LEVEL = MappingProxyType(
    {
        NetworkZone.SJUNET: AssuranceLevel.LOA2,
        NetworkZone.LUMIORA: AssuranceLevel.LOA2,
        NetworkZone.OPEN: AssuranceLevel.LOA3,
    }
)


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of the local readings.

    ``lowest_level`` – the level of assurance that a network zone needs (HSLF-FS 2016:40 3 kap. 15 §).
    ``lowest_level_to_administer`` – the level that changing the directory takes, over whichever network.
    ``longest_lift`` – a lift ends at the latest so long after its beginning (Spärr 4.0.4).
    ``longest_delegation_years`` – a delegation written for longer is void (SOSFS 1997:14).
    ``reasons_that_lift_outer`` – which lifts open an outer block (Lag 2022:913 2 kap. 3 §; practice differs).
    ``inner_block_told_to_other_providers`` – whether another provider may learn that an inner block hides something.
    ``outer_block_told_to_social_care`` – whether social care may learn that an outer block hides something.
    ``social_care_purposes`` – purposes that an assignment in social care may have, for want of another code.
    ``accesses_reported_within`` – how long after a decision an application may report what was done upon it.
    ``lowest_level_to_sign`` – how sure the login must be by which information is signed.
    ``longest_emergency`` – an emergency access is registered for so long at the most (Lag 2022:913 3 kap. 6 §).
    ``emergency_reviewed_within`` – its review is overdue so long after it was registered (HSLF-FS 2016:40 4 kap. 9 §).
    ``messages`` – which kind of discharge message goes from whom to whom (Lag 2017:612).
    ``message_deadlines`` – by when which of them is to be sent (Lag 2017:612).
    """

    version: str
    lowest_level: Mapping[NetworkZone, AssuranceLevel] = field(default_factory=lambda: _LOWEST_LEVEL)
    lowest_level_to_administer: AssuranceLevel = AssuranceLevel.LOA2
    longest_lift: timedelta = timedelta(days=7)
    longest_delegation_years: int = 1
    reasons_that_lift_outer: frozenset[str] = frozenset({"PatientsConsent"})
    inner_block_told_to_other_providers: bool = False
    outer_block_told_to_social_care: bool = False
    social_care_purposes: frozenset[str] = frozenset({Purpose.CARE})
    accesses_reported_within: timedelta = timedelta(hours=24)
    lowest_level_to_sign: AssuranceLevel = AssuranceLevel.LOA2
    longest_emergency: timedelta = timedelta(hours=24)
    emergency_reviewed_within: timedelta = timedelta(days=7)
    messages: Mapping[str, MessageOrder] = field(default_factory=lambda: MESSAGES_2017_612)
    message_deadlines: Mapping[str, Deadline] = field(default_factory=lambda: DEADLINES_2017_612)


STRICTEST = Policy(version="2026-12-strictest")
