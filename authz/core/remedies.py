"""What could help against a denial, one remedy a row: words for whoever asked, and the same question once it was done.

Boundary: nothing is done here. A remedy says how question and facts would be; whether that permits is for ``decide``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from authz.core import reasons
from authz.core.crossing import crosses, receives_services, registered
from authz.core.delegated import asked_task, given
from authz.core.directory_facts import AdminAssignmentInUse, Power
from authz.core.facts import (
    AssignmentInUse,
    CareRelationship,
    CaseState,
    CatalogueTask,
    Consent,
    Delegation,
    Delegator,
    Facts,
    Ground,
    Lift,
    LiftReason,
    Reader,
    ServiceRecipient,
)
from authz.core.reach import hides, opened
from authz.core.reasons import Reason
from authz.core.request import Action, DirectoryObject, Employee, Information, PatientKey, Request
from authz.core.unknown import UNKNOWN
from vocabulary.assurance import AssuranceLevel
from vocabulary.capacity import Capacity
from vocabulary.codes import EVERY_TYPE, Activity, Purpose
from vocabulary.duties import Duty
from vocabulary.hsa_id import HsaId
from vocabulary.period import ALWAYS, Period
from vocabulary.right import Right, Scope

_ACTIVITIES = {
    Action.READ: Activity.READ,
    Action.PRINT: Activity.READ,
    Action.WRITE: Activity.WRITE,
    Action.SIGN: Activity.SIGN,
}
_NEW = "to be registered"
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. ``told`` says with what, for machines: ids and codes, never a patient."""

    reason: Reason
    told: Mapping[str, str]


Done = tuple[Request, Facts, Mapping[str, str]]
"""The question and the facts as they would be, and what the step is told with."""

Remedy = tuple[Reason, Callable[[Request, Facts], Done | None]]
"""``None`` says that there is nothing of the kind to do here."""


def remedies_for(rule: str) -> tuple[Remedy, ...]:
    """Those that could lead past ``rule``, the likeliest first."""
    return _REMEDIES.get(rule, ())


def under(assignment: AssignmentInUse, request: Request, facts: Facts) -> Done | None:
    """The same question in another assignment of hers."""
    if not isinstance(request.subject, Employee):
        return None
    subject = replace(request.subject, assignment=assignment.id)
    return replace(request, subject=subject), replace(facts, assignment=assignment), {"assignment": assignment.id.value}


def unreadable(facts: Facts) -> bool:
    """Whether something could not be read, so that asking again may tell more."""
    if any(getattr(facts, each.name) is UNKNOWN for each in fields(facts)):
        return True
    if isinstance(facts.reader, Reader) and UNKNOWN in (facts.reader.licences, facts.reader.restrictions):
        return True
    given_to_her = facts.delegations if isinstance(facts.delegations, tuple) else ()
    return any(
        one.delegator is UNKNOWN or UNKNOWN in (one.delegator.licences, one.delegator.assignments)
        for one in given_to_her
    )


def _log_in(level: AssuranceLevel) -> Callable[[Request, Facts], Done | None]:
    def done(request: Request, facts: Facts) -> Done | None:
        if request.assurance >= level:
            return None
        return replace(request, assurance=level), facts, {"level": level.name.lower()}

    return done


def _ask_for_right(request: Request, facts: Facts) -> Done | None:
    assignment, wanted, action = facts.assignment, request.resource, request.action
    activity = _ACTIVITIES.get(action) if isinstance(action, Action) else None
    if not isinstance(assignment, AssignmentInUse) or not isinstance(wanted, Information) or activity is None:
        return None
    scope = Scope.OTHER_PROVIDERS
    if assignment.provider == wanted.provider:
        scope = Scope.OWN_UNIT if assignment.unit == wanted.unit else Scope.OWN_PROVIDER
    right = Right(activity, wanted.information_type or EVERY_TYPE, scope)
    held = replace(assignment, rights=(*assignment.rights, right))
    return request, replace(facts, assignment=held), {"assignment": assignment.id.value, "right": str(right)}


def _register_relationship(request: Request, facts: Facts) -> Done | None:
    assignment, reader, patient = facts.assignment, facts.reader, request.patient
    if not isinstance(assignment, AssignmentInUse) or assignment.unit is None or patient is None:
        return None
    if not isinstance(reader, Reader) or facts.care_relationships is UNKNOWN:
        return None
    made = CareRelationship(_NEW, patient, reader.id, assignment.unit, Period(facts.now, None))
    told = {"person": reader.id.value, "unit": assignment.unit.value}
    return request, replace(facts, care_relationships=(*facts.care_relationships, made)), told


