"""``/api/v1/decisions/who-can``, ``what-can``, ``compare``, ``what-if`` and ``what-if/recorded``: reverse questions of
who administers or reviews.

The first two are searches (``/access/v1/search/…``) for whoever is no decision-asking application. A patient stands in
bodies only.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Literal

from fastapi import APIRouter, Response
from pydantic import Field

from authz.actions.answer_question import Answer
from authz.actions.auditing.read_log import shown
from authz.actions.desk import Desk
from authz.actions.question import Question
from authz.actions.reverse_questions import Flipped, ReverseQuestions, as_told, window
from authz.actions.searching.search import Sought
from authz.core.facts import (
    Block,
    CareRelationship,
    Consent,
    Emergency,
    Ground,
    Lift,
    LiftReason,
    ServiceRecipient,
)
from authz.core.hypothesis import Hypothesis, Supposed
from authz.core.policy import Policy
from authz.core.request import PatientKey
from authz.edge.http.answers import explanation
from authz.edge.http.questions import read_evaluation
from authz.edge.http.rows import REGISTRARS, Authenticate, Body, Instant, PatientBody, PeriodBody, caller_with
from authz.edge.http.searches import Box, found_text, read_search
from authz.ports import LogQuery
from authz.refusals import InvalidRegistration
from vocabulary.assurance import AssuranceLevel
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId

Level = Literal["loa2", "loa3"]
_LEVELS = {"loa2": AssuranceLevel.LOA2, "loa3": AssuranceLevel.LOA3}
Id = Field(default=None, max_length=31)


class SupposedBody(PeriodBody):
    """One fact more. ``excepted``, ``information_from`` and ``information_to`` are a block's; days, both included."""

    kind: Literal["care_relationships", "service_recipients", "consents", "blocks", "lifts", "emergencies"]
    patient: PatientBody | None = None
    person: str | None = Id
    unit: str | None = Id
    provider: str | None = Id
    ground: str | None = Field(default=None, max_length=40)
    block: str | None = Field(default=None, max_length=64)
    reason: str | None = Field(default=None, max_length=500)
    excepted: list[str] = Field(default=[], max_length=2)
    information_from: date | None = None
    information_to: date | None = None


class PolicyBody(Body):
    """A draft: what is said takes the place of what holds."""

    longest_lift_days: int | None = Field(default=None, ge=1, le=7)
    longest_delegation_years: int | None = Field(default=None, ge=1, le=1)
    lowest_level_to_administer: Level | None = None
    reasons_that_lift_outer: list[Literal["PatientsConsent", "Emergency"]] | None = Field(default=None, max_length=2)
    inner_block_told_to_other_providers: bool | None = None
    outer_block_told_to_social_care: bool | None = None
    social_care_purposes: list[str] | None = Field(default=None, max_length=6)
    lowest_level: dict[Literal["sjunet", "lumiora", "open"], Level] | None = None


class HypothesisBody(Body):
    """``with`` is more, ``without`` ids of facts less, ``policy`` a draft."""

    with_: list[SupposedBody] = Field(default=[], alias="with", max_length=50)
    without: list[str] = Field(default=[], max_length=500)
    policy: PolicyBody | None = None


class CompareBody(Body):
    """``question`` is an AuthZEN evaluation; each of ``subjects`` takes the place of its subject."""

    question: dict[str, Any]
    subjects: list[dict[str, Any]] = Field(min_length=2, max_length=10)
    level: Level = "loa3"


class WhatIfBody(HypothesisBody):
    question: dict[str, Any]
    level: Level = "loa3"


class RecordedBody(HypothesisBody):
    from_: Instant | None = Field(default=None, alias="from")
    to: Instant | None = None
    person: str | None = Id
    unit: str | None = Id
    before: int | None = Field(default=None, ge=1, le=2**62)


class SearchBody(Body):
    """``search`` is an AuthZEN search, with its ``page``."""

    search: dict[str, Any]
    level: Level = "loa3"


def reverse_questions_router(
    desk: Desk, reverse: ReverseQuestions, policy: Policy, box: Box, authenticate: Authenticate
) -> APIRouter:
    """``policy`` is the one that a draft starts from; ``box`` seals where pages go on."""
    router = APIRouter(prefix="/api/v1/decisions", tags=["decisions"])
    reader = caller_with(authenticate, REGISTRARS)

    def hypothesis_of(body: HypothesisBody) -> Hypothesis:
        more = tuple(_supposed(desk, each, f"/with/{place}") for place, each in enumerate(body.with_))
        return Hypothesis(more, frozenset(body.without), None if body.policy is None else _draft(body.policy, policy))

    def searched(sought: Sought, body: SearchBody, caller: Caller) -> Response:
        pep = as_told(caller, _LEVELS[body.level])
        asked = read_search(body.search, sought, pep, box)
        asked = replace(asked, search=replace(asked.search, question=replace(asked.search.question, token=None)))
        found = replace(reverse.search(asked.search, caller, pep), explain=True)
        return Response(found_text(found, asked, box), media_type="application/json")

    @router.post("/who-can")
    def who_can(body: SearchBody, caller: Caller = reader) -> Response:
        """Who may do this? As a search for subjects is answered, with the rules; of the caller's members."""
        return searched(Sought.SUBJECT, body, caller)

    @router.post("/what-can")
    def what_can(body: SearchBody, caller: Caller = reader) -> Response:
        """What may she see? As a search for resources is answered, with the rules."""
        return searched(Sought.RESOURCE, body, caller)

    @router.post("/compare")
    def compare(body: CompareBody, caller: Caller = reader) -> dict[str, Any]:
        """The same question about two people or more: each answer explained, and the gates at which they part."""
        questions = [_question(body.question, subject) for subject in body.subjects]
        answers = reverse.compare(questions, caller, _LEVELS[body.level])
        told = [_told(answer) for answer in answers]
        return {"answers": told, "parts_at": _parts_at(told)}

    @router.post("/what-if")
    def what_if(body: WhatIfBody, caller: Caller = reader) -> dict[str, Any]:
        """The answer as it is and as it would be. Nothing is changed."""
        question = _question(body.question, None)
        now, would = reverse.what_if(question, hypothesis_of(body), caller, _LEVELS[body.level])
        told = [_told(now), _told(would)]
        return {"now": told[0], "would": told[1], "flips": now.permit is not would.permit, "parts_at": _parts_at(told)}

    @router.post("/what-if/recorded")
    def over_recorded(body: RecordedBody, caller: Caller = reader) -> dict[str, Any]:
        """Which recorded decisions would be answered otherwise; of a week if nothing is said. `before` goes on."""
        since, until = window(body.from_, body.to, desk.clock.now())
        query = LogQuery(
            person=None if body.person is None else HsaId.parse(body.person),
            unit=None if body.unit is None else HsaId.parse(body.unit),
            since=since,
            until=until,
        )
        found = reverse.over_recorded(hypothesis_of(body), query, caller, body.before)
        return {
            "judged": found.judged,
            "unreadable": found.unreadable,
            "by_no_rule": found.by_no_rule,
            "flipped": [_flipped(one) for one in found.flipped],
            "before": found.before,
        }

    return router


