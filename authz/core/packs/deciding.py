"""A pack's rules made rules of the house's engine, which weighs them by its three laws as it does the law's own.

Forbidding rules are restrictions, permitting ones are grounds: what forbids overrides, what is unknown in a
restriction denies, and what nobody permits is denied.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final, NamedTuple

from authz.core.decide import decide
from authz.core.decision import Decision
from authz.core.facts import AssignmentInUse, Facts, Reader
from authz.core.order import Gate, joined
from authz.core.packs.expression import Truth
from authz.core.packs.pack import (
    EMPLOYEE,
    ID,
    NETWORK_ZONE,
    Asked,
    AttributeType,
    Effect,
    Known,
    Pack,
    PackRule,
    Role,
    attributes_in,
)
from authz.core.packs.scope import Attribute, Part, Scope, Value, read_value
from authz.core.policy import Policy
from authz.core.reasons import Reason
from authz.core.request import OwnResource, OwnSubject, Request
from authz.core.rule import Rule
from authz.core.rules import not_active
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, forbid, permit, unknown
from vocabulary.assurance import AssuranceLevel
from vocabulary.citation import Citation
from vocabulary.network_zone import NetworkZone

NOT_PERMITTED: Final = "not_permitted"
"""The rule that stands in an answer when no rule of the pack permits."""

_MOST_ORDERS_KEPT: Final = 1_000
_BEGINNING, _END = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_NOBODY = Reason(
    NOT_PERMITTED,
    "Applikationens regler ger dig inte åtkomst.",
    "The application's rules give you no access.",
)
_NOTHING = Scope({})
_NOT_PERMITTED = forbid("no rule of the pack permits")


class PackVersionRef(NamedTuple):
    """The version of the pack, as a fact that votes rest on."""

    id: str
    version: int


@dataclass(frozen=True, slots=True)
class PackFacts(Facts):
    """The facts of a question about an application's own things. ``scope`` is all that its rules see of them."""

    scope: Scope = _NOTHING
    known: tuple[Known, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PackPolicy(Policy):
    """The local policy that a pack is, ready to decide. Its orders are made when first asked for."""

    pack: Pack
    _rules: tuple[tuple[PackRule, Rule], ...]
    _orders: dict[tuple[str, str, str], tuple[Gate, ...]] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, pack: Pack) -> "PackPolicy":
        return cls(version=pack.version, pack=pack, _rules=tuple((rule, _rule(pack, rule)) for rule in pack.rules))

    def order(self, subject: str, action: str, resource: str) -> tuple[Gate, ...]:
        """The gates of one kind of question."""
        key = (subject, action, resource)
        found = self._orders.get(key)
        if found is None:
            if len(self._orders) >= _MOST_ORDERS_KEPT:
                self._orders.clear()
            found = self._orders[key] = _order(self.pack, self._rules, subject, action, resource)
        return found


def decide_own(request: Request, facts: PackFacts) -> Decision:
    """The answer to a question about an application's own things, by its pack. Never raises."""
    subject, resource, policy = request.subject, request.resource, facts.policy
    assert isinstance(policy, PackPolicy) and isinstance(resource, OwnResource)
    of_type = subject.type if isinstance(subject, OwnSubject) else EMPLOYEE
    decision = decide(request, facts, policy.order(of_type, request.action, resource.type))
    if not decision.permit:
        return decision
    owed = _owed(policy.pack, request.action, resource.type, facts.scope)
    return decision._replace(obligations=(*decision.obligations, *owed))


def scope_of(
    pack: Pack,
    asked: Asked,
    *,
    reader: Reader | None,
    assignment: AssignmentInUse | None,
    level: AssuranceLevel,
    zone: NetworkZone,
    readable: bool,
) -> tuple[Scope, tuple[Known, ...]]:
    """All that the pack's rules see of a question, and which known things it came from.

    ``reader`` and ``assignment`` are the house's, current now, of an employee; ``readable`` tells whether the house
    could be asked. What the application states counts only where the pack trusts it to.
    """
    values: dict[Attribute, Value] = {}
    absent: set[Attribute] = set()
    known: list[Known] = []
    subject = pack.known_subjects.get((asked.subject_type, asked.subject_id))
    if asked.subject_type == EMPLOYEE:
        if readable:
            _take(_told(asked, reader, assignment, level), Part.SUBJECT, values)
            absent |= {Attribute(Part.SUBJECT, name) for name in ("member", "assignment", "unit", "provider")}
    else:
        types = pack.subjects[asked.subject_type].attributes
        _read(Part.SUBJECT, types, subject, asked.subject_properties, values, absent)
    resource = pack.known_resources.get((asked.resource_type, asked.resource_id))
    types = pack.resources[asked.resource_type].attributes
    _read(Part.RESOURCE, types, resource, asked.resource_properties, values, absent)
    _read(Part.CONTEXT, pack.context, None, asked.context, values, absent)
    values[Attribute(Part.SUBJECT, ID)] = asked.subject_id
    values[Attribute(Part.RESOURCE, ID)] = asked.resource_id
    values[Attribute(Part.CONTEXT, NETWORK_ZONE)] = zone.value
    known += [found for found in (subject, resource) if found is not None]
    scope = Scope(values, frozenset(absent - values.keys()))
    roles, doubtful = _roles(pack, asked.subject_type, subject, reader, assignment, readable, scope)
    return Scope(values, scope.absent, roles, doubtful - roles), tuple(known)


