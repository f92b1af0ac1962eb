"""Judges recorded decisions again, each from nothing but its own record: the same facts and the same policy.

Says whether the rules of today answer as it was answered. Where a later rule answers otherwise, that is told with the
rules whose voice is new or another; it changes nothing. Whether the record is genuine is ``verify``'s to say.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from authz.actions.recorded import NotReadable, facts_of, request_of
from authz.core.decide import decide
from authz.core.decision import Decision
from authz.core.policy import STRICTEST, Policy
from authz.core.vote import Verdict

KNOWN_POLICIES: Final[Mapping[str, Policy]] = {STRICTEST.version: STRICTEST}


class Outcome(StrEnum):
    SAME = "same"
    OTHERWISE = "otherwise"
    """The rules of today would answer otherwise: a rule came, went or changed since."""
    UNREADABLE = "unreadable"
    """The record cannot be judged again: it is not whole, or its policy is not known here."""
    NOT_JUDGED = "not_judged"
    """A denial that came to no rule; there is nothing to judge again."""
    BY_PACK = "by_pack"
    """An application's own policy pack decided: its document is not in the record, and stands among the packs' versions
    (`actions.packs.compare_recorded` asks it again)."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """``recorded`` and ``now`` are the deciding rules, ``differing`` the rules whose vote is another now;
    ``because`` tells why a record could not be judged."""

    line: int
    decision_id: str
    outcome: Outcome
    permit: bool
    recorded: str
    now: str | None = None
    permits_now: bool | None = None
    differing: tuple[str, ...] = ()
    because: str | None = None


def replay(records: Iterable[Mapping[str, Any]], policies: Mapping[str, Policy] = KNOWN_POLICIES) -> Iterator[Replayed]:
    """Every decision among ``records``, in their order; what is no decision is passed over."""
    for record in records:
        if record.get("kind") == "decision":
            yield replay_one(record, policies)


def replay_one(record: Mapping[str, Any], policies: Mapping[str, Policy] = KNOWN_POLICIES) -> Replayed:
    line, decision_id = int(record.get("sequence", 0)), str(record.get("decision_id", ""))
    permit, rule = record.get("permit") is True, str(record.get("rule", ""))
    if "facts" not in record and not permit:
        return Replayed(line, decision_id, Outcome.NOT_JUDGED, permit, rule)
    if "own" in record:
        return Replayed(line, decision_id, Outcome.BY_PACK, permit, rule)
    version = record.get("policy")
    policy = policies.get(version) if isinstance(version, str) else None
    if policy is None:
        because = f"the policy `{version}` is not known here"
        return Replayed(line, decision_id, Outcome.UNREADABLE, permit, rule, because=because)
    try:
        decision = decide(request_of(record), facts_of(record, policy))
    except NotReadable as error:
        return Replayed(line, decision_id, Outcome.UNREADABLE, permit, rule, because=str(error))
    owed = [str(word) for word in decision.obligations]
    same = (decision.permit, decision.rule, owed) == (permit, rule, record.get("obligations"))
    return Replayed(
        line,
        decision_id,
        Outcome.SAME if same else Outcome.OTHERWISE,
        permit,
        rule,
        decision.rule,
        decision.permit,
        () if same else _differing(record, decision),
    )


def _differing(record: Mapping[str, Any], decision: Decision) -> tuple[str, ...]:
    """The rules that said something then and not now, or now and not then, or another thing."""
    then = {(found[0], found[1]) for found in record.get("findings", ())}
    now = {(step.name, vote.verdict.value) for step, vote in decision.steps if vote.verdict is not Verdict.SILENT}
    return tuple(sorted({name for name, _ in then ^ now}))
