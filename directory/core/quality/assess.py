"""All rules over the whole directory: every finding, the severest first."""

from collections.abc import Iterator

from directory.core.quality.dates import beyond_bounds
from directory.core.quality.finding import Finding
from directory.core.quality.humans import about_humans
from directory.core.quality.kinds import KINDS, SEVEREST_FIRST
from directory.core.quality.licences import about_licences
from directory.core.quality.marks import about_marks
from directory.core.quality.memberships import about_memberships
from directory.core.quality.standing import Standing
from directory.core.quality.store import about_store
from directory.core.quality.suppressed import suppressed
from directory.core.quality.written import Judged, judged

RULES = (suppressed, beyond_bounds, about_licences, about_marks, about_humans, about_memberships, about_store)


def assess(standing: Standing, earlier: Judged | None = None) -> tuple[tuple[Finding, ...], Judged]:
    """``Judged`` is for the next time, so that only what has changed need be judged by the longest rules."""
    now = judged(standing, earlier)
    found = {finding.key: finding for finding in _all(standing, now)}
    return tuple(sorted(found.values(), key=order)), now


def order(finding: Finding) -> tuple[int, str, str, str]:
    """Where it stands in the report; no two stand at the same place."""
    return SEVEREST_FIRST.index(KINDS[finding.code].severity), *finding.key


def _all(standing: Standing, now: Judged) -> Iterator[Finding]:
    for held in now.by_entry.values():
        yield from held
    for rule in RULES:
        yield from rule(standing)