def _ask_for_consent(request: Request, facts: Facts) -> Done | None:
    """A patient who is asked, and agrees, also lifts what she had blocked: that there is a block may not be told, so
    that this is one step whether there is one or not."""
    assignment, patient = crosses(request, facts), request.patient
    if assignment is None or assignment.unit is None or patient is None or facts.consents is UNKNOWN:
        return None
    social = assignment.capacity is Capacity.SOCIAL_CARE
    ground = Ground.CONSENT_SOCIAL_3_2 if social else Ground.CONSENT_3_1
    told = {"unit": assignment.unit.value, "ground": ground.value}
    lifted = _lifted(assignment.unit, request, facts)
    found = registered(ground, assignment, request, facts)
    if found is not None and lifted is facts:
        return None
    made = Consent(_NEW, patient, assignment.unit, None, ground, Period(facts.now, None))
    return request, replace(lifted, consents=(*facts.consents, made)), told


def _register_services(request: Request, facts: Facts) -> Done | None:
    assignment, patient = crosses(request, facts), request.patient
    if assignment is None or assignment.capacity is not Capacity.SOCIAL_CARE or assignment.provider is None:
        return None
    served, registered_ones = receives_services(assignment, request, facts), facts.service_recipients
    if served is not False or registered_ones is UNKNOWN or patient is None:
        return None
    made = ServiceRecipient(_NEW, patient, assignment.provider)
    told = {"provider": assignment.provider.value}
    return request, replace(facts, service_recipients=(*registered_ones, made)), told


def _ask_for_lift(request: Request, facts: Facts) -> Done | None:
    assignment = facts.assignment
    if not isinstance(assignment, AssignmentInUse) or assignment.unit is None:
        return None
    lifted = _lifted(assignment.unit, request, facts)
    return None if lifted is facts else (request, lifted, {"unit": assignment.unit.value})


def _lifted(unit: HsaId, request: Request, facts: Facts) -> Facts:
    """With every block lifted that hides this from the unit; the same facts when there is none."""
    if facts.blocks is UNKNOWN or facts.lifts is UNKNOWN:
        return facts
    hiding = [one for one in facts.blocks if hides(one, request, facts) and opened(one, facts) is None]
    period = Period(facts.now, facts.now + _A_DAY)
    made = tuple(Lift(_NEW, one.id, unit, None, LiftReason.PATIENTS_CONSENT, period) for one in hiding)
    return replace(facts, lifts=(*facts.lifts, *made)) if made else facts


def _ask_for_delegation(request: Request, facts: Facts) -> Done | None:
    task, assignment, reader = asked_task(request, facts), facts.assignment, facts.reader
    if not isinstance(task, CatalogueTask) or not isinstance(assignment, AssignmentInUse) or assignment.unit is None:
        return None
    if not isinstance(reader, Reader) or request.action is Action.SIGN or facts.delegations is UNKNOWN:
        return None
    made = Delegation(
        _NEW,
        _a_colleague(task, assignment, reader),
        reader.id,
        task.code,
        frozenset[PatientKey](),
        frozenset({assignment.unit}),
        Period(facts.now, facts.now + _A_DAY),
        accepted=True,
        receiving_member_agreed=True,
    )
    told = {"task": task.code, "unit": assignment.unit.value}
    return request, replace(facts, delegations=(*facts.delegations, made)), told


def _a_colleague(task: CatalogueTask, assignment: AssignmentInUse, reader: Reader) -> Delegator:
    """Whoever has licence and rights for the task at the same provider."""
    rights = tuple(Right(Activity.READ, EVERY_TYPE, scope) for scope in (Scope.OWN_PROVIDER, Scope.OTHER_PROVIDERS))
    held = AssignmentInUse(
        assignment.id, None, assignment.provider, Capacity.HEALTH_CARE, Purpose.CARE.value, rights, ALWAYS
    )
    return Delegator(reader.id, reader.member, task.required_licences, frozenset(), (held,))


def _accept_delegation(request: Request, facts: Facts) -> Done | None:
    return _with_delegation(
        request, facts, lambda one: None if one.accepted or one.vetoed else replace(one, accepted=True)
    )


def _await_agreement(request: Request, facts: Facts) -> Done | None:
    def agreed(one: Delegation) -> Delegation | None:
        waits = one.accepted and not one.vetoed and not one.receiving_member_agreed
        return replace(one, receiving_member_agreed=True) if waits else None

    return _with_delegation(request, facts, agreed)


def _with_delegation(request: Request, facts: Facts, changed: Callable[[Delegation], Delegation | None]) -> Done | None:
    """With the first delegation of the task changed that can be."""
    for one in given(request, facts):
        after = changed(one)
        if after is not None and isinstance(facts.delegations, tuple):
            every = tuple(after if kept is one else kept for kept in facts.delegations)
            return request, replace(facts, delegations=every), {"delegation": one.id}
    return None


