"""Situations that are meant to be permitted, each by a rule of its own, in a county drawn by chance."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from authz.core.directory_facts import DirectoryEntry
from authz.core.directory_words import AttributeClass, EntryKind
from authz.core.facts import (
    ApplicationEntry,
    CareRelationship,
    CaseState,
    CatalogueTask,
    Colleague,
    Consent,
    Emergency,
    Facts,
    Ground,
    InformationPlace,
    LiftReason,
    Patient,
    Reader,
    ServiceRecipient,
)
from authz.core.request import (
    Action,
    Application,
    Citizen,
    DirectoryObject,
    Employee,
    Information,
    Message,
    OwnRecord,
    Request,
    Task,
)
from tests.authz.oracle import chance
from tests.authz.oracle.chance import ANNA, BERIT, ELSA, HEALTH, IN_USE, PLACES, SOCIAL
from vocabulary.assurance import AssuranceLevel
from vocabulary.codes import Activity, Purpose
from vocabulary.hsa_id import HsaId
from vocabulary.network_zone import NetworkZone
from vocabulary.right import Right, Scope

Asked = tuple[Request, Facts]


# How somebody asks


def _asks(rng: Random, resource: Any, action: Action, assignment: HsaId | None = IN_USE) -> Request:
    level, zone = rng.choice(
        (
            (AssuranceLevel.LOA3, NetworkZone.OPEN),
            (AssuranceLevel.LOA3, NetworkZone.SJUNET),
            (AssuranceLevel.LOA2, NetworkZone.SJUNET),
            (AssuranceLevel.LOA2, NetworkZone.LUMIORA),
        )
    )
    return Request(Employee(ANNA, assignment), action, resource, ELSA, level, zone)


def _at_work(rng: Random, unit: HsaId, held: tuple[Right, ...], *licences: str) -> Facts:
    """Anna at the unit, in whose care Elsa is."""
    now = chance.an_instant(rng)
    carried = frozenset(licences) if licences or rng.random() < 0.5 else frozenset({rng.choice(chance.LICENCES)})
    return Facts(
        now=now,
        reader=Reader(ANNA, None, carried),
        assignment=chance.an_assignment(rng, now, unit, held),
        care_relationships=(CareRelationship("r1", ELSA, ANNA, unit, chance.holding(rng, now)),),
        patient=Patient(ELSA, rng.random() < 0.2),
    )


def _about(rng: Random, facts: Facts, unit: HsaId, kind: str | None, task: str | None = None) -> tuple[Any, Facts]:
    """Information of the unit, and its place in the directory."""
    provider, capacity, _ = PLACES[unit]
    first, last = chance.days(rng, facts.now)
    information = Information(kind, unit, provider, first, last, task=task)
    return information, replace(facts, information=InformationPlace(unit, provider, capacity))


def _kind(rng: Random) -> str | None:
    return None if rng.random() < 0.1 else rng.choice(chance.KINDS)


_ACTIVITIES = {
    Action.READ: Activity.READ,
    Action.PRINT: Activity.READ,
    Action.WRITE: Activity.WRITE,
    Action.SIGN: Activity.SIGN,
}


# Situations that are meant to be permitted


def own_unit(rng: Random) -> Asked:
    unit, kind = rng.choice(chance.UNITS), _kind(rng)
    action = rng.choice((Action.READ, Action.PRINT, Action.WRITE, Action.WRITE, Action.SIGN))
    facts = _at_work(rng, unit, chance.rights(rng, _ACTIVITIES[action], kind, rng.choice((*Scope, unit))))
    information, facts = _about(rng, facts, unit, kind)
    information = replace(information, investigation=rng.random() < 0.1)
    return _asks(rng, information, action), facts


def same_provider(rng: Random) -> Asked:
    several = [unit for unit in chance.UNITS if chance.siblings(unit)]
    unit = rng.choice(several if rng.random() < 0.7 else chance.SOCIAL_UNITS[:2])
    written, kind = rng.choice(chance.siblings(unit)), _kind(rng)
    action = rng.choice((Action.READ, Action.READ, Action.PRINT, Action.WRITE, Action.SIGN))
    scope = rng.choice((Scope.OWN_PROVIDER, Scope.OWN_PROVIDER, written))
    facts = _at_work(rng, unit, chance.rights(rng, _ACTIVITIES[action], kind, scope))
    information, facts = _about(rng, facts, written, kind)
    return _asks(rng, information, action), facts


def other_purpose(rng: Random) -> Asked:
    unit = rng.choice(chance.HEALTH_UNITS)
    written, kind = rng.choice((unit, *chance.siblings(unit))), _kind(rng)
    facts = _at_work(rng, unit, chance.rights(rng, Activity.READ, kind, Scope.OWN_PROVIDER))
    purpose = rng.choice([purpose for purpose in Purpose if purpose is not Purpose.CARE])
    facts = replace(facts, assignment=replace(facts.assignment, purpose=purpose), care_relationships=())
    information, facts = _about(rng, facts, written, kind)
    return _asks(rng, information, rng.choice((Action.READ, Action.PRINT))), facts


def _across(rng: Random, units: tuple[HsaId, ...], capacities: tuple[Any, ...]) -> tuple[Any, Facts, HsaId]:
    unit, kind = rng.choice(units), _kind(rng)
    written = rng.choice([other for other in chance.foreign(unit) if PLACES[other][1] in capacities])
    held = chance.rights(rng, Activity.READ, kind, Scope.OTHER_PROVIDERS)
    if rng.random() < 0.3:
        held += tuple(Right(activity, "alla", Scope.OTHER_PROVIDERS) for activity in Activity)
    information, facts = _about(rng, _at_work(rng, unit, held), written, kind)
    return _asks(rng, information, rng.choice((Action.READ, Action.READ, Action.PRINT))), facts, unit


def across_with_ground(rng: Random) -> Asked:
    ground = rng.choice((Ground.CONSENT_3_1, Ground.CONSENT_3_1, Ground.CHILD_3_1, Ground.INCAPACITY_3_3))
    request, facts, unit = _across(rng, chance.HEALTH_UNITS, (HEALTH, SOCIAL))
    return request, _with_ground(rng, facts, unit, ground)


def social_care_across(rng: Random) -> Asked:
    grounds = (Ground.CONSENT_SOCIAL_3_2, Ground.CHILD_SOCIAL_3_2, Ground.INCAPACITY_SOCIAL_3_4)
    ground = rng.choice(grounds)
    from_health = ground is Ground.CONSENT_SOCIAL_3_2
    request, facts, unit = _across(rng, chance.SOCIAL_UNITS, (HEALTH, SOCIAL) if from_health else (SOCIAL,))
    gets = ServiceRecipient("s1", ELSA, PLACES[unit][0], chance.holding(rng, facts.now))
    return request, _with_ground(rng, replace(facts, service_recipients=(gets,)), unit, ground)


def _with_ground(rng: Random, facts: Facts, unit: HsaId, ground: Ground) -> Facts:
    ended = rng.choice((None, None, facts.now + chance.MOMENT))
    person = rng.choice((None, ANNA))
    consent = Consent("c1", ELSA, unit, person, ground, chance.holding(rng, facts.now), ended)
    child = ground in (Ground.CHILD_3_1, Ground.CHILD_SOCIAL_3_2) or rng.random() < 0.2
    return replace(facts, consents=(consent,), patient=Patient(ELSA, child))


def emergency_across(rng: Random) -> Asked:
    request, facts, unit = _across(rng, chance.HEALTH_UNITS, (HEALTH,))
    period = chance.holding(rng, facts.now)
    period = replace(period, end=period.end or facts.now + chance.HOUR)
    return request, replace(facts, emergencies=(Emergency("e1", ELSA, ANNA, unit, "medvetslös", period),))


def lifted_blocks(rng: Random) -> Asked:
    """One block or two on what another unit or provider wrote, each with a lift that opens it."""
    request, facts = rng.choice(
        (same_provider, same_provider, across_with_ground, across_with_ground, social_care_across)
    )(rng)
    unit, written = facts.assignment.unit, request.resource.unit
    within = PLACES[unit][0] == PLACES[written][0]
    for number in range(1, rng.choice((2, 2, 3))):
        block = replace(
            chance.a_block(rng, facts.now, written, f"b{number}"), patient=ELSA, period=chance.holding(rng, facts.now)
        )
        emergency = within and PLACES[unit][1] is HEALTH and rng.random() < 0.4
        reason = LiftReason.EMERGENCY if emergency else LiftReason.PATIENTS_CONSENT
        lift = replace(
            chance.a_lift(rng, facts.now, block.id, unit),
            id=f"l{number}", person=rng.choice((None, ANNA)), reason=reason, period=chance.open_lift(rng, facts.now),
        )  # fmt: skip
        facts = replace(facts, blocks=(*facts.blocks, block), lifts=(*facts.lifts, lift))
    return request, facts


def own_licence(rng: Random) -> Asked:
    task = rng.choice(chance.TASKS)
    facts = _at_work(rng, rng.choice(chance.HEALTH_UNITS), (), rng.choice(sorted(task.required_licences)))
    return _asks(rng, Task(task.code), Action.PERFORM), replace(facts, task=task)


def _delegated(rng: Random, unit: HsaId, task: CatalogueTask, facts: Facts) -> Facts:
    near = [unit, *(other for other in chance.siblings(unit) if PLACES[other][1] is HEALTH)]
    by = rng.choice(near) if rng.random() < 0.7 else rng.choice(chance.HEALTH_UNITS)
    delegation = replace(chance.a_delegation(rng, facts.now, task, unit, by), id="g1")
    reader = replace(facts.reader, licences=frozenset() if rng.random() < 0.8 else frozenset({"TL"}))
    return replace(facts, reader=reader, delegations=(delegation,), task=task)


def delegated_task(rng: Random) -> Asked:
    task, unit = rng.choice((chance.INSULIN, chance.WOUND, chance.LIFTING)), rng.choice(chance.HEALTH_UNITS)
    return _asks(rng, Task(task.code), Action.PERFORM), _delegated(rng, unit, task, _at_work(rng, unit, ()))


def sight_for_a_task(rng: Random) -> Asked:
    """By delegation or by a licence of one's own, at the own unit, its provider or another provider."""
    task = rng.choice((chance.INSULIN, chance.WOUND))
    request, facts = rng.choice((own_unit, own_unit, same_provider, across_with_ground))(rng)
    unit = facts.assignment.unit
    if PLACES[unit][1] is SOCIAL:
        return sight_for_a_task(rng)
    kind = rng.choice(sorted(task.gives_sight_of))
    reading = (Action.READ, Action.PRINT)
    action = request.action if request.action in reading or rng.random() < 0.1 else rng.choice(reading)
    resource = replace(request.resource, information_type=kind, task=task.code)
    held = tuple(Right(Activity.READ, "alla", scope) for scope in Scope)
    facts = replace(facts, assignment=replace(facts.assignment, rights=held), task=task)
    if rng.random() < 0.75:
        facts = _delegated(rng, unit, task, facts)
        if rng.random() < 0.7:
            facts = _sees_all(facts)
    else:
        facts = replace(facts, reader=replace(facts.reader, licences=task.required_licences))
    return replace(request, action=action, resource=resource), facts


