"""A question to the decision point as an application asks it, read but not believed; and who asks.

Boundary: the JSON of it is ``authz.edge.http``; what is true about it ``Pdp`` finds out.
"""

from dataclasses import dataclass, field
from datetime import date

from authz.core.packs.pack import Asked
from vocabulary.assurance import AssuranceLevel
from vocabulary.capacity import Capacity
from vocabulary.hsa_id import HsaId
from vocabulary.network_zone import NetworkZone
from vocabulary.personal_number import PersonalIdentityNumber


@dataclass(frozen=True, slots=True)
class Pep:
    """An authenticated application that asks (policy enforcement point).

    ``trusted_zones`` are the network zones that it is believed about. One that ``vouches`` may ask without a subject
    token, for people that it has logged in itself to ``vouched_level``. ``purposes`` bounds what it may state; ``None``
    is any.
    """

    client_id: str
    scopes: frozenset[str] = frozenset()
    trusted_zones: frozenset[NetworkZone] = frozenset()
    vouches: bool = False
    vouched_level: AssuranceLevel = AssuranceLevel.NONE
    purposes: frozenset[str] | None = None
    explain_default: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked. ``resource_type`` and ``action`` are as written; what we do not know is denied.

    ``fault`` names why a well-formed question cannot be judged (a code of ``authz.actions.denials``).
    """

    action: str
    resource_type: str
    resource_id: str
    person: HsaId | None = None
    citizen: PersonalIdentityNumber | None = None
    assignment: HsaId | None = None
    capacity: Capacity | None = None
    patient: PersonalIdentityNumber | None = None
    information_type: str | None = None
    care_unit: HsaId | None = None
    care_provider: HsaId | None = None
    first: date | None = None
    last: date | None = None
    investigation: bool = False
    task: str | None = None
    message_kind: str | None = None
    from_unit: HsaId | None = None
    to_units: tuple[HsaId, ...] = ()
    attribute_classes: tuple[str, ...] = ()
    entry_kind: str | None = None
    purpose: str | None = None
    zone: NetworkZone = NetworkZone.OPEN
    token: str | None = field(default=None, repr=False)
    explain: bool | None = None
    at_least_revision: str | None = None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class OwnQuestion(Question):
    """A question about a thing that is none of the house's: for the policy pack of whoever asks, if it has one.

    ``fault`` is then only what is wrong with an employee that it names.
    """

    asked: Asked = field(kw_only=True)
