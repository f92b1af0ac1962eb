"""The decision point's searches: the subjects, resources or actions that single questions would permit, page by page.

Every candidate is decided by the same ``decide`` as a single question. A page is one record of the trail, durable
before the answer. Boundary: a protected colleague is in no answer, since nobody asked for her by name.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from authz.actions.answer_question import Moment, Pdp
from authz.actions.decision_ids import DecisionIds
from authz.actions.question import Pep, Question
from authz.actions.read_request import RESOURCE_TYPES
from authz.actions.searching.candidates import Candidate, Key, Sources
from authz.actions.searching.records import search_record
from authz.actions.searching.resources import resources
from authz.actions.searching.subjects import citizens, employees
from authz.core.decide import UNREADABLE
from authz.core.decision import Decision
from authz.core.facts import Reader
from authz.core.request import PatientKey
from authz.core.unknown import UNKNOWN
from authz.ports import Applications, ListedStaff, Registers, Trail
from authz.refusals import RegistersUnavailable, StaffUnavailable
from vocabulary.seal import Seal

DEFAULT_LIMIT: Final = 100
MOST_RESULTS: Final = 1_000
MOST_LOOKED_AT: Final = 2_000
"""A page ends here even when it is not full, so that no search costs more than so many decisions."""

_AT_ONCE: Final = 50
"""After so many the event loop may serve others: a search is longer than a single question."""


class Sought(StrEnum):
    SUBJECT = "subject"
    RESOURCE = "resource"
    ACTION = "action"


@dataclass(frozen=True, slots=True)
class Search:
    """``question`` has what was stated; what is sought is open in it. ``subject_type`` is as written."""

    sought: Sought
    question: Question
    subject_type: str
    limit: int = DEFAULT_LIMIT
    after: Key = ()


@dataclass(frozen=True, slots=True)
class Found:
    """``questions`` are whole: each, asked alone, is permitted by the rule of the same place in ``rules``.

    ``next`` is where the next page begins, ``None`` after the last. ``denial`` tells why nothing could be searched: a
    code of ``authz.actions.denials``.
    """

    search_id: str
    questions: tuple[Question, ...]
    rules: tuple[str, ...]
    next: Key | None
    looked_at: int
    explain: bool
    policy_version: str
    facts_revision: str
    valid_until: datetime | None
    denial: str | None = None


class Searches:
    """Searches by the same parts as ``pdp``, whose decisions they are."""

    def __init__(
        self,
        pdp: Pdp,
        *,
        staff: ListedStaff,
        registers: Registers,
        applications: Applications,
        seal: Seal,
        trail: Trail,
        random_bytes: Callable[[int], bytes],
        most_looked_at: int = MOST_LOOKED_AT,
    ) -> None:
        self._most_looked_at = most_looked_at
        self._pdp, self._staff, self._registers, self._applications = pdp, staff, registers, applications
        self._seal, self._trail = seal, trail
        self._ids = DecisionIds(random_bytes)

    async def find(self, search: Search, pep: Pep) -> Found:
        """One page, recorded. Raises ``TrailUnavailable``: then nothing may be told; and ``StaffUnavailable`` or
        ``RegistersUnavailable``: what could not be looked for is not told as what is not there."""
        looked = self._staff.look()
        moment = self._pdp.moment(UNKNOWN if looked is UNKNOWN else looked[0])
        search_id = self._ids.at(moment.now)
        if looked is UNKNOWN:
            await self._recorded(search, pep, moment, _Page(), search_id, UNREADABLE)
            raise StaffUnavailable("the directory cannot be asked now")
        named = self._named(search, pep, moment)
        if isinstance(named, str):
            return await self._recorded(search, pep, moment, _Page(), search_id, named)

        def key_of(question: Question) -> PatientKey | None:
            return None if question.patient is None else self._pdp.patient(question.patient, moment.now)[0]

        view, lists = looked
        sources = Sources(view, lists, self._registers, self._applications, self._seal, self._pdp.policy, key_of)
        page = await self._page(replace(search, question=named), _candidates(search, named, sources), pep, moment)
        if self._registers.tasks() is UNKNOWN:
            await self._recorded(search, pep, moment, _Page(), search_id, UNREADABLE)
            raise RegistersUnavailable("the registers cannot be read now")
        return await self._recorded(search, pep, moment, page, search_id, None)

    def _named(self, search: Search, pep: Pep, moment: Moment) -> Question | str:
        """A search for subjects states none yet: each candidate is asked about with whatever token there is."""
        question = search.question
        if question.fault is not None:
            return question.fault
        if search.sought is Sought.SUBJECT:
            return question if pep.vouches or question.token is not None else "subject_token_missing"
        return self._pdp.named(question, pep, moment)

    async def _page(self, search: Search, candidates: Iterator[Candidate], pep: Pep, moment: Moment) -> "_Page":
        page, last = _Page(), search.after
        for candidate in candidates:
            if page.looked_at == self._most_looked_at:
                page.next = last
                break
            page.looked_at += 1
            if page.looked_at % _AT_ONCE == 0:
                await asyncio.sleep(0)
            decision = self._pdp.weigh(candidate.question, pep, moment)
            if isinstance(decision, Decision) and decision.permit and not _hidden(search, decision):
                if len(page.questions) == search.limit:
                    page.next = last
                    break
                page.take(candidate, decision)
            last = candidate.key
        return page

    async def _recorded(
        self, search: Search, pep: Pep, moment: Moment, page: "_Page", search_id: str, denial: str | None
    ) -> Found:
        question = search.question
        patient = None if question.patient is None else self._pdp.patient(question.patient, moment.now)
        record = search_record(
            search_id=search_id,
            at=moment.now,
            asked_by=pep.client_id,
            sought=search.sought.value,
            subject_type=search.subject_type,
            question=question,
            patient=patient,
            told=[":".join(key) for key in page.keys],
            looked_at=page.looked_at,
            more=page.next is not None,
            denial=denial,
            policy=self._pdp.policy.version,
            facts_revision=moment.facts_revision,
        )
        await self._trail.appended([record])
        return Found(
            search_id,
            tuple(page.questions),
            tuple(page.rules),
            page.next,
            page.looked_at,
            pep.explain_default if question.explain is None else question.explain,
            self._pdp.policy.version,
            moment.facts_revision,
            page.valid_until,
            denial,
        )


class _Page:
    """What one page holds so far."""

    def __init__(self) -> None:
        self.questions: list[Question] = []
        self.keys: list[Key] = []
        self.rules: list[str] = []
        self.next: Key | None = None
        self.looked_at = 0
        self.valid_until: datetime | None = None

    def take(self, candidate: Candidate, decision: Decision) -> None:
        self.questions.append(candidate.question)
        self.keys.append(candidate.key)
        self.rules.append(decision.rule)
        until = decision.valid_until
        if until is not None and (self.valid_until is None or until < self.valid_until):
            self.valid_until = until


def _candidates(search: Search, question: Question, sources: Sources) -> Iterator[Candidate]:
    kind = RESOURCE_TYPES.get(question.resource_type)
    if kind is None:
        return iter(())
    if search.sought is Sought.ACTION:
        return (
            Candidate((action,), replace(question, action=action))
            for action in sorted(kind.actions)
            if (action,) > search.after
        )
    if question.action not in kind.actions:
        return iter(())
    if search.sought is Sought.RESOURCE:
        return resources(question, sources, search.after)
    if search.subject_type == "patient":
        return citizens(question, search.after)
    return employees(question, sources.key_of(question), sources, search.after)


def _hidden(search: Search, decision: Decision) -> bool:
    """INVARIANT (a protected person is not told of): a search names people whom nobody named."""
    reader = decision.facts.reader
    return search.sought is Sought.SUBJECT and isinstance(reader, Reader) and reader.protected
