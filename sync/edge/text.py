"""A plan as lines for a terminal, from its JSON document: counts, brakes, each step in words, each fault with remedy.

Values come from a staff list, so anything that is not printable is shown as a dot: no terminal is steered by a name.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from vocabulary.stockholm import day_of

Document = dict[str, Any]

_COUNTS = (
    ("rows", "rows in the list"),
    ("active", "people active before"),
    ("join", "join"),
    ("adopt", "taken over from the directory"),
    ("return", "return"),
    ("change", "changed"),
    ("assign", "assignments given or moved"),
    ("unassign", "assignments ended"),
    ("leave", "leave"),
    ("unchanged", "unchanged"),
    ("past", "already ended"),
    ("in_error", "rows in error, their people held as they are"),
)
_ALWAYS_COUNTED = frozenset({"rows", "active", "leave", "unchanged", "in_error"})


def render_plan(plan: Document) -> list[str]:
    """Plain lines, without colour and without wrapping."""
    return [_printable(line) for line in _lines(plan)]


def _lines(plan: Document) -> Iterator[str]:
    counts = plan["counts"]
    for kind, words in _COUNTS:
        if counts.get(kind) or kind in _ALWAYS_COUNTED:
            yield f"{counts.get(kind, 0):>8}  {words}"
    for brake in plan["brakes"]:
        yield f"STOPPED: {brake['message']} (confirm with confirm_leavers={plan['leavers']})"
    for step in plan["steps"]:
        yield _step(step)
    if plan.get("steps_left_out"):
        yield f"… and {plan['steps_left_out']} more steps"
    for fault in plan["faults"]:
        yield f"line {fault['line']}, {fault['column']}: {fault['message']}. To do: {fault['remedy']}"
    if plan.get("faults_left_out"):
        yield f"… and {plan['faults_left_out']} more faults"
    for note in plan["notes"]:
        lines = ", ".join(str(line) for line in note["lines"])
        more = " …" if note["lines"] and note["count"] > len(note["lines"]) else ""
        yield f"note: {note['message']}" + (f" (line {lines}{more})" if lines else "")


def _step(step: Document) -> str:
    who = f"{step['name']} ({step['anchor']})"
    return _WORDS[step["kind"]](step, who)


def _change(step: Document, who: str) -> str:
    return f"~ {who}: " + ", ".join(_field(change) for change in step["changes"])


def _field(change: Document) -> str:
    if change["from"] is None and change["to"] is None:
        return f"{change['field']} changes"
    return f"{change['field']} from {_value(change['from'])} to {_value(change['to'])}"


def _value(value: str | None) -> str:
    return "nothing" if value is None else f"“{value}”"


def _assign(step: Document, who: str) -> str:
    verb = "keeps" if "before" in step else "gets"
    return f"+ {who} {verb} “{step['assignment']['name']}”{_period(step)}"


def _period(step: Document) -> str:
    start, end = step["period"]["start"], step["period"]["end"]
    words = "" if start is None else f" from {_day(start)}"
    return words if end is None else f"{words} until {_day(end)}"


def _day(instant: str) -> str:
    """The day in Stockholm: an instant at its midnight is the day before in UTC."""
    return day_of(datetime.fromisoformat(instant)).isoformat()


def _leave(step: Document, who: str) -> str:
    why = "is not in the list" if step["line"] is None else f"has ended by line {step['line']}"
    number = len(step["memberships"])
    return f"- {who} leaves: {why}; {number} assignment{' ends' if number == 1 else 's end'}"


_WORDS: dict[str, Callable[[Document, str], str]] = {
    "join": lambda step, who: f"+ {who} joins{_period(step)}",
    "adopt": lambda step, who: f"+ {who} is already in the directory as {step['hsa_id']} and now follows this list",
    "return": lambda step, who: f"+ {who} is back{_period(step)}",
    "change": _change,
    "assign": _assign,
    "unassign": lambda step, who: f"- {who} no longer has “{step['assignment']['name']}”",
    "leave": _leave,
}


def _printable(line: str) -> str:
    return line if line.isprintable() else "".join(c if c.isprintable() else "·" for c in line)
