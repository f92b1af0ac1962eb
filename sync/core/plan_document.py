"""A plan as a JSON document: what is kept with a run, answered over HTTP and shown on the command line.

INVARIANT (no numbers): nothing of a personal number, neither digits nor hash, stands in the document. Of a protected
person it tells her anchor and HSA-id, and never her name or what her fields hold.
"""

from typing import Any

from sync.core.brake import brakes
from sync.core.plan import Plan
from sync.core.steps import KINDS, Assign, Change, Join, Leave, Return, Step, Unassign
from vocabulary.period import Period

Document = dict[str, Any]
PROTECTED = "(protected)"


def document_of(plan: Plan) -> Document:
    return {
        "source": plan.source,
        "revision": plan.revision,
        "digest": plan.digest,
        "counts": dict(plan.counts),
        "leavers": len(plan.leavers),
        "brakes": [{"code": brake.code, "message": brake.message} for brake in brakes(plan)],
        "steps": [step_document(step) for step in plan.steps],
        "faults": [
            {"line": f.line, "column": f.column, "code": f.code, "message": f.message, "remedy": f.remedy}
            for f in plan.faults
        ],
        "notes": [
            {"code": note.code, "message": note.message, "count": note.count, "lines": list(note.lines)}
            for note in plan.notes
        ],
    }


def step_document(step: Step) -> Document:
    shown = not (not isinstance(step, Join) and step.protected)
    document: Document = {
        "kind": KINDS[type(step)],
        "line": step.line,
        "anchor": step.anchor,
        "hsa_id": None if isinstance(step, Join) or step.hsa_id is None else str(step.hsa_id),
        "name": step.profile.name if shown else PROTECTED,
    }
    match step:
        case Join() | Return():
            document["period"] = _period(step.period)
        case Change():
            document["changes"] = [
                {"field": c.field, "from": c.before if shown else None, "to": c.after if shown else None}
                for c in step.changes
            ]
        case Assign():
            document["assignment"] = {"hsa_id": str(step.assignment), "name": step.assignment_name}
            document["period"] = _period(step.period)
            if step.before is not None:
                document["before"] = _period(step.before)
        case Unassign():
            document["assignment"] = {"hsa_id": str(step.assignment), "name": step.assignment_name}
        case Leave():
            document["memberships"] = [str(assignment) for assignment in step.memberships]
    return document


def _period(period: Period) -> Document:
    return {
        "start": None if period.start is None else period.start.isoformat(),
        "end": None if period.end is None else period.end.isoformat(),
    }
