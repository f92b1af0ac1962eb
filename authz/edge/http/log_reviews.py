"""``/api/v1/log-reviews``: samples of the log are drawn, judged by somebody else with reasons, and reported."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import Field

from authz.actions.auditing.draw_sample import Drawing, draw_sample
from authz.actions.auditing.read_log import LogReading
from authz.actions.auditing.review_access import (
    give_verdict,
    known_sample,
    queue,
    report,
    samples_of,
    show_review,
)
from authz.actions.desk import Desk
from authz.actions.records import instant_text
from authz.core.marks import Mark
from authz.edge.http.audit import instants
from authz.edge.http.rows import REGISTRARS, Authenticate, Body, Instant, acts_json, caller_with, row_json
from authz.ports import AuditLog, Kind, Verdict
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period

PREFIX = "/api/v1/log-reviews"


class NewSample(Body):
    member: str
    from_: Instant = Field(alias="from")
    to: Instant
    random: int = Field(default=0, ge=0, le=1_000)
    rules: list[Mark] = Field(default=[], max_length=len(Mark))
    most: int = Field(default=50, ge=1, le=1_000)
    seed: str | None = Field(default=None, min_length=1, max_length=64)


class VerdictBody(Body):
    verdict: Verdict
    text: str = Field(min_length=1)


def log_reviews_router(desk: Desk, log: AuditLog, reading: LogReading, authenticate: Authenticate) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["log-reviews"])
    reviewer = caller_with(authenticate, REGISTRARS)

    @router.post("/samples", status_code=201)
    def draw(body: NewSample, response: Response, caller: Caller = reviewer) -> dict[str, Any]:
        drawing = Drawing(
            HsaId.parse(body.member),
            Period(body.from_, body.to),
            body.random,
            frozenset(body.rules),
            body.most,
            body.seed,
        )
        row = draw_sample(desk, log, reading, drawing, caller)
        response.headers["Location"] = f"{PREFIX}/samples/{row.id}"
        return {**row_json(row), "drawn": len(desk.book.rows_under(Kind.LOG_REVIEW, row.id))}

    @router.get("/samples")
    def samples(member: str, caller: Caller = reviewer) -> dict[str, Any]:
        return {"items": [row_json(row) for row in samples_of(desk, caller, HsaId.parse(member))]}

    @router.get("/samples/{sample_id}")
    def sample(sample_id: str, caller: Caller = reviewer) -> dict[str, Any]:
        row = known_sample(desk, caller, sample_id)
        return {**row_json(row), "items": [row_json(one) for one in desk.book.rows_under(Kind.LOG_REVIEW, sample_id)]}

    @router.get("/report")
    def told(
        member: str,
        from_: Annotated[str | None, Query(alias="from")] = None,
        to: str | None = None,
        caller: Caller = reviewer,
    ) -> dict[str, Any]:
        """Of the samples whose period begins in the asked one."""
        since, until = instants(from_, to)
        made = report(desk, caller, HsaId.parse(member), since, until)
        return {
            "samples": made.samples,
            "population": made.population,
            "accesses": made.accesses,
            "by_reason": made.by_reason,
            "oldest_open": None if made.oldest_open is None else instant_text(made.oldest_open),
        }

    @router.get("")
    def waiting(member: str, caller: Caller = reviewer) -> dict[str, Any]:
        """What waits for a verdict of the caller's, oldest first."""
        return {"items": [row_json(row) for row in queue(desk, caller, HsaId.parse(member))]}

    @router.get("/{review_id}")
    def show(review_id: str, caller: Caller = reviewer) -> dict[str, Any]:
        found = show_review(desk, log, reading, caller, review_id)
        number = found.patient
        return {
            **row_json(found.row),
            "access": found.access,
            "patient": None if number is None else {"kind": number.kind, "value": number.reveal()},
            "history": acts_json(desk.book.history(Kind.LOG_REVIEW, review_id)),
        }

    @router.post("/{review_id}/verdict")
    def judge(review_id: str, body: VerdictBody, caller: Caller = reviewer) -> dict[str, Any]:
        return row_json(give_verdict(desk, caller, review_id, body.verdict, body.text))

    return router
