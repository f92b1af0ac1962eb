"""Planned changes and previews as lines that a person can read. Dates are told in Stockholm's time, CET or CEST."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from hub.cli.difference_text import difference_lines, differences_of
from vocabulary.stockholm import ZONE

_VERBS: dict[str, str] = {
    "made": "new",
    "merged": "merged",
    "ended": "ends",
    "moved": "moves",
    "care_provider_changed": "other provider",
    "changed": "changes",
    "names_what_ends": "left behind",
}
_MOST = 20


def row_of(plan: dict[str, Any]) -> str:
    """One line of a list."""
    steps = ", ".join(_step(step) for step in plan["steps"][:3])
    more = f" and {len(plan['steps']) - 3} more" if len(plan["steps"]) > 3 else ""
    trouble = plan.get("obstacle") or plan.get("why")
    said = f"  ({trouble})" if trouble else ""
    return f"{plan['id']:>5}  {_when(plan['due'])}  {plan['state']:<9}  {steps}{more}{said}"


def plan_lines(plan: dict[str, Any]) -> Iterator[str]:
    head = "Only tried" if plan["id"] is None else f"Planned change {plan['id']}: {plan['state']}"
    yield f"{head}, {_when(plan['due'])}, {plan['reason']} ({plan['planned_by']})"
    for step in plan["steps"][:_MOST]:
        yield f"  {_step(step)}"
    yield from _more(len(plan["steps"]))
    for name, said in (("revision", "stands in the journal as revision"), ("why", "because"), ("remedy", "so")):
        if plan.get(name) is not None:
            yield f"  {said} {plan[name]}"
    if plan.get("obstacle") is not None:
        yield f"  as things stand it could not be carried out: {plan['obstacle']}"


def preview_lines(preview: dict[str, Any]) -> Iterator[str]:
    """What it does: to entries, to people, outside the directory, to other plans."""
    changes = {each["hsa_id"]: each for each in preview["changes"] if each["before"] is not None}
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for each in preview["entries"]:
        by_kind.setdefault(each["kind"], []).append(each)
    for kind, entries in by_kind.items():
        yield f"{kind.replace('_', ' ')}: {len(entries)}"
        for each in entries[:_MOST]:
            below = f", below {each['below']}" if each["what"] in ("made", "moved") and each["below"] else ""
            yield f"  {_VERBS.get(each['what'], each['what']):<14}  {each['name']} ({each['hsa_id']}){below}"
            change = changes.get(each["hsa_id"])
            if change is not None:
                yield from difference_lines(differences_of(change["before"], change["after"]))
        yield from _more(len(entries))
    for title, people in (
        ("who loses an assignment", [each for each in preview["people"] if each["to"] is None]),
        ("whose assignment goes to another unit", [each for each in preview["people"] if each["to"]]),
    ):
        if people:
            yield f"{title}: {len(people)}"
        for each in people[:_MOST]:
            to = "" if each["to"] is None else f" to {each['to']}"
            yield f"  {each['name']} ({each['person']}): {each['assignment']}{to}"
        yield from _more(len(people))
    for each in preview["outside"]:
        count = "nobody can tell how many" if each["count"] is None else each["count"]
        yield f"{each['kind'].replace('_', ' ')}: {count}; {each['effect']}"
    for each in preview["disturbs"]:
        yield f"planned change {each['id']} could not be carried out any more: {each['why']}"


def _step(step: dict[str, Any]) -> str:
    subject = step.get("entry") or step.get("unit") or ", ".join(step.get("units", ())) or step.get("kind", "")
    match step["do"]:
        case "change":
            return f"set {', '.join(step['set'])} of {subject}"
        case "create":
            return f"make a new {subject}"
        case "assign" | "unassign":
            return f"{step['do']} {step['person']}: {subject}"
        case "move":
            return f"move {subject} to {step['to']}"
        case "merge":
            return f"merge {subject} into {step['into']}"
        case "split":
            return f"split {subject} into {', '.join(part['name'] for part in step['parts'])}"
    return f"{step['do']} {subject}"


def _more(count: int) -> Iterator[str]:
    if count > _MOST:
        yield f"  … and {count - _MOST} more"


def _when(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone(ZONE):%Y-%m-%d %H:%M %Z}"
