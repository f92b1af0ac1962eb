"""The order of a decision: which rules are asked, gate by gate, for each kind of question.  (one screen, to be audited)

A gate's *restrictions* can each forbid. Its *grounds* are asked in turn until one permits, so that a ground that is not
needed is not used; when none does, the first of *otherwise* that forbids names the reason.
"""

from collections.abc import Callable
from types import ModuleType
from typing import NamedTuple

from authz.core.directory_words import SEEN_BY_STAFF
from authz.core.facts import Facts
from authz.core.request import Action, Application, Citizen, DirectoryObject, Information, Message, Request, Task
from authz.core.rule import Rule
from authz.core.rules import (
    administers,
    application_named,
    assigns_people,
    assurance_too_low,
    beyond_duty,
    child,
    concerned_unit,
    consent,
    creates_assignments,
    delegated_task,
    delegation_lapsed,
    delegation_not_accepted,
    delegation_not_current,
    delegation_wrong_patient,
    delegator_not_competent,
    directory_entry,
    emergency,
    emergency_not_in_social_care,
    hands_out_more,
    holder_of_another_member,
    incapacity,
    inner_block,
    investigation_data,
    keeps_licences,
    kept_by_the_region,
    licence_restricted,
    lifted_block,
    no_care_relationship,
    no_current_assignment,
    no_ground_across_providers,
    no_redelegation,
    not_active,
    not_concerned,
    not_hers_to_know,
    not_ready,
    origin_known,
    other_purpose,
    outer_block,
    outside_area,
    own_licence,
    own_power,
    own_record_permitted,
    own_record_read_only,
    own_unit,
    plan_needs_consent,
    protected_person,
    provider_of_unit,
    purpose_not_allowed,
    reads_as_administrator,
    right_missing,
    same_provider,
    sender_allowed,
    signature_too_weak,
    social_child_or_incapacity_only_social_data,
    stronger_administrator,
    task_not_delegable,
    two_factors_to_administer,
    wider_than_delegator,
    wrong_capacity,
    wrong_sender,
)
from authz.core.vote import SILENT, Vote

# How specific a permit is: the heaviest names the decision.
_LICENCE, _GROUND, _LIFT, _DELEGATION = 0, 1, 2, 3
_WEIGHTS = {own_licence: _LICENCE, lifted_block: _LIFT, delegated_task: _DELEGATION}


class Gate(NamedTuple):
    """One step of the order.

    ``judges`` and ``silence`` are what the restrictions ask and what they answer when none has anything to say.
    """

    name: str
    restrictions: tuple[Rule, ...]
    grounds: tuple[Rule, ...]
    otherwise: tuple[Rule, ...]
    judges: tuple[Callable[[Request, Facts], Vote], ...] = ()
    silence: list[Vote] = []  # noqa: RUF012 – compared with, never changed.


def _gate(
    name: str,
    *restrictions: ModuleType,
    grounds: tuple[ModuleType, ...] = (),
    otherwise: tuple[ModuleType, ...] = (),
) -> Gate:
    def rules(modules: tuple[ModuleType, ...]) -> tuple[Rule, ...]:
        return tuple(Rule.of(module, name, _WEIGHTS.get(module, _GROUND)) for module in modules)

    return Gate(name, rules(restrictions), rules(grounds), rules(otherwise))


def joined(*gates: Gate) -> tuple[Gate, ...]:
    """The same order with neighbouring gates of mere restrictions made one, which is quicker to walk."""
    joined: list[Gate] = []
    for gate in gates:
        before = joined[-1] if joined else None
        if before is None or before.grounds:
            joined.append(gate)
        else:
            joined[-1] = gate._replace(restrictions=before.restrictions + gate.restrictions)
    return tuple(
        gate._replace(judges=tuple(rule.judge for rule in gate.restrictions), silence=[SILENT] * len(gate.restrictions))
        for gate in joined
    )


