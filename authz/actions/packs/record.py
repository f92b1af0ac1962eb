"""The audit record of a decision by a policy pack: as one by the law, with what the application's rules saw.

Personal numbers have no place in it: what looks like one, wherever an application put it, is masked.
"""

import json
from typing import Any

from authz.actions.records import FactTexts, findings_text, masked
from authz.core.decision import Decision
from authz.core.packs.deciding import PackFacts, PackPolicy
from authz.core.packs.pack import Asked
from authz.core.packs.scope import Attribute, Part, Scope, Value
from authz.core.request import Employee
from authz.core.unknown import UNKNOWN

_LONGEST_ID = 300
_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def own_record(
    *,
    decision_id: str,
    at: str,
    asked_by: str,
    token_client: str | None,
    decision: Decision,
    asked: Asked,
    facts_revision: str,
    texts: FactTexts,
) -> bytes:
    """``at`` is RFC 3339 in UTC. With the document of the pack's version it is enough to judge the question again."""
    request, facts = decision.request, decision.facts
    assert isinstance(facts, PackFacts)
    employee = request.subject if isinstance(request.subject, Employee) else None
    in_use = facts.assignment if facts.assignment is not UNKNOWN else None
    told = {
        "kind": "decision",
        "decision_id": decision_id,
        "at": at,
        "permit": decision.permit,
        "rule": decision.rule,
        "system": asked_by,
        "token_client": token_client,
        "person": None if employee is None else employee.person.value,
        "assignment": None if employee is None or employee.assignment is None else employee.assignment.value,
        "unit": None if in_use is None or in_use.unit is None else in_use.unit.value,
        "provider": None if in_use is None or in_use.provider is None else in_use.provider.value,
        "patient": None,
        "subject": {"type": asked.subject_type, "id": masked(asked.subject_id[:_LONGEST_ID])},
        "activity": asked.action,
        "resource": {"type": asked.resource_type, "id": masked(asked.resource_id[:_LONGEST_ID])},
        "assurance": int(request.assurance),
        "zone": str(request.zone),
        "obligations": [str(word) for word in decision.obligations],
        "policy": decision.policy_version,
        "facts_revision": facts_revision,
        "own": _own(facts.scope, _declared(facts, asked)),
    }
    findings = f'"findings":[{findings_text(decision, texts)}],"facts":{texts.all_of(facts)}'
    return f"{_encode(told)[:-1]},{findings}}}".encode()


def _declared(facts: PackFacts, asked: Asked) -> set[Attribute]:
    """Every attribute that the rules could have seen."""
    policy = facts.policy
    assert isinstance(policy, PackPolicy)
    pack = policy.pack
    types = {
        Part.SUBJECT: pack.subjects[asked.subject_type].attributes,
        Part.RESOURCE: pack.resources[asked.resource_type].attributes,
        Part.CONTEXT: pack.context,
    }
    return {Attribute(part, name) for part, names in types.items() for name in names}


def _own(scope: Scope, declared: set[Attribute]) -> dict[str, Any]:
    """All that the rules saw, each attribute by its name."""
    return {
        "unreadable": sorted(map(str, declared - scope.values.keys() - scope.absent)),
        "values": {str(attribute): _safe(value) for attribute, value in sorted(scope.values.items())},
        "absent": sorted(map(str, scope.absent)),
        "roles": sorted(scope.roles),
        "doubtful_roles": sorted(scope.doubtful_roles),
    }


def _safe(value: Value) -> Any:
    if isinstance(value, frozenset):
        return [masked(text) for text in sorted(value)]
    if isinstance(value, str):
        return masked(value)
    return value if isinstance(value, bool) or masked(str(value)) == str(value) else masked(str(value))