def _sees_all(facts: Facts) -> Facts:
    held = tuple(Right(Activity.READ, "alla", scope) for scope in Scope)
    delegation = facts.delegations[0]
    work = tuple(replace(assignment, rights=held) for assignment in delegation.delegator.assignments)
    return replace(facts, delegations=(replace(delegation, delegator=replace(delegation.delegator, assignments=work)),))


def signed_delegation(rng: Random) -> Asked:
    task = rng.choice((chance.INSULIN, chance.WOUND, chance.LIFTING))
    held = tuple(Right(Activity.READ, kind, rng.choice(tuple(Scope))) for kind in sorted(task.gives_sight_of))
    unit, licence = rng.choice(chance.HEALTH_UNITS), rng.choice(sorted(task.required_licences))
    return _asks(rng, Task(task.code), Action.SIGN), replace(_at_work(rng, unit, held, licence), task=task)


def sent_message(rng: Random) -> Asked:
    if rng.random() < 0.6:
        unit = rng.choice(chance.WARDS)
        case = chance.a_case(rng, unit)
        ready = case.state is not CaseState.ADMITTED
        kind = rng.choice(
            ("inskrivning", "utskrivningsklar", "informationsoverforing", "utskrivning")[: 4 if ready else 1]
        )
    else:
        unit = rng.choice(chance.CENTRES)
        case = replace(chance.a_case(rng, rng.choice(chance.WARDS), unit), permanent_care_contact=ANNA)
        kind = "kallelse" if rng.random() < 0.5 or not case.plan_consent else "plan"
    facts = replace(_at_work(rng, unit, ()), discharge_cases=(replace(case, id="d1"),))
    return _asks(rng, Message(kind, rng.choice((None, "d1"))), Action.SEND), facts


