"""A policy pack: the types, roles, rules, obligations and known things of one application, as read and checked.

Boundary: it is made by ``authz.actions.packs.read_pack`` only, which refuses what does not hold together.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from authz.core.packs.expression import All, Compare, Condition, Contains, Equal, Has, Not, Some
from authz.core.packs.scope import Attribute, Value, ValueKind
from authz.core.reasons import Reason
from vocabulary.hsa_id import HsaId


class Effect(StrEnum):
    PERMIT = "permit"
    FORBID = "forbid"


@dataclass(frozen=True, slots=True)
class AttributeType:
    """``stated``: the application is trusted to state it in its question; else it stands in the pack, or with us."""

    kind: ValueKind
    stated: bool = False


@dataclass(frozen=True, slots=True)
class EntityType:
    """A type of subjects or of resources. ``actions`` are what may be asked about a resource of the type."""

    name: str
    attributes: Mapping[str, AttributeType]
    actions: frozenset[str] = frozenset()


EMPLOYEE: Final = "employee"
"""The house's own subjects: a pack may have rules about them, but it is the house that tells who they are."""

ID: Final = "id"
"""The attribute that every subject and resource has."""

HOUSE_ATTRIBUTES: Final[Mapping[str, AttributeType]] = MappingProxyType(
    {
        ID: AttributeType(ValueKind.TEXT),
        "member": AttributeType(ValueKind.TEXT),
        "licences": AttributeType(ValueKind.TEXTS),
        "assignment": AttributeType(ValueKind.TEXT),
        "unit": AttributeType(ValueKind.TEXT),
        "provider": AttributeType(ValueKind.TEXT),
        "level": AttributeType(ValueKind.NUMBER),
    }
)
"""What the directory and the login tell of an employee; nobody states it."""

NETWORK_ZONE: Final = "network_zone"
HOUSE_CONTEXT: Final[Mapping[str, AttributeType]] = MappingProxyType({NETWORK_ZONE: AttributeType(ValueKind.TEXT)})


@dataclass(frozen=True, slots=True)
class Known:
    """A subject or resource that the pack itself tells of. ``roles`` are a subject's own."""

    type: str
    id: str
    values: Mapping[str, Value]
    roles: frozenset[str] = frozenset()
    version: int = 1


@dataclass(frozen=True, slots=True)
class Grant:
    """Subjects of a type have the role when the condition holds. It cannot rest on other roles."""

    subject: str
    when: Condition


@dataclass(frozen=True, slots=True)
class Role:
    """``gives`` is the role itself and all that it includes, whichever way. Employees have it by a system role
    (``system;role``) or under an assignment; others by ``Known.roles``; all by ``grants``."""

    id: str
    gives: frozenset[str]
    system_roles: frozenset[str] = frozenset()
    assignments: frozenset[HsaId] = frozenset()
    grants: tuple[Grant, ...] = ()


@dataclass(frozen=True, slots=True)
class PackRule:
    """Speaks of the named types and actions, and there only when its condition holds."""

    id: str
    effect: Effect
    subjects: frozenset[str]
    actions: frozenset[str]
    resources: frozenset[str]
    when: Condition
    because: Reason


@dataclass(frozen=True, slots=True)
class PackObligation:
    """What the application must do when it acts on a permit, unless the condition surely does not hold."""

    id: str
    actions: frozenset[str]
    resources: frozenset[str]
    when: Condition


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in a pack's own words, as an application states it; nothing of it is believed but what may be.

    ``properties`` are raw JSON values. ``subject_id`` of an employee is her HSA-id.
    """

    subject_type: str
    subject_id: str
    action: str
    resource_type: str
    resource_id: str
    subject_properties: Mapping[str, object] = field(default_factory=dict)
    resource_properties: Mapping[str, object] = field(default_factory=dict)
    context: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HouseSubject:
    """What a case supposes that the house tells of its employee."""

    member: str | None = None
    licences: frozenset[str] = frozenset()
    system_roles: frozenset[str] = frozenset()
    assignment: HsaId | None = None
    unit: HsaId | None = None
    provider: HsaId | None = None
    level: int = 3


@dataclass(frozen=True, slots=True)
class PackCase:
    """A question with the answer that the pack must give. ``rule`` and ``obligations`` are checked where stated."""

    name: str
    asked: Asked
    permit: bool
    rule: str | None = None
    obligations: tuple[str, ...] | None = None
    house: HouseSubject = HouseSubject()
    network_zone: str = "open"


@dataclass(frozen=True, slots=True)
class Pack:
    """One version of the policy of the application ``space``. Rules, roles and obligations stand in order of id, so
    that it is the same whatever the order in the document."""

    space: str
    number: int
    subjects: Mapping[str, EntityType]
    resources: Mapping[str, EntityType]
    context: Mapping[str, AttributeType]
    roles: tuple[Role, ...]
    rules: tuple[PackRule, ...]
    obligations: tuple[PackObligation, ...]
    known_subjects: Mapping[tuple[str, str], Known]
    known_resources: Mapping[tuple[str, str], Known]
    cases: tuple[PackCase, ...]

    @property
    def version(self) -> str:
        """How answers and the trail name it."""
        return f"{self.space}/{self.number}"


def attributes_in(condition: Condition) -> Iterator[Attribute]:
    """Every attribute that the condition may read."""
    match condition:
        case All(of) | Some(of):
            for part in of:
                yield from attributes_in(part)
        case Not(of):
            yield from attributes_in(of)
        case Equal(left, right) | Contains(left, right) | Compare(_, left, right):
            yield from (operand for operand in (left, right) if isinstance(operand, Attribute))
        case Has(attribute):
            yield attribute