def _told(
    asked: Asked, reader: Reader | None, assignment: AssignmentInUse | None, level: AssuranceLevel
) -> dict[str, Value]:
    """What the house tells of an employee."""
    told: dict[str, Value] = {ID: asked.subject_id, "level": int(level)}
    if reader is not None:
        if reader.member is not None:
            told["member"] = reader.member.key
        if reader.licences is not UNKNOWN:
            told["licences"] = reader.licences
    if assignment is not None:
        places = {"assignment": assignment.id, "unit": assignment.unit, "provider": assignment.provider}
        told |= {name: place.key for name, place in places.items() if place is not None}
    return told


def _take(told: Mapping[str, Value], part: Part, values: dict[Attribute, Value]) -> None:
    values.update({Attribute(part, name): value for name, value in told.items()})


def _read(
    part: Part,
    types: Mapping[str, AttributeType],
    known: Known | None,
    stated: Mapping[str, object],
    values: dict[Attribute, Value],
    absent: set[Attribute],
) -> None:
    """INVARIANT (one source each): a stated attribute never fills in for a known one, nor the other way round."""
    for name, of_type in types.items():
        attribute = Attribute(part, name)
        if of_type.stated:
            if stated.get(name) is None:
                absent.add(attribute)
            else:
                value = read_value(stated[name], of_type.kind)
                if value is not UNKNOWN:
                    values[attribute] = value
        elif known is not None:
            if name in known.values:
                values[attribute] = known.values[name]
            else:
                absent.add(attribute)


def _roles(
    pack: Pack,
    subject_type: str,
    subject: Known | None,
    reader: Reader | None,
    assignment: AssignmentInUse | None,
    readable: bool,
    scope: Scope,
) -> tuple[frozenset[str], frozenset[str]]:
    """Roles held for certain, and those that are held perhaps."""
    held: set[str] = set()
    doubtful: set[str] = set()
    for role in pack.roles:
        truths: list[Truth] = [grant.when.judge(scope) for grant in role.grants if grant.subject == subject_type]
        if subject_type == EMPLOYEE:
            truths.append(_by_house(role, reader, assignment) if readable else _perhaps_by_house(role))
        if (subject is not None and role.id in subject.roles) or any(truth is True for truth in truths):
            held |= role.gives
        elif any(truth is UNKNOWN for truth in truths):
            doubtful |= role.gives
    return frozenset(held), frozenset(doubtful)


def _by_house(role: Role, reader: Reader | None, assignment: AssignmentInUse | None) -> bool:
    by_office = reader is not None and not reader.system_roles.isdisjoint(role.system_roles)
    return by_office or (assignment is not None and assignment.id in role.assignments)


def _perhaps_by_house(role: Role) -> Truth:
    return UNKNOWN if role.system_roles or role.assignments else False


def _owed(pack: Pack, action: str, resource: str, scope: Scope) -> Iterable[str]:
    for obligation in pack.obligations:
        concerns = action in obligation.actions and resource in obligation.resources
        if concerns and obligation.when.judge(scope) is not False:
            yield obligation.id


def _order(
    pack: Pack, known: tuple[tuple[PackRule, Rule], ...], subject: str, action: str, resource: str
) -> tuple[Gate, ...]:
    def rules(effect: Effect) -> tuple[Rule, ...]:
        return tuple(
            made
            for rule, made in known
            if rule.effect is effect
            and subject in rule.subjects
            and action in rule.actions
            and resource in rule.resources
        )

    employee = (Rule.of(not_active, "employee"),) if subject == EMPLOYEE else ()
    nobody = Rule(NOT_PERMITTED, "permits", _citation(pack, NOT_PERMITTED), _nobody, _BEGINNING, _END, told=_NOBODY)
    return joined(
        Gate("employee", employee, (), ()),
        Gate("forbids", rules(Effect.FORBID), (), ()),
        Gate("permits", (), rules(Effect.PERMIT) or (_silent(pack),), (nobody,)),
    )


def _silent(pack: Pack) -> Rule:
    """Stands among the grounds where the pack has none, since a gate without grounds demands none."""
    return Rule("no_rule", "permits", _citation(pack, "no_rule"), lambda request, facts: SILENT, _BEGINNING, _END)


def _nobody(request: Request, facts: Facts) -> Vote:
    return _NOT_PERMITTED


def _rule(pack: Pack, rule: PackRule) -> Rule:
    name = f"{pack.space}:{rule.id}"
    return Rule(
        name, f"{rule.effect}s", _citation(pack, rule.id), _judge(pack, rule), _BEGINNING, _END, told=rule.because
    )


def _citation(pack: Pack, rule: str) -> Citation:
    return Citation(f"policy pack {pack.version}", rule, in_force_from=date.min)


def _judge(pack: Pack, rule: PackRule) -> Callable[[Request, Facts], Vote]:
    whole, cast = PackVersionRef(pack.space, pack.number), permit if rule.effect is Effect.PERMIT else forbid
    why, when = rule.because.text_en, rule.when
    needed = tuple(dict.fromkeys(attributes_in(when)))

    def judge(request: Request, facts: Facts) -> Vote:
        assert isinstance(facts, PackFacts)
        truth = when.judge(facts.scope)
        if truth is UNKNOWN:
            missing = [f"`{attribute}`" for attribute in needed if attribute not in facts.scope.values]
            return unknown(f"cannot be told: {', '.join(missing) or 'a role'} is missing or unreadable")
        return cast(why, whole, *facts.known) if truth else SILENT

    return judge