def received_message(rng: Random) -> Asked:
    unit = rng.choice(chance.UNITS)
    case = replace(chance.a_case(rng, rng.choice(chance.WARDS), unit), id="d1")
    facts = replace(_at_work(rng, unit, ()), discharge_cases=(case,), care_relationships=())
    kind = rng.choice(("inskrivning", "utskrivningsklar", "kallelse", "plan"))
    return _asks(rng, Message(kind, rng.choice((None, "d1"))), rng.choice((Action.RECEIVE, Action.READ))), facts


def plan(rng: Random) -> Asked:
    """Written or signed, with or without an open discharge."""
    request, facts = own_unit(rng)
    resource = replace(request.resource, information_type="vpo")
    action = rng.choice((Action.WRITE, Action.SIGN))
    held = (Right(_ACTIVITIES[action], rng.choice(("vpo", "alla")), rng.choice(tuple(Scope))),)
    cases = (replace(chance.a_case(rng, rng.choice(chance.WARDS)), id="d1", plan_consent=True),)
    facts = replace(facts, assignment=replace(facts.assignment, rights=held))
    if rng.random() < 0.7:
        facts = replace(facts, discharge_cases=cases)
    return replace(request, action=action, resource=resource), facts


def own_record(rng: Random) -> Asked:
    unit = rng.choice(chance.UNITS)
    facts = _at_work(rng, unit, ())
    if rng.random() < 0.5:
        resource: Any = OwnRecord(rng.choice((None, unit)))
    else:
        resource, facts = _about(rng, facts, unit, _kind(rng))
    request = replace(_asks(rng, resource, Action.READ), subject=Citizen(ELSA))
    blocks = tuple(chance.a_block(rng, facts.now, unit) for _ in range(rng.choice((0, 1))))
    return request, replace(facts, reader=None, assignment=None, care_relationships=(), blocks=blocks)


