"""One thing changed in a question, so that it just still is permitted or just no longer.

Each change is about what the question's kind reads, or about a record that stands in it; some make no difference.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import Any

from authz.core.facts import (
    Delegator,
    Emergency,
    Facts,
)
from authz.core.request import (
    Action,
    Application,
    Citizen,
    DirectoryObject,
    Employee,
    Information,
    Message,
    Request,
    Task,
)
from authz.core.unknown import UNKNOWN
from tests.authz.oracle import chance
from tests.authz.oracle.chance import DAY, ELSA, HOUR, MOMENT, PLACES, TYRA
from tests.authz.oracle.spoiled import SPOILED, a_delegation, a_period, unit_near
from vocabulary.assurance import AssuranceLevel
from vocabulary.codes import Purpose
from vocabulary.hsa_id import HsaId
from vocabulary.network_zone import NetworkZone
from vocabulary.right import Scope

Asked = tuple[Request, Facts]


@dataclass(frozen=True, slots=True)
class Change:
    name: str
    of: Callable[[Random, Request, Facts], Asked]


REGISTERS = (
    "care_relationships", "responsibility_moves", "service_recipients", "consents", "blocks", "lifts", "emergencies",
    "delegations", "discharge_cases",
)  # fmt: skip
SINGLE = ("reader", "assignment", "information", "task", "patient", "colleague", "application", "entry")


def a_change(rng: Random, request: Request, facts: Facts) -> Change:
    """Mostly a record of a register that holds some, else what this kind of question reads."""
    drawn = rng.random()
    filled = [name for name in REGISTERS if getattr(facts, name) is not UNKNOWN and getattr(facts, name)]
    if drawn < 0.55 and "delegations" in filled and facts.task is not None:
        return _SPOIL["delegations"]  # They have the most conditions.
    if drawn < 0.36 and filled:
        return _SPOIL[rng.choice(filled)]
    if drawn < 0.42 and filled:
        return Change("one record less", _drop)
    if drawn < 0.48:
        return Change("unreadable", _unreadable)
    if drawn < 0.64:
        return rng.choice(WHO_ASKS)
    kind = type(request.resource)
    if kind is Information and isinstance(request.subject, Employee):
        return rng.choice(OF_INFORMATION)
    if kind is Task:
        return rng.choice(OF_TASKS)
    return rng.choice(_OF_OTHERS.get(kind, WHO_ASKS))


# Registers as a whole


def _unreadable(rng: Random, request: Request, facts: Facts) -> Asked:
    filled = [name for name in (*REGISTERS, *SINGLE) if getattr(facts, name) not in ((), None)]
    return request, replace(facts, **{rng.choice(filled if rng.random() < 0.6 else REGISTERS): UNKNOWN})


def _drop(rng: Random, request: Request, facts: Facts) -> Asked:
    filled = [name for name in REGISTERS if getattr(facts, name) is not UNKNOWN and getattr(facts, name)]
    if not filled:
        return request, facts
    name = rng.choice(filled)
    records = list(getattr(facts, name))
    del records[rng.randrange(len(records))]
    return request, replace(facts, **{name: tuple(records)})


def _spoiling(name: str, spoil: Callable[[Random, Facts, Any], Any]) -> Change:
    def one(rng: Random, request: Request, facts: Facts) -> Asked:
        records = list(getattr(facts, name))
        at = rng.randrange(len(records))
        records[at] = spoil(rng, facts, records[at])
        return request, replace(facts, **{name: tuple(records)})

    return Change(f"another of {name}", one)


_SPOIL = {name: _spoiling(name, spoil) for name, spoil in SPOILED.items()}


# Who asks


def _of_request(name: str, draw: Callable[[Random, Facts], Any]) -> Change:
    return Change(name, lambda rng, request, facts: (replace(request, **{name: draw(rng, facts)}), facts))


def _of_part(part: str, field: str, draw: Callable[[Random, Facts, Any], Any]) -> Change:
    """``field`` of one of the single facts, where it is known."""

    def changed(rng: Random, request: Request, facts: Facts) -> Asked:
        known = getattr(facts, part)
        if known is None or known is UNKNOWN:
            return request, facts
        return request, replace(facts, **{part: replace(known, **{field: draw(rng, facts, known)})})

    return Change(f"{part}.{field}", changed)


def _subject(rng: Random, request: Request, facts: Facts) -> Asked:
    if isinstance(request.subject, Citizen):
        return replace(request, subject=Citizen(rng.choice((ELSA, TYRA)))), facts
    stated = rng.choice((None, *chance.Capacity))
    if rng.random() < 0.2:
        return replace(request, subject=replace(request.subject, assignment=None)), replace(facts, assignment=None)
    return replace(request, subject=replace(request.subject, capacity=stated)), facts


def _works_elsewhere(rng: Random, request: Request, facts: Facts) -> Asked:
    """At another unit, with all that this changes, and the care relationship there as well or not."""
    work = facts.assignment
    if work is None or work is UNKNOWN:
        return request, facts
    unit = rng.choice(chance.UNITS)
    provider, capacity, care_type = PLACES[unit]
    moved = replace(
        facts, assignment=replace(work, unit=unit, provider=provider, capacity=capacity, care_type=care_type)
    )
    if facts.care_relationships is not UNKNOWN and rng.random() < 0.7:
        moved = replace(moved, care_relationships=tuple(replace(one, unit=unit) for one in facts.care_relationships))
    return request, moved


def _a_move(rng: Random, request: Request, facts: Facts) -> Asked:
    """Of the responsibility, from the reader's unit or from a delegator's, close to when something began."""
    units, instants = [unit_near(rng, facts)], [facts.now, facts.now]
    for delegation in () if facts.delegations is UNKNOWN else facts.delegations:
        instants.append(delegation.period.start or facts.now)
        if isinstance(delegation.delegator, Delegator) and delegation.delegator.assignments is not UNKNOWN:
            units += [work.unit for work in delegation.delegator.assignments]
    if facts.care_relationships is not UNKNOWN:
        instants += [relationship.period.start or facts.now for relationship in facts.care_relationships]
    at = rng.choice(instants) + rng.choice((timedelta(), timedelta(), MOMENT, -MOMENT, HOUR, -DAY))
    move = replace(chance.a_move(rng, facts.now, rng.choice(units)), patient=rng.choice((ELSA, ELSA, TYRA)), at=at)
    moves = () if facts.responsibility_moves is UNKNOWN else facts.responsibility_moves
    return request, replace(facts, responsibility_moves=(*moves, move))


def _spelled_otherwise(rng: Random, request: Request, facts: Facts) -> Asked:
    """HSA-ids are compared without case."""
    work = facts.assignment
    if work is None or work is UNKNOWN or work.unit is None or work.provider is None:
        return request, facts
    lower = replace(work, unit=HsaId.parse(work.unit.value.lower()), provider=HsaId.parse(work.provider.value.lower()))
    return request, replace(facts, assignment=lower)


def _no_login(rng: Random, request: Request, facts: Facts) -> Asked:
    return replace(request, assurance=rng.choice(tuple(AssuranceLevel)), zone=rng.choice(tuple(NetworkZone))), facts


def _nobody(rng: Random, request: Request, facts: Facts) -> Asked:
    name = rng.choice(("reader", "assignment"))
    return request, replace(facts, **{name: None})


def _licences(rng: Random, facts: Facts, reader: Any) -> Any:
    return UNKNOWN if rng.random() < 0.3 else frozenset(rng.sample((*chance.LICENCES, "TL"), rng.choice((0, 1, 2))))


def _restrictions(rng: Random, facts: Facts, reader: Any) -> Any:
    return UNKNOWN if rng.random() < 0.4 else frozenset({rng.choice(chance.TASKS).code})


def _purpose(rng: Random, facts: Facts, work: Any = None) -> Any:
    return rng.choice((*Purpose, Purpose.CARE, "Forskning", None))


WHO_ASKS = (
    Change("assurance and zone", _no_login),
    Change("subject", _subject),
    Change("works elsewhere", _works_elsewhere),
    Change("spelled in lower case", _spelled_otherwise),
    Change("a move of responsibility", _a_move),
    Change("a move of responsibility", _a_move),
    Change("a move of responsibility", _a_move),
    Change("no reader or assignment", _nobody),
    _of_part("reader", "active", lambda rng, facts, reader: False),
    _of_part("reader", "licences", _licences),
    _of_part("reader", "restrictions", _restrictions),
    _of_part("assignment", "period", lambda rng, facts, work: a_period(rng, facts)),
    _of_part("assignment", "purpose", _purpose),
    _of_part("assignment", "unit", lambda rng, facts, work: None),
    _of_part("assignment", "provider", lambda rng, facts, work: None),
    _of_part("assignment", "capacity", lambda rng, facts, work: None),
    _of_request("purpose", _purpose),
    _of_request("patient", lambda rng, facts: rng.choice((None, TYRA))),
    _of_request("action", lambda rng, facts: rng.choice(tuple(Action))),
)  # fmt: skip


# Information


def _of_information_field(field: str, draw: Callable[[Random, Request, Facts], Any]) -> Change:
    def changed(rng: Random, request: Request, facts: Facts) -> Asked:
        return replace(request, resource=replace(request.resource, **{field: draw(rng, request, facts)})), facts

    return Change(f"information.{field}", changed)


def _from_elsewhere(rng: Random, request: Request, facts: Facts) -> Asked:
    unit = rng.choice(chance.UNITS)
    provider, capacity, _ = PLACES[unit]
    place = facts.information
    if place is not None and place is not UNKNOWN:
        place = replace(place, unit=unit, unit_provider=provider, capacity=capacity)
    return replace(request, resource=replace(request.resource, unit=unit, provider=provider)), replace(
        facts, information=place
    )


def _of_days(rng: Random, request: Request, facts: Facts) -> Asked:
    first, last = chance.days(rng, facts.now)
    return replace(request, resource=replace(request.resource, first=first, last=last)), facts


def _one_more_block(rng: Random, request: Request, facts: Facts) -> Asked:
    written = request.resource.unit
    unit = written if written is not None and rng.random() < 0.8 else rng.choice(chance.UNITS)
    block = replace(
        chance.a_block(rng, facts.now, unit, rng.choice(("b0", "b3"))), patient=rng.choice((ELSA, ELSA, TYRA))
    )
    blocks = () if facts.blocks is UNKNOWN else facts.blocks
    return request, replace(facts, blocks=(*blocks, block))


def _blocked_and_lifted(rng: Random, request: Request, facts: Facts) -> Asked:
    request, facts = _one_more_block(rng, request, facts)
    lift = chance.a_lift(rng, facts.now, facts.blocks[-1].id, unit_near(rng, facts))
    lifts = () if facts.lifts is UNKNOWN else facts.lifts
    return request, replace(facts, lifts=(*lifts, lift))


def _one_more_consent(rng: Random, request: Request, facts: Facts) -> Asked:
    consents = () if facts.consents is UNKNOWN else facts.consents
    return request, replace(facts, consents=(*consents, chance.a_consent(rng, facts.now, unit_near(rng, facts))))


def _one_more_emergency(rng: Random, request: Request, facts: Facts) -> Asked:
    emergency: Emergency = chance.an_emergency(rng, facts.now, unit_near(rng, facts))
    emergencies = () if facts.emergencies is UNKNOWN else facts.emergencies
    return request, replace(facts, emergencies=(*emergencies, emergency))


def _one_more_case(rng: Random, request: Request, facts: Facts) -> Asked:
    cases = () if facts.discharge_cases is UNKNOWN else facts.discharge_cases
    return request, replace(facts, discharge_cases=(*cases, chance.a_case(rng, rng.choice(chance.WARDS))))


def _names_a_task(rng: Random, request: Request, facts: Facts) -> Asked:
    task = rng.choice((*chance.TASKS, None))
    code = "unheard_of" if task is None else task.code
    return replace(request, resource=replace(request.resource, task=code)), replace(facts, task=task)


def _child(rng: Random, facts: Facts, patient: Any) -> Any:
    return rng.choice((True, False, UNKNOWN))


def _scopes(rng: Random, facts: Facts, work: Any) -> Any:
    return tuple(
        replace(right, scope=rng.choice((*Scope, rng.choice(chance.UNITS)))) if rng.random() < 0.7 else right
        for right in work.rights
    )


OF_INFORMATION = (
    _of_information_field("information_type", lambda rng, request, facts: rng.choice((None, *chance.KINDS))),
    _of_information_field("unit", lambda rng, request, facts: None),
    _of_information_field("provider", lambda rng, request, facts: rng.choice((None, *chance.PROVIDERS))),
    _of_information_field("investigation", lambda rng, request, facts: True),
    Change("information from elsewhere", _from_elsewhere),
    Change("days of the information", _of_days),
    Change("one more block", _one_more_block),
    Change("one more block", _one_more_block),
    Change("one more block, lifted", _blocked_and_lifted),
    Change("one more block, lifted", _blocked_and_lifted),
    Change("one more consent", _one_more_consent),
    Change("one more emergency", _one_more_emergency),
    Change("one more case", _one_more_case),
    Change("in the name of a task", _names_a_task),
    _of_part("assignment", "rights", lambda rng, facts, work: tuple(chance.a_right(rng) for _ in range(2))),
    _of_part("assignment", "rights", lambda rng, facts, work: work.rights[1:]),
    _of_part("assignment", "rights", _scopes),
    _of_part("assignment", "rights", _scopes),
    _of_part("assignment", "purpose", lambda rng, facts, work: Purpose.QUALITY_ASSURANCE),
    _of_part("information", "capacity", lambda rng, facts, place: rng.choice((None, *chance.Capacity))),
    _of_part("information", "unit_provider", lambda rng, facts, place: rng.choice((None, *chance.PROVIDERS))),
    _of_part("patient", "child", _child),
    _of_part("patient", "key", lambda rng, facts, patient: TYRA),
    Change("no patient known", lambda rng, request, facts: (request, replace(facts, patient=None))),
    Change("no place known", lambda rng, request, facts: (request, replace(facts, information=None))),
    _of_request("action", lambda rng, facts: rng.choice((Action.READ, Action.PRINT, Action.WRITE, Action.SIGN))),
    _of_request("action", lambda rng, facts: rng.choice((Action.WRITE, Action.SIGN))),
)  # fmt: skip


# The others


def _another_task(rng: Random, request: Request, facts: Facts) -> Asked:
    task = rng.choice((*chance.TASKS, None))
    code = "unheard_of" if task is None else task.code
    return replace(request, resource=replace(request.resource, code=code)), replace(facts, task=task)


def _one_more_delegation(rng: Random, request: Request, facts: Facts) -> Asked:
    task = facts.task if facts.task is not None and facts.task is not UNKNOWN else rng.choice(chance.TASKS)
    given = chance.a_delegation(rng, facts.now, task, unit_near(rng, facts), rng.choice(chance.HEALTH_UNITS))
    delegations = () if facts.delegations is UNKNOWN else facts.delegations
    return request, replace(facts, delegations=(*delegations, a_delegation(rng, facts, given)))


OF_TASKS = (
    Change("a move of responsibility", _a_move),
    Change("a move of responsibility", _a_move),
    Change("another task", _another_task),
    Change("one more delegation", _one_more_delegation),
    Change("one more delegation", _one_more_delegation),
    _of_part("task", "delegable", lambda rng, facts, task: not task.delegable),
    _of_part("task", "required_licences", lambda rng, facts, task: frozenset(rng.choice(((), ("AT",), ("SJ", "LK"))))),
    _of_part("task", "gives_sight_of", lambda rng, facts, task: frozenset(rng.sample(chance.KINDS, 2))),
    _of_part("task", "signing_level", lambda rng, facts, task: AssuranceLevel.LOA3),
    _of_part("reader", "licences", _licences),
    _of_part("reader", "restrictions", _restrictions),
    _of_part("assignment", "rights", lambda rng, facts, work: work.rights[1:]),
    _of_request("action", lambda rng, facts: rng.choice((Action.PERFORM, Action.SIGN, Action.READ))),
)  # fmt: skip


def _message(rng: Random, request: Request, facts: Facts) -> Asked:
    kind = rng.choice((*facts.policy.messages, "okänd"))
    return replace(request, resource=Message(kind, rng.choice((None, "d1", "d2")))), facts


OF_MESSAGES = (
    Change("another message", _message),
    Change("another message", _message),
    Change("one more case", _one_more_case),
    _of_part("assignment", "care_type", lambda rng, facts, work: rng.choice((None, "01", "02", "03"))),
    _of_request("action", lambda rng, facts: rng.choice((Action.SEND, Action.RECEIVE, Action.READ, Action.WRITE))),
)  # fmt: skip

OF_APPLICATIONS = (
    _of_part("reader", "system_roles", lambda rng, facts, reader: frozenset({rng.choice(("svp;admin", "npo;lasare"))})),
    _of_part("application", "system_roles", lambda rng, facts, entry: frozenset()),
    _of_part("application", "assignments", lambda rng, facts, entry: frozenset({chance.ANOTHER})),
    _of_part("application", "client_id", lambda rng, facts, entry: "npo"),
    _of_part("assignment", "id", lambda rng, facts, work: chance.ANOTHER),
    Change("no such application", lambda rng, request, facts: (request, replace(facts, application=None))),
)  # fmt: skip


def _protected(rng: Random, request: Request, facts: Facts) -> Asked:
    if facts.entry in (None, UNKNOWN) or facts.colleague in (None, UNKNOWN):
        return request, facts
    return request, replace(
        facts, entry=replace(facts.entry, protected=True), colleague=replace(facts.colleague, protected=True)
    )


OF_ENTRIES = (
    Change("protected", _protected),
    Change("protected", _protected),
    _of_part("reader", "may_see_protected", lambda rng, facts, reader: True),
    Change("no such entry", lambda rng, request, facts: (request, replace(facts, entry=None, colleague=None))),
)  # fmt: skip

_OF_OTHERS = {Message: OF_MESSAGES, Application: OF_APPLICATIONS, DirectoryObject: OF_ENTRIES}
