"""One question about an application's own things, from what was asked and what the house tells, to its answer."""

from dataclasses import dataclass, replace
from datetime import datetime

from authz.core.decision import Decision
from authz.core.facts import AssignmentInUse, Reader
from authz.core.packs.deciding import PackFacts, PackPolicy, decide_own, scope_of
from authz.core.packs.pack import EMPLOYEE, Asked, Pack
from authz.core.packs.scope import is_plain
from authz.core.request import Employee, OwnResource, OwnSubject, Request
from authz.core.unknown import UNKNOWN, Unknown
from vocabulary.assurance import AssuranceLevel
from vocabulary.hsa_id import HsaId
from vocabulary.network_zone import NetworkZone


@dataclass(frozen=True, slots=True)
class Told:
    """What the house tells of whoever asks. ``person``, ``reader`` and ``assignment`` are an employee's."""

    now: datetime
    zone: NetworkZone = NetworkZone.OPEN
    level: AssuranceLevel = AssuranceLevel.NONE
    person: HsaId | None = None
    reader: Reader | Unknown | None = None
    assignment: AssignmentInUse | Unknown | None = None


def fault_of(pack: Pack, asked: Asked) -> str | None:
    """Why the pack has no rules for the question (a code of ``authz.actions.denials``), or ``None``."""
    resource = pack.resources.get(asked.resource_type)
    if resource is None:
        return "unknown_resource"
    if asked.subject_type not in pack.subjects:
        return "unknown_subject"
    if asked.action not in resource.actions:
        return "unknown_action"
    # Ids that only look alike would be two, and a rule about one of them would miss the other.
    return None if is_plain(asked.subject_id) and is_plain(asked.resource_id) else "incomplete_question"


def decide_asked(policy: PackPolicy, asked: Asked, told: Told) -> Decision:
    """The answer by the pack's rules, to a question in which ``fault_of`` found none. Never permits on doubt."""
    reader, held = told.reader, told.assignment
    if told.person is not None:
        asked = replace(asked, subject_id=told.person.key)  # However it was spelled, it is one person.
    in_use = held if isinstance(held, AssignmentInUse) and held.period.contains(told.now) else None
    scope, known = scope_of(
        policy.pack,
        asked,
        reader=reader if isinstance(reader, Reader) else None,
        assignment=in_use,
        level=told.level,
        zone=told.zone,
        readable=reader is not UNKNOWN and held is not UNKNOWN,
    )
    subject: Employee | OwnSubject
    if asked.subject_type == EMPLOYEE:
        assert told.person is not None
        subject = Employee(told.person, held.id if isinstance(held, AssignmentInUse) else None)
    else:
        subject = OwnSubject(asked.subject_type, asked.subject_id)
    resource = OwnResource(asked.resource_type, asked.resource_id)
    request = Request(subject, asked.action, resource, None, told.level, told.zone)
    facts = PackFacts(now=told.now, reader=reader, assignment=held, policy=policy, scope=scope, known=known)
    return decide_own(request, facts)