_ASSURANCE = _gate("assurance", assurance_too_low)
_ASSIGNMENT = _gate("assignment", no_current_assignment)
_CAPACITY = _gate("capacity", wrong_capacity)
_PURPOSE = _gate("purpose", purpose_not_allowed)
_ORIGIN = _gate("origin", origin_known)
_RIGHT = _gate("right", right_missing, investigation_data)
_RELATIONSHIP = _gate("relationship", no_care_relationship)
_GROUND_GATE = _gate(
    "ground",
    grounds=(own_unit, same_provider, other_purpose, consent, child, incapacity, emergency),
    otherwise=(social_child_or_incapacity_only_social_data, emergency_not_in_social_care, no_ground_across_providers),
)
_BLOCK = _gate("block", inner_block, outer_block, lifted_block)
_COMPETENCE = _gate(
    "competence",
    licence_restricted,
    grounds=(own_licence, delegated_task),
    otherwise=(
        task_not_delegable,
        delegation_not_accepted,
        delegation_not_current,
        delegation_wrong_patient,
        no_redelegation,
        delegation_lapsed,
        delegator_not_competent,
        wider_than_delegator,
        right_missing,
    ),
)
_SIGNING = _gate(
    "signing",
    signature_too_weak,
    licence_restricted,
    task_not_delegable,
    no_redelegation,
    delegator_not_competent,
    grounds=(own_licence,),
    otherwise=(delegator_not_competent, right_missing),
)
_PLAN = _gate("plan", plan_needs_consent)
_SENDING = _gate("sending", grounds=(sender_allowed,), otherwise=(wrong_sender,))
_READINESS = _gate("readiness", not_ready)
_RECEIVING = _gate("receiving", grounds=(concerned_unit,), otherwise=(not_concerned,))
_OWN_RECORD = _gate(
    "own record", own_record_read_only, grounds=(own_record_permitted,), otherwise=(no_care_relationship,)
)
_KNOWN = _gate("known", protected_person, not_hers_to_know)
_ENTRY = _gate("entry", grounds=(directory_entry,), otherwise=(right_missing,))
_ADMINISTRATOR = _gate("administrator", two_factors_to_administer, not_active)
_DUTY = _gate(
    "duty",
    grounds=(administers, creates_assignments, assigns_people, keeps_licences, reads_as_administrator),
    otherwise=(outside_area, beyond_duty, right_missing),
)
_LIMITS = _gate(
    "limits",
    beyond_duty,
    own_power,
    hands_out_more,
    stronger_administrator,
    kept_by_the_region,
    provider_of_unit,
    holder_of_another_member,
)
_APPLICATION = _gate("application", grounds=(application_named,), otherwise=(right_missing,))
_NOTHING = _gate("unoffered", right_missing)

_WHO = (_ASSURANCE, _ASSIGNMENT, _CAPACITY)
_READING = (*_WHO, _PURPOSE, _ORIGIN, _RIGHT, _RELATIONSHIP, _GROUND_GATE, _BLOCK)

INFORMATION = joined(*_READING, _PLAN)
INFORMATION_FOR_A_TASK = joined(*_READING, _COMPETENCE, _PLAN)
PERFORMING = joined(*_WHO, _PURPOSE, _RELATIONSHIP, _COMPETENCE)
SIGNING_A_DELEGATION = joined(*_WHO, _PURPOSE, _RELATIONSHIP, _SIGNING)
SENDING = joined(*_WHO, _PURPOSE, _RELATIONSHIP, _SENDING, _READINESS, _PLAN)
RECEIVING = joined(*_WHO, _PURPOSE, _RECEIVING)
OWN_RECORD = joined(_ASSURANCE, _OWN_RECORD)
DIRECTORY = joined(*_WHO, _PURPOSE, _KNOWN, _ENTRY)
ADMINISTRATION = joined(_ADMINISTRATOR, _KNOWN, _DUTY, _LIMITS)
APPLICATION = joined(*_WHO, _PURPOSE, _APPLICATION)
UNOFFERED = joined(*_WHO, _NOTHING)

EVERY_ORDER = (
    INFORMATION, INFORMATION_FOR_A_TASK, PERFORMING, SIGNING_A_DELEGATION, SENDING, RECEIVING, OWN_RECORD, DIRECTORY,
    ADMINISTRATION, APPLICATION, UNOFFERED,
)  # fmt: skip


def order_for(request: Request) -> tuple[Gate, ...]:
    """The gates that this kind of question passes. A combination that nobody offers ends in a denial."""
    resource, action = request.resource, request.action
    if isinstance(request.subject, Citizen):
        return OWN_RECORD
    if isinstance(resource, Information):
        return INFORMATION if resource.task is None else INFORMATION_FOR_A_TASK
    if isinstance(resource, Task):
        return _TASKS.get(action, UNOFFERED)
    if isinstance(resource, Message):
        return SENDING if action is _SEND else RECEIVING
    if isinstance(resource, DirectoryObject):
        return DIRECTORY if action is _READ and resource.classes <= SEEN_BY_STAFF else ADMINISTRATION
    if isinstance(resource, Application):
        return APPLICATION
    return UNOFFERED


_SEND, _READ = Action.SEND, Action.READ
_TASKS: dict[str, tuple[Gate, ...]] = {Action.PERFORM: PERFORMING, Action.SIGN: SIGNING_A_DELEGATION}
