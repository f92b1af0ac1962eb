"""``/api/v1/emergency-accesses``: registered and ended by the reader, reviewed by somebody else, listed while owed.

Who may know of one: the reader, who reviews at the unit's member, and applications of that member.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from authz.actions.acting_at import acts_at
from authz.actions.desk import Desk
from authz.actions.emergencies.end import end_emergency_access
from authz.actions.emergencies.register import register_emergency_access
from authz.actions.emergencies.review import owed_review, review_emergency_access
from authz.actions.emergencies.reviewers import reviewers
from authz.actions.records import instant_text
from authz.core.facts import Emergency
from authz.edge.http.rows import (
    REGISTRARS,
    Authenticate,
    Body,
    EndBody,
    Instant,
    PatientBody,
    PatientQuery,
    caller_with,
    parse_id,
)
from authz.edge.http.told_rows import TellRows
from authz.ports import EmergencyReview, Kind, ReviewVerdict, Row, Trail, Worklists
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId

PREFIX = "/api/v1/emergency-accesses"


class NewEmergency(Body):
    """``to`` is until when; it begins now, and is of whoever is logged in, at the unit of her assignment."""

    patient: PatientBody
    reason: str
    to: Instant


class ReviewBody(Body):
    verdict: ReviewVerdict
    text: str


def emergency_accesses_router(desk: Desk, trail: Trail, worklists: Worklists, authenticate: Authenticate) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["emergency-accesses"])
    registrar = caller_with(authenticate, REGISTRARS)

    def may_know(row: Row, caller: Caller) -> bool:
        content = row.content
        assert isinstance(content, Emergency)
        return caller.person == content.person or _oversees(desk, caller, content.person, content.unit)

    shown = TellRows(desk, trail, Kind.EMERGENCY, may_know)

    def one(row: Row, caller: Caller) -> dict[str, Any]:
        _, review = owed_review(desk, row.id)
        return {**shown.one(row, caller), "review": _review_json(desk, review)}

    @router.post("", status_code=201)
    def register(body: NewEmergency, response: Response, caller: Caller = registrar) -> dict[str, Any]:
        row = register_emergency_access(
            desk, caller, patient=body.patient.read(), reason=body.reason, until=body.to
        )  # fmt: skip
        response.headers["Location"] = f"{PREFIX}/{row.id}"
        return one(row, caller)

    @router.get("")
    def of_person(person: str, caller: Caller = registrar) -> dict[str, Any]:
        """Those of one reader that the caller may know of."""
        rows = desk.book.rows_of_person(Kind.EMERGENCY, parse_id(person, "/person"))
        return {"items": [one(row, caller) for row in shown.known_of(rows, caller)]}

    @router.post("/query")
    def of_patient(body: PatientQuery, caller: Caller = registrar) -> dict[str, Any]:
        return {"items": [one(row, caller) for row in shown.of_patient(body.patient, caller)]}

    @router.get("/reviews-owed")
    def owed(
        member: str | None = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
        caller: Caller = registrar,
    ) -> dict[str, Any]:
        """What the caller is to review or to see reviewed, what is due first first, and how many there are."""
        wanted = None if member is None else parse_id(member, "/member")
        view, found = desk.directory(), list[EmergencyReview]()
        for row in worklists.owed_reviews():
            review = row.content
            assert isinstance(review, EmergencyReview)
            of_member = view.member_of_unit(review.unit)
            if wanted in (None, of_member) and _oversees(desk, caller, review.person, review.unit):
                found.append(review)
        told = [_review_json(desk, review) | _whose(review) for review in found]
        overdue = sum(1 for one_told in told if one_told["state"] == "overdue")
        return {"items": told[:limit], "owed": len(told), "overdue": overdue}

    @router.get("/{row_id}")
    def show(row_id: str, caller: Caller = registrar) -> dict[str, Any]:
        row = shown.known(row_id, caller)
        review, _ = owed_review(desk, row_id)
        return {**one(row, caller), "history": shown.history(row), "review_history": shown.history(review)}

    @router.post("/{row_id}/end")
    def end(row_id: str, body: EndBody, caller: Caller = registrar) -> dict[str, Any]:
        shown.known(row_id, caller)
        return one(end_emergency_access(desk, row_id, caller, body.reason), caller)

    @router.post("/{row_id}/review")
    def review(row_id: str, body: ReviewBody, caller: Caller = registrar) -> dict[str, Any]:
        row = shown.known(row_id, caller)
        review_emergency_access(desk, row_id, caller, body.verdict, body.text)
        return one(row, caller)

    return router


def _oversees(desk: Desk, caller: Caller, person: HsaId, unit: HsaId) -> bool:
    """Whether the caller reviews what the person did at the unit, or is an application of its member."""
    view = desk.directory()
    if caller.person is not None:
        return caller.person in reviewers(view, person, unit)
    return acts_at(desk, view, caller, {unit})


def _whose(review: EmergencyReview) -> dict[str, Any]:
    return {"emergency_access": review.emergency, "person": review.person.value, "unit": review.unit.value}


def _review_json(desk: Desk, review: EmergencyReview) -> dict[str, Any]:
    """``state`` is `owed`, `overdue` or `reviewed`; a verdict of `unclear` leaves it owed."""
    state = "reviewed"
    if review.is_owed:
        state = "overdue" if desk.clock.now() >= review.due else "owed"
    verdict = None if review.verdict is None else str(review.verdict)
    return {"state": state, "due": instant_text(review.due), "verdict": verdict, "text": review.text}
