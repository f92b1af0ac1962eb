"""What if: the facts of a decision with something more, something less, or another policy. Pure; nothing is changed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from authz.core.facts import Block, CareRelationship, Consent, Emergency, Facts, Lift, ServiceRecipient
from authz.core.policy import Policy
from authz.core.unknown import UNKNOWN

Supposed = CareRelationship | ServiceRecipient | Consent | Block | Lift | Emergency

_REGISTER_OF: Mapping[type, str] = MappingProxyType(
    {
        CareRelationship: "care_relationships",
        ServiceRecipient: "service_recipients",
        Consent: "consents",
        Block: "blocks",
        Lift: "lifts",
        Emergency: "emergencies",
    }
)
_REGISTERS = (*_REGISTER_OF.values(), "responsibility_moves", "delegations", "discharge_cases")


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """``more`` stands in the registers beside what does; the facts with an id of ``without`` do not. ``policy`` takes
    the place of the one that was judged by. What could not be read stays unreadable."""

    more: tuple[Supposed, ...] = ()
    without: frozenset[str] = frozenset()
    policy: Policy | None = None

    def over(self, facts: Facts) -> Facts:
        changes: dict[str, Any] = {} if self.policy is None else {"policy": self.policy}
        for name in _REGISTERS:
            held = getattr(facts, name)
            if held is UNKNOWN:
                continue
            more = tuple(one for one in self.more if _REGISTER_OF[type(one)] == name)
            left = tuple(one for one in held if one.id not in self.without)
            if more or len(left) != len(held):
                changes[name] = (*left, *more)
        return replace(facts, **changes) if changes else facts
