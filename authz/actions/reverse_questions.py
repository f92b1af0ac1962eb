"""Questions the other way round: how two people's answers differ, and what would be answered otherwise if something
were otherwise, now or over what was decided in the last days.

For whoever reads the log of a member; each is itself recorded before it is answered, and none is an access.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from authz.actions.answer_question import Answer, Moment, Pdp
from authz.actions.auditing.who_reads import members_read_by, visible_of
from authz.actions.decision_ids import DecisionIds
from authz.actions.desk import Desk
from authz.actions.question import Pep, Question
from authz.actions.recorded import NotReadable, facts_of, request_of
from authz.actions.records import instant_text
from authz.actions.replay import KNOWN_POLICIES
from authz.actions.searching.search import Found, Search, Searches, Sought
from authz.core.decide import decide
from authz.core.hypothesis import Hypothesis
from authz.core.policy import Policy
from authz.ports import AuditLog, LogQuery, Trail
from authz.refusals import NotAllowed
from vocabulary.assurance import AssuranceLevel
from vocabulary.caller import Caller
from vocabulary.network_zone import NetworkZone

LONGEST: Final = timedelta(days=31)
MOST_JUDGED: Final = 10_000
"""A page of recorded decisions ends here, whatever flipped: the rest is the next page's."""

MOST_FLIPPED: Final = 500
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Flipped:
    """One recorded decision that would be another: of the record what a list shows, and the deciding rules."""

    record: Mapping[str, Any]
    permits: bool
    rule: str
    would_permit: bool
    would_rule: str


@dataclass(frozen=True, slots=True)
class OverRecorded:
    """``judged`` decisions were weighed both ways; ``unreadable`` could not be, ``by_no_rule`` came to no rule.

    ``before`` goes on with the next page, ``None`` on the last.
    """

    judged: int
    unreadable: int
    by_no_rule: int
    flipped: tuple[Flipped, ...]
    before: int | None


