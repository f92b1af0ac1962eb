"""Try a version of a policy pack: its own cases, rules that no case hears, and what it would change."""

from dataclasses import dataclass
from datetime import datetime

from authz.actions.packs.compare_recorded import Comparison, compare_recorded
from authz.actions.packs.desk import PackDesk
from authz.actions.packs.read_document import read_kept
from authz.core.packs.cases import CaseResult, Flipped, flipped, rules_unheard, run_cases
from authz.core.packs.deciding import PackPolicy
from authz.core.packs.pack import Pack
from authz.core.unknown import UNKNOWN
from authz.ports import PackVersion
from authz.refusals import PolicyPackFails


@dataclass(frozen=True, slots=True)
class Tried:
    """``changes`` are the questions of either version's cases that it and the active version answer differently."""

    results: tuple[CaseResult, ...]
    unheard: tuple[str, ...]
    changes: tuple[Flipped, ...]

    @property
    def failed(self) -> tuple[CaseResult, ...]:
        return tuple(result for result in self.results if not result.passed)


def try_out(desk: PackDesk, pack: Pack) -> Tried:
    policy, now = PackPolicy.of(pack), desk.clock.now()
    results = run_cases(policy, now)
    active = desk.packs.policy(pack.space)
    changes = () if active is None or active is UNKNOWN else flipped(active, policy, now)
    return Tried(results, rules_unheard(policy, results), changes)


def try_on_recorded(desk: PackDesk, pack: Pack, since: datetime, *, by: str) -> Comparison:
    """What the pack would have answered to all that its application asked since then. Raises ``TrailUnavailable``."""
    return compare_recorded(PackPolicy.of(pack), desk.recorded.asked_by(pack.space, since, by))


def need_to_pass(desk: PackDesk, version: PackVersion) -> None:
    """Raises ``PolicyPackFails`` unless every case passes, and there is one that permits and one that denies."""
    tried = try_out(desk, read_kept(version))
    if tried.failed:
        first = tried.failed[0]
        raise PolicyPackFails(
            f"{len(tried.failed)} of {len(tried.results)} cases fail, first `{first.case.name}`: {first.got}"
        )
    if {result.case.permit for result in tried.results} != {True, False}:
        raise PolicyPackFails("a pack is tested by at least one case that permits and one that denies")
