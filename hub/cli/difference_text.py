"""What becomes what, as lines that a person can read: of a change that was made, and of one that is only foreseen."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

Difference = dict[str, Any]
"""``attribute`` with ``from`` and ``to``, or with ``removed`` and ``added``, or ``withheld``, as the journal has it."""


def difference_lines(differences: Iterable[Difference]) -> Iterator[str]:
    for each in differences:
        if each.get("withheld"):
            yield f"    {each['attribute']}: changed (not shown)"
        elif "removed" in each:
            gone = (f"− {_text(value)}" for value in each["removed"])
            yield f"    {each['attribute']}: " + "  ".join([*gone, *(f"+ {_text(value)}" for value in each["added"])])
        else:
            yield f"    {each['attribute']}: {_text(each['from'])} → {_text(each['to'])}"


def differences_of(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Difference]:
    """Of two versions of an entry, as the directory's addresses tell it; one that lacks an attribute does not differ in
    it."""
    for name in (name for name in after if name in before):
        was, becomes = before[name], after[name]
        if was == becomes:
            continue
        if isinstance(was, list) and isinstance(becomes, list):
            removed, added = ([v for v in ones if v not in others] for ones, others in ((was, becomes), (becomes, was)))
            if removed or added:
                yield {"attribute": name, "removed": removed, "added": added}
                continue
        yield {"attribute": name, "from": was, "to": becomes}


def _text(value: Any) -> str:
    match value:
        case None:
            return "–"
        case str():
            return value
        case {"start": start, "end": end}:
            return "always" if start is None and end is None else f"[{start or '…'} to {end or '…'}]"
        case {"person": person, "period": period}:
            return f"{person} {_text(period)}"
    return json.dumps(value, ensure_ascii=False)