class ReverseQuestions:
    """Asked by a caller about others. Raises ``NotAllowed`` for whoever does not read the log, or not of them."""

    def __init__(self, desk: Desk, pdp: Pdp, searches: Searches, log: AuditLog, trail: Trail) -> None:
        self._desk, self._pdp, self._searches, self._log, self._trail = desk, pdp, searches, log, trail
        self._ids = DecisionIds(desk.random_bytes)

    def search(self, search: Search, caller: Caller, pep: Pep) -> Found:
        """One page of who may see this, or of what she may see; of the former, whoever is of the caller's members."""
        moment, view = self._moment(), self._desk.directory()
        members = members_read_by(view, caller)
        if search.sought is not Sought.SUBJECT:
            self._need_may_ask(moment, [search.question], caller)
        self._record(caller, f"search_{search.sought}", moment, [search.question], [])
        found = asyncio.run(self._searches.find(search, pep))
        if members is None or search.sought is not Sought.SUBJECT:
            return found
        theirs = [
            (question, rule)
            for question, rule in zip(found.questions, found.rules, strict=True)
            if question.person is not None
            and (person := view.delegator(question.person)) is not None
            and person.member in members
        ]
        return replace(found, questions=tuple(one for one, _ in theirs), rules=tuple(rule for _, rule in theirs))

    def compare(self, questions: Sequence[Question], caller: Caller, level: AssuranceLevel) -> tuple[Answer, ...]:
        """The same question about several people, each explained, by one moment."""
        moment = self._moment()
        self._need_may_ask(moment, questions, caller)
        answers = tuple(
            self._pdp.explained(each, as_told(caller, level), moment, self._ids.at(moment.now)) for each in questions
        )
        self._record(caller, "compare", moment, questions, [answer.permit for answer in answers])
        return answers

    def what_if(
        self, question: Question, hypothesis: Hypothesis, caller: Caller, level: AssuranceLevel
    ) -> tuple[Answer, Answer]:
        """The answer as it is, and as it would be."""
        moment = self._moment()
        self._need_may_ask(moment, [question], caller)
        now = self._pdp.explained(question, as_told(caller, level), moment, self._ids.at(moment.now))
        would = now
        if now.decision is not None:
            decision = decide(now.decision.request, hypothesis.over(now.decision.facts))
            would = replace(now, permit=decision.permit, rule=decision.rule, decision=decision)
        self._record(caller, "what_if", moment, [question], [now.permit, would.permit])
        return now, would

    def over_recorded(
        self,
        hypothesis: Hypothesis,
        query: LogQuery,
        caller: Caller,
        before: int | None = None,
        policies: Mapping[str, Policy] = KNOWN_POLICIES,
    ) -> OverRecorded:
        """The recorded decisions of ``query``, newest first, each judged from its own record as it was and as it would
        be; told are those whose answer flips."""
        moment = self._moment()
        members = members_read_by(self._desk.directory(), caller)
        visible = None if members is None else visible_of(self._desk.directory(), self._log, members)
        asked = replace(query, kinds=frozenset({"decision"}), visible=visible)
        counted = {"judged": 0, "unreadable": 0, "by_no_rule": 0}
        flipped: list[Flipped] = []
        last, more = before, True
        while more and sum(counted.values()) < MOST_JUDGED and len(flipped) < MOST_FLIPPED:
            page = self._log.search(asked, last, _AT_ONCE)
            more = len(page) == _AT_ONCE
            for record in page:
                last = int(record["sequence"])
                outcome = _judged(record, hypothesis, policies)
                if isinstance(outcome, str):
                    counted[outcome] += 1
                    continue
                counted["judged"] += 1
                if outcome.permits is not outcome.would_permit:
                    flipped.append(outcome)
                if len(flipped) == MOST_FLIPPED:
                    more = True
                    break
        self._record(caller, "over_recorded", moment, [], [len(flipped) > 0], judged=counted["judged"])
        return OverRecorded(**counted, flipped=tuple(flipped), before=last if more else None)

    def _moment(self) -> Moment:
        return self._pdp.moment(self._desk.directory())

    def _need_may_ask(self, moment: Moment, questions: Sequence[Question], caller: Caller) -> None:
        """Whoever reads the log of some members only asks about their people."""
        view = self._desk.directory()
        members = members_read_by(view, caller)
        if members is None:
            return
        for question in questions:
            found = None if question.person is None else view.delegator(question.person)
            if found is None or found.member not in members:
                raise NotAllowed("one may ask about people of the own organisation")

    def _record(
        self,
        caller: Caller,
        how: str,
        moment: Moment,
        questions: Sequence[Question],
        answers: Sequence[bool],
        **more: int,
    ) -> None:
        """Durable on return; whom it was about, and what the answers were, but nothing that was supposed."""
        patient = questions[0].patient if questions else None
        record = {
            "kind": "reverse_question",
            "at": instant_text(moment.now),
            "permit": True,
            "how": how,
            "person": caller.name,
            "system": caller.client_id,
            "patient": None if patient is None else self._pdp.patient(patient, moment.now)[0],
            "about": [str(question.person) for question in questions if question.person is not None],
            "answers": list(answers),
            "facts_revision": moment.facts_revision,
            **more,
        }
        self._trail.append([json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode()]).result()


def _judged(record: Mapping[str, Any], hypothesis: Hypothesis, policies: Mapping[str, Policy]) -> Flipped | str:
    """Both answers by the rules of today, so that only what was supposed can flip one; or why there are none."""
    if "facts" not in record:
        return "by_no_rule"
    policy = policies.get(str(record.get("policy")))
    if policy is None:
        return "unreadable"
    try:
        request, facts = request_of(record), facts_of(record, policy)
    except NotReadable:
        return "unreadable"
    was, would = decide(request, facts), decide(request, hypothesis.over(facts))
    return Flipped(record, was.permit, was.rule, would.permit, would.rule)


def as_told(caller: Caller, level: AssuranceLevel) -> Pep:
    """The application that would ask: believed about the network, and about how somebody logged in."""
    return Pep(caller.client_id, frozenset(), frozenset(NetworkZone), vouches=True, vouched_level=level)


def window(since: datetime | None, until: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    """From when until when decisions are judged again: a week, unless something else of at most a month is said."""
    end = now if until is None else until
    start = end - timedelta(days=7) if since is None else since
    return max(start, end - LONGEST), end