def application(rng: Random) -> Asked:
    facts = _at_work(rng, rng.choice(chance.UNITS), ())
    if rng.random() < 0.5:
        facts = replace(facts, reader=replace(facts.reader, system_roles=frozenset({"svp;lasare", "npo;lasare"})))
        entry = ApplicationEntry("svp", frozenset({"svp;lasare"}))
    else:
        entry = ApplicationEntry("svp", frozenset({"svp;admin"}), frozenset({IN_USE}))
    request = replace(_asks(rng, Application("svp"), Action.USE), patient=None)
    return request, replace(facts, application=entry)


def colleagues_entry(rng: Random) -> Asked:
    person = rng.choice((BERIT, BERIT, ANNA))
    protected = person == ANNA and rng.random() < 0.5
    entry = DirectoryEntry(person, EntryKind.PERSON, chance.REGION, frozenset({chance.REGION}), protected=protected)
    classes = rng.choice((frozenset(), {AttributeClass.OPEN}, {AttributeClass.OPEN, AttributeClass.STAFF}))
    request = replace(_asks(rng, DirectoryObject(person, frozenset(classes)), Action.READ), patient=None)
    facts = _at_work(rng, rng.choice(chance.UNITS), ())
    return request, replace(facts, entry=entry, colleague=Colleague(person, protected))


SITUATIONS: dict[str, tuple[Callable[[Random], Asked], int]] = {
    "own unit": (own_unit, 8),
    "same provider": (same_provider, 10),
    "other purpose": (other_purpose, 6),
    "across, with a ground": (across_with_ground, 14),
    "across, in social care": (social_care_across, 12),
    "across, in an emergency": (emergency_across, 8),
    "blocks with lifts": (lifted_blocks, 16),
    "own licence": (own_licence, 5),
    "delegated task": (delegated_task, 20),
    "sight for a task": (sight_for_a_task, 18),
    "signed delegation": (signed_delegation, 5),
    "sent message": (sent_message, 7),
    "received message": (received_message, 4),
    "plan": (plan, 4),
    "own record": (own_record, 4),
    "application": (application, 4),
    "colleague's entry": (colleagues_entry, 4),
}
"""Each with its weight."""
