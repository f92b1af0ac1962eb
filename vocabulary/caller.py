"""Who is calling the admin API: a client, perhaps on behalf of a person. Made by the hub from a verified token."""

from dataclasses import dataclass

from vocabulary.assurance import AssuranceLevel
from vocabulary.hsa_id import HsaId
from vocabulary.network_zone import NetworkZone


@dataclass(frozen=True, slots=True)
class Caller:
    """``client_id`` always; ``person`` when somebody is logged in; ``scopes`` as granted.

    ``members`` holds the HSA-ids of the members that the caller may act for; ``None`` means all fifteen. ``assignment``
    is the one that the person logged in with, if any, and ``level`` how sure it is that it was she. ``trusted_zones``
    are the network zones that the client is believed about.
    """

    client_id: str
    person: HsaId | None
    scopes: frozenset[str]
    members: frozenset[HsaId] | None
    assignment: HsaId | None = None
    level: AssuranceLevel = AssuranceLevel.NONE
    trusted_zones: frozenset[NetworkZone] = frozenset()

    def may_act_for(self, member: HsaId) -> bool:
        return self.members is None or member in self.members

    @property
    def name(self) -> str:
        """How journals name the caller: the person if there is one, else the client."""
        return str(self.person) if self.person is not None else f"client:{self.client_id}"