def _with_cases(**changes: Any) -> Callable[[Request, Facts], Done | None]:
    def done(request: Request, facts: Facts) -> Done | None:
        if facts.discharge_cases is UNKNOWN:
            return None
        hers = tuple(
            replace(case, **changes) if case.patient == request.patient and case.state is not CaseState.CLOSED else case
            for case in facts.discharge_cases
        )
        return None if hers == facts.discharge_cases else (request, replace(facts, discharge_cases=hers), {})

    return done


def _ask_administrator(request: Request, facts: Facts) -> Done | None:
    """Somebody else, who may do everything everywhere."""
    reader, wanted, subject = facts.reader, request.resource, request.subject
    if not isinstance(reader, Reader) or not isinstance(wanted, DirectoryObject) or not isinstance(subject, Employee):
        return None
    somebody = HsaId.parse(f"{reader.id.prefix}-X")
    held = (AdminAssignmentInUse(somebody, Power(None, frozenset(Duty)), ALWAYS),)
    entries = {
        name: replace(entry, own=())
        for name in ("entry", "entry_after")
        if (entry := getattr(facts, name)) is not None and entry is not UNKNOWN
    }
    asked = replace(request, subject=Employee(somebody, subject.assignment))
    other = Reader(somebody, reader.member)
    known = None if facts.powers is None else held
    return (
        asked,
        replace(facts, reader=other, admin_assignments=held, powers=known, powers_after=known, **entries),
        {},
    )


_HIGHER: Remedy = (reasons.LOG_IN_HIGHER, _log_in(AssuranceLevel.LOA3))
_CONSENT: tuple[Remedy, ...] = (
    (reasons.ASK_CONSENT, _ask_for_consent),
    (reasons.REGISTER_SERVICES, _register_services),
)
_LIFT: tuple[Remedy, ...] = ((reasons.ASK_LIFT, _ask_for_lift),)
_ANOTHER_DELEGATION: Remedy = (reasons.ASK_DELEGATION, _ask_for_delegation)
_ADMINISTRATOR: tuple[Remedy, ...] = ((reasons.ASK_ADMINISTRATOR, _ask_administrator),)

_REMEDIES: Mapping[str, tuple[Remedy, ...]] = MappingProxyType(
    {
        "assurance_too_low": (_HIGHER,),
        "signature_too_weak": (_HIGHER,),
        "right_missing": ((reasons.ASK_FOR_RIGHT, _ask_for_right), *_ADMINISTRATOR),
        "no_care_relationship": ((reasons.REGISTER_RELATIONSHIP, _register_relationship),),
        "no_ground_across_providers": _CONSENT,
        "emergency_not_in_social_care": _CONSENT,
        "social_child_or_incapacity_only_social_data": _CONSENT,
        "inner_block": _LIFT,
        "outer_block": _LIFT,
        "delegation_not_accepted": (
            (reasons.ACCEPT_DELEGATION, _accept_delegation),
            (reasons.AWAIT_AGREEMENT, _await_agreement),
            _ANOTHER_DELEGATION,
        ),
        "delegation_not_current": (_ANOTHER_DELEGATION,),
        "delegation_wrong_patient": (_ANOTHER_DELEGATION,),
        "delegation_lapsed": (_ANOTHER_DELEGATION,),
        "no_redelegation": (_ANOTHER_DELEGATION,),
        "delegator_not_competent": (_ANOTHER_DELEGATION,),
        "wider_than_delegator": (_ANOTHER_DELEGATION,),
        "plan_needs_consent": ((reasons.ASK_PLAN_CONSENT, _with_cases(plan_consent=True)),),
        "not_ready": ((reasons.WAIT_FOR_DOCTOR, _with_cases(state=CaseState.READY)),),
        "two_factors_to_administer": ((reasons.LOG_IN_WITH_TWO, _log_in(AssuranceLevel.LOA2)),),
        "outside_area": _ADMINISTRATOR,
        "beyond_duty": _ADMINISTRATOR,
        "own_power": _ADMINISTRATOR,
        "hands_out_more": _ADMINISTRATOR,
        "stronger_administrator": _ADMINISTRATOR,
        "kept_by_the_region": _ADMINISTRATOR,
        "provider_of_unit": _ADMINISTRATOR,
        "holder_of_another_member": _ADMINISTRATOR,
    }
)

RULES_WITH_REMEDIES = frozenset(_REMEDIES)
"""Every other denial is final, unless another assignment helps."""
