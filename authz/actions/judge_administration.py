"""Decisions about changes of the directory, for its own door: judged one by one, recorded before they count.

Boundary: the caller gathers the facts, since only it knows how an entry will stand. Questions of applications come
through ``answer_question``.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from authz.actions.decision_ids import DecisionIds
from authz.actions.records import FactTexts, decision_record, instant_text
from authz.core.decide import decide
from authz.core.decision import Decision
from authz.core.facts import Facts
from authz.core.request import Action, DirectoryObject, Employee, Request
from authz.ports import Trail
from vocabulary.assurance import AssuranceLevel
from vocabulary.clock import Clock
from vocabulary.hsa_id import HsaId

RECORDS_AT_ONCE = 1_000
"""A change of more entries is recorded in parts: the trail bounds how many records wait."""

_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class Administrator:
    """Who wants to change something: a person, logged in to an application at a level of assurance."""

    person: HsaId
    assignment: HsaId | None
    level: AssuranceLevel
    client_id: str


class AdministrationJudge:
    """``judge`` opens nothing; nobody may act on a permit before ``record`` has returned."""

    def __init__(self, trail: Trail, clock: Clock, random_bytes: Callable[[int], bytes]) -> None:
        self._trail, self._clock, self._ids = trail, clock, DecisionIds(random_bytes)

    def judge(self, who: Administrator, action: Action, wanted: DirectoryObject, facts: Facts) -> Decision:
        """Never raises; doubt denies."""
        return decide(Request(Employee(who.person, who.assignment), action, wanted, None, who.level), facts)

    def record(self, who: Administrator, decisions: Sequence[Decision], revision: int) -> None:
        """Durable on return. ``revision`` is the directory's. Raises ``TrailUnavailable``: nothing may be done."""
        for first in range(0, len(decisions), RECORDS_AT_ONCE):
            now, part = self._clock.now(), decisions[first : first + RECORDS_AT_ONCE]
            self._trail.append([self._record(who, each, revision, self._ids.at(now)) for each in part]).result()

    def _record(self, who: Administrator, decision: Decision, revision: int, decision_id: str) -> bytes:
        return decision_record(
            decision_id=decision_id,
            at=instant_text(decision.facts.now),
            asked_by=who.client_id,
            token_client=who.client_id,
            decision=decision,
            resource=_resource(decision),
            sealed=None,
            facts_revision=f"{revision}.-",
            # Facts of a change that is not made yet are nobody else's: there is nothing to keep their texts for.
            texts=FactTexts(),
        )


def _resource(decision: Decision) -> str:
    wanted = decision.request.resource
    assert isinstance(wanted, DirectoryObject), "only entries of the directory are judged here"
    told = {"type": "directory_object", "id": None if wanted.id is None else wanted.id.value, "kind": wanted.kind.value}
    return _encode({**told, "attribute_classes": sorted(wanted.classes)})
