"""A refusal of the API as lines for a person: each thing that is wrong once, and which option says what is missing.

Boundary: words only; what a refusal ends the command with is ``connection``'s.
"""

from collections.abc import Iterator, Mapping
from typing import Any

_BY_TYPE: Mapping[str, str] = {
    "urn:tillit:directory_moved_on": "Somebody changed it since, and nothing was done. `show` it again, and if it "
    "is still what you want, repeat the command with --if-match and the ETag that it has now.",
    "urn:tillit:drift_moved": "Nothing was done. Look at the drift again, and repeat the command.",
    "urn:tillit:directory_busy": "Nothing was done, and nothing is wrong with it: repeat the command.",
    "urn:tillit:later_changes": "--keep-later undoes the rest, and leaves what was changed since.",
}
"""What to do about a refusal, by its type, where its own words do not say."""
_BY_POINTER: Mapping[str, str] = {
    "/children": "--children close closes the units below it too; --children UNIT moves them there.",
    "/assignments": "--assignments end ends them; --assignments UNIT leaves them with a unit of their own provider.",
    "/care_provider": "--care-provider says which one.",
}
"""Which option it is, by what the API calls it."""
_LOOKUP = "POST /api/v1/people/lookup"


def refusal_lines(problem: Mapping[str, Any], otherwise: str) -> list[str]:
    """Everything that is wrong, the last line for the end. ``otherwise`` is said of an answer that says nothing."""
    title = str(problem.get("title") or problem.get("error_description") or otherwise)
    faults = [(each.get("pointer", ""), str(each.get("detail", ""))) for each in problem.get("errors", ())]
    if not faults:
        return [title]
    if len(faults) == 1:
        ((pointer, detail),) = faults
        return [f"{pointer}: {detail}" if pointer else detail or title]
    names_first = faults[0][1] in title
    return [
        *(f"  {pointer}: {detail}" if pointer else f"  {detail}" for pointer, detail in faults),
        f"{len(faults)} things are wrong" if names_first else title,
    ]


def remedies_for(problem: Mapping[str, Any]) -> Iterator[str]:
    """What can be done about it at the command line."""
    if problem.get("type") in _BY_TYPE:
        yield _BY_TYPE[problem["type"]]
    for pointer in dict.fromkeys(each.get("pointer") for each in problem.get("errors", ())):
        if pointer in _BY_POINTER:
            yield _BY_POINTER[pointer]
    if _LOOKUP in str(problem.get("title", "")):
        yield "`./tillit person lookup` asks for the number, and does not echo it."
