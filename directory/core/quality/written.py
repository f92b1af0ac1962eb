"""What a change would be refused for, asked of each entry as it stands.  (HSA, rules of quality 1, 4 and 6)"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from directory.core.after import After
from directory.core.bounds import licence_problems
from directory.core.code_rules import code_problems
from directory.core.entries import CodeTable, Entry, Member, Person
from directory.core.field_rules import field_problems
from directory.core.quality.finding import Finding
from directory.core.quality.standing import Standing
from directory.core.validation import identity_problems, reference_problems
from directory.refusals import Problem

_TOLD_OTHERWISE = frozenset({"memberships", "merged_into"})
"""What took over may have been merged itself since: that is history, and no fault."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found by entry (``HsaId.key``), as of a revision."""

    revision: int
    by_entry: Mapping[str, tuple[Finding, ...]]


def judged(standing: Standing, earlier: Judged | None) -> Judged:
    """``earlier`` of a former revision spares judging what has not changed since: entries depend on their own
    attributes, on what they name (which is never taken away), and on members and code tables."""
    truth, after = standing.truth, standing.as_it_is()
    if earlier is not None and _all_may_differ(standing, earlier.revision):
        earlier = None
    found: dict[str, tuple[Finding, ...]] = {}
    for entry in truth.entries():
        key = entry.hsa_id.key
        if earlier is not None and truth.changed_at(entry.hsa_id) <= earlier.revision:
            held = earlier.by_entry.get(key, ())
        else:
            held = tuple(_findings(entry, after))
        if held:
            found[key] = held
    return Judged(truth.revision, found)


def _all_may_differ(standing: Standing, since: int) -> bool:
    truth = standing.truth
    return truth.revision < since or any(
        truth.changed_at(entry.hsa_id) > since for kind in (Member, CodeTable) for entry in truth.all_of(kind)
    )


def _findings(entry: Entry, after: After) -> Iterator[Finding]:
    yield from _as("value_malformed", entry, field_problems(entry))
    yield from _as("identity_wrong", entry, identity_problems(entry, after))
    of_references = list(reference_problems(entry, after))
    yield from _as("membership_unresolved", entry, (one for one in of_references if one.field == "memberships"))
    yield from _as("reference_broken", entry, (one for one in of_references if one.field not in _TOLD_OTHERWISE))
    yield from _as("code_not_in_table", entry, code_problems(entry, after, None))
    if isinstance(entry, Person):
        yield from _as("licence_not_held", entry, licence_problems(entry))


def _as(code: str, entry: Entry, problems: Iterable[Problem]) -> Iterator[Finding]:
    """One finding per attribute."""
    said: dict[str, list[str]] = {}
    for problem in problems:
        said.setdefault(problem.field, []).append(problem.description)
    for name, texts in said.items():
        yield Finding(code, entry, f"`{name}`: {'; '.join(texts)}", name)
