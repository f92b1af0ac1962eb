"""Sight across care providers: what every ground of Lag 2022:913 3 kap. has in common.

Boundary: which ground opens what is each rule's own matter.
"""

from authz.core.facts import AssignmentInUse, Consent, Facts, Ground
from authz.core.request import Action, Information, Request
from authz.core.unknown import UNKNOWN, Unknown
from vocabulary.codes import Purpose

_CARE = Purpose.CARE.value
_DIRECT_ACCESS = (Action.READ, Action.PRINT)


def crosses(request: Request, facts: Facts) -> AssignmentInUse | None:
    """The assignment, when this is reading for care across providers; else ``None``.

    Direct access is reading (2 kap. 1 §): nobody writes or signs in another provider's record. Other purposes than
    care are not served across providers at all.
    """
    assignment, information = facts.assignment, request.resource
    if not isinstance(assignment, AssignmentInUse) or not isinstance(information, Information):
        return None
    own, written = assignment.provider, information.provider
    if own is None or written is None or own.key == written.key or assignment.purpose != _CARE:
        return None
    return assignment if request.action in _DIRECT_ACCESS else None


def registered(ground: Ground, assignment: AssignmentInUse, request: Request, facts: Facts) -> Consent | Unknown | None:
    """The current registration of ``ground`` for the patient and the reader's unit, or for the reader in person."""
    if facts.consents is UNKNOWN:
        return UNKNOWN
    reader = facts.reader
    if reader is None or reader is UNKNOWN or assignment.unit is None:
        return None
    unit, patient = assignment.unit.key, request.patient
    for consent in facts.consents:
        if consent.ground is not ground or consent.annulled or consent.patient != patient:
            continue
        if consent.unit.key != unit or (consent.person is not None and consent.person != reader.id):
            continue
        if consent.ended_at is not None and consent.ended_at <= facts.now:
            continue
        if consent.period.contains(facts.now):
            return consent
    return None


def receives_services(assignment: AssignmentInUse, request: Request, facts: Facts) -> bool | Unknown:
    """True when the patient gets, or is assessed for, services of the reader's social care provider (3 kap. 2 §)."""
    if facts.service_recipients is UNKNOWN:
        return UNKNOWN
    return any(
        recipient.patient == request.patient
        and recipient.provider == assignment.provider
        and recipient.period.contains(facts.now)
        for recipient in facts.service_recipients
    )


def is_child(request: Request, facts: Facts) -> bool | Unknown:
    """True when the patient is a child that cannot consent; unless somebody says so, nobody is."""
    patient = facts.patient
    if patient is UNKNOWN:
        return UNKNOWN
    if patient is None or patient.key != request.patient:
        return False
    return patient.child