def _question(stated: dict[str, Any], subject: dict[str, Any] | None) -> Question:
    """Whoever asks the other way round vouches; a token of somebody's has no place here."""
    question = read_evaluation(stated if subject is None else {**stated, "subject": subject})
    return replace(question, token=None)


def _told(answer: Answer) -> dict[str, Any]:
    return {"decision": answer.permit, "context": explanation(answer)}


def _parts_at(told: list[dict[str, Any]]) -> list[str]:
    """The gates whose outcome is not the same for all; what is not reached has no outcome."""
    ladders = [{gate["gate"]: gate["outcome"] for gate in one["context"].get("gates", ())} for one in told]
    names = list(dict.fromkeys(name for ladder in ladders for name in ladder))
    return [name for name in names if len({ladder.get(name) for ladder in ladders}) > 1]


def _flipped(one: Flipped) -> dict[str, Any]:
    return {
        "decision": shown(one.record),
        "was": {"decision": one.permits, "rule": one.rule},
        "would": {"decision": one.would_permit, "rule": one.would_rule},
    }


def _draft(body: PolicyBody, policy: Policy) -> Policy:
    said = {name: value for name, value in body.model_dump().items() if value is not None}
    levels = said.pop("lowest_level", None)
    days = said.pop("longest_lift_days", None)
    if levels is not None:
        said["lowest_level"] = {**policy.lowest_level, **{zone: _LEVELS[level] for zone, level in levels.items()}}
    if days is not None:
        said["longest_lift"] = timedelta(days=days)
    if "lowest_level_to_administer" in said:
        said["lowest_level_to_administer"] = _LEVELS[said["lowest_level_to_administer"]]
    for name in ("reasons_that_lift_outer", "social_care_purposes"):
        if name in said:
            said[name] = frozenset(said[name])
    return replace(policy, version=f"draft of {policy.version}", **said)


def _supposed(desk: Desk, body: SupposedBody, pointer: str) -> Supposed:
    """The fact as the registers would hold it. Raises ``InvalidRegistration`` where it lacks what it needs."""
    build = _BUILDERS[body.kind]
    name = f"supposed{pointer.replace('/', '-')}"

    def need(member: str) -> Any:
        value = getattr(body, member)
        if value is None:
            raise InvalidRegistration(f"`{member}` is needed", pointer=f"{pointer}/{member}")
        return value

    def patient() -> PatientKey:
        return PatientKey(desk.seal.lookup(need("patient").read()))

    return build(name, body, need, patient)


Need = Callable[[str], Any]
Whose = Callable[[], PatientKey]


def _place(need: Need, member: str) -> HsaId:
    return HsaId.parse(need(member))


def _person(body: SupposedBody) -> HsaId | None:
    return None if body.person is None else HsaId.parse(body.person)


def _block(name: str, body: SupposedBody, need: Need, whose: Whose) -> Block:
    unit = None if body.unit is None else HsaId.parse(body.unit)
    days, excepted = (body.information_from, body.information_to), frozenset(body.excepted)
    return Block(name, whose(), _place(need, "provider"), unit, *days, excepted, body.period())


def _member(kind: Any, text: str, pointer: str) -> Any:
    try:
        return kind(text)
    except ValueError:
        raise InvalidRegistration(f"it is one of {', '.join(f'`{one}`' for one in kind)}", pointer=pointer) from None


_BUILDERS: dict[str, Callable[[str, SupposedBody, Need, Whose], Supposed]] = {
    "care_relationships": lambda name, body, need, whose: CareRelationship(
        name, whose(), _place(need, "person"), _place(need, "unit"), body.period()
    ),
    "service_recipients": lambda name, body, need, whose: ServiceRecipient(
        name, whose(), _place(need, "provider"), body.period()
    ),
    "consents": lambda name, body, need, whose: Consent(
        name, whose(), _place(need, "unit"), _person(body), _member(Ground, need("ground"), "/ground"), body.period()
    ),
    "blocks": _block,
    "lifts": lambda name, body, need, whose: Lift(
        name,
        need("block"),
        _place(need, "unit"),
        _person(body),
        _member(LiftReason, need("reason"), "/reason"),
        body.period(),
    ),
    "emergencies": lambda name, body, need, whose: Emergency(
        name, whose(), _place(need, "person"), _place(need, "unit"), need("reason"), body.period()
    ),
}
