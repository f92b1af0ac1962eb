"""``/api/v1/audit``: applications report what was done; the log is searched; the patient's extract is given out.

A patient stands in request bodies only. What was read is recorded before it is shown.
"""

import re
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import Field

from authz.actions.auditing.extract import Looked, NamesStaff, extract
from authz.actions.auditing.read_log import Found, LogReading
from authz.actions.auditing.report_access import MOST_AT_ONCE, Access, AccessReports, Outcome
from authz.actions.desk import Desk
from authz.actions.records import instant_text
from authz.core.request import PatientKey
from authz.edge.http.delegations import House
from authz.edge.http.rows import REGISTRARS, Authenticate, Body, Instant, PatientBody, caller_with
from authz.ports import AuditLog, LogQuery
from vocabulary.assurance import AssuranceLevel
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId
from vocabulary.refusals import InvalidValue
from vocabulary.stockholm import ZONE, parse_instant

PREFIX = "/api/v1/audit"
REPORTERS = frozenset({"tillit:pdp"})

Result = Literal["permit", "deny"]
Limit = Annotated[int, Query(ge=1, le=500)]
_LEVELS = {"loa2": AssuranceLevel.LOA2, "loa3": AssuranceLevel.LOA3}


_KIND = re.compile("[a-z_]{1,40}")


class AccessBody(Body):
    access_id: str = Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._:-]+$")
    decision_id: str = Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._:-]+$")
    action: Literal["read", "print", "write", "sign"]
    at: Instant
    document: str | None = Field(default=None, max_length=64)
    subject_token: str | None = Field(default=None, max_length=8_192, repr=False)
    level: Literal["loa2", "loa3"] | None = None
    booked: bool | None = None
    patients_family_name: str | None = Field(default=None, max_length=100, repr=False)

    def read(self) -> Access:
        level = AssuranceLevel.NONE if self.level is None else _LEVELS[self.level]
        return Access(
            self.access_id,
            self.decision_id,
            self.action,
            self.at,
            self.document,
            self.subject_token,
            level,
            self.booked,
            self.patients_family_name,
        )


class ReportBody(Body):
    accesses: list[AccessBody] = Field(min_length=1, max_length=MOST_AT_ONCE)


class ExtractBody(Body):
    patient: PatientBody
    from_: str | None = Field(default=None, alias="from")
    to: str | None = None


class QueryBody(ExtractBody):
    person: str | None = None
    unit: str | None = None
    result: Result | None = None
    kind: list[str] = Field(default=[], max_length=20)
    before: int | None = Field(default=None, ge=1, le=2**62)
    limit: int = Field(default=100, ge=1, le=500)


def audit_router(
    desk: Desk,
    log: AuditLog,
    reports: AccessReports,
    reading: LogReading,
    names_staff: NamesStaff,
    house: House,
    authenticate: Authenticate,
) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["audit"])
    reporter, reader = caller_with(authenticate, REPORTERS), caller_with(authenticate, REGISTRARS)

    @router.post("", status_code=201, responses={207: {"description": "some were refused; each says why"}})
    def report(body: ReportBody, response: Response, caller: Caller = reporter) -> dict[str, Any]:
        """What was done upon permits of this application. One that is refused alone is an error; among others each
        says for itself."""
        outcomes = reports.report(caller.client_id, [access.read() for access in body.accesses])
        refusals = [outcome.refusal for outcome in outcomes if outcome.refusal is not None]
        if len(refusals) == len(outcomes):
            raise refusals[0]
        if refusals:
            response.status_code = 207
        return {"items": [_outcome(outcome) for outcome in outcomes]}

    @router.get("")
    def search(
        person: str | None = None,
        unit: str | None = None,
        from_: Annotated[str | None, Query(alias="from")] = None,
        to: str | None = None,
        result: Result | None = None,
        kind: Annotated[list[str], Query()] = [],  # noqa: B006  # FastAPI copies it.
        before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
        limit: Limit = 100,
        caller: Caller = reader,
    ) -> dict[str, Any]:
        """The newest first. `before` of the answer goes on with the next page."""
        query = _query(person, unit, from_, to, result, kind)
        return _page(reading.search(query, caller, before, limit))

    @router.post("/query")
    def of_patient(body: QueryBody, caller: Caller = reader) -> dict[str, Any]:
        patient = PatientKey(desk.seal.lookup(body.patient.read()))
        query = _query(body.person, body.unit, body.from_, body.to, body.result, body.kind, patient)
        return _page(reading.search(query, caller, body.before, body.limit))

    @router.post("/extract")
    def who_looked(body: ExtractBody, caller: Caller = reader) -> dict[str, Any]:
        return {"items": [_looked_json(one) for one in _extract(body, caller)]}

    @router.post("/extract.html", response_class=HTMLResponse)
    def printable(body: ExtractBody, request: Request, caller: Caller = reader) -> HTMLResponse:
        language = house.language_of(request)
        rows = [(one, one.at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")) for one in _extract(body, caller)]
        made_on = desk.clock.now().astimezone(ZONE).date().isoformat()
        period = {"from": body.from_, "to": body.to}
        page = house.render(
            "extract.html", language=language, here=request.url.path, rows=rows, made_on=made_on, period=period
        )
        return HTMLResponse(page, headers={"Cache-Control": "no-store", "Content-Language": language})

    def _extract(body: ExtractBody, caller: Caller) -> tuple[Looked, ...]:
        since, until = instants(body.from_, body.to)
        return extract(desk, log, reading, names_staff, body.patient.read(), caller, since, until)

    return router


def _query(
    person: str | None,
    unit: str | None,
    from_: str | None,
    to: str | None,
    result: Result | None,
    kind: list[str],
    patient: PatientKey | None = None,
) -> LogQuery:
    since, until = instants(from_, to)
    for each in kind:
        if not _KIND.fullmatch(each):  # What was asked for is recorded, and so must be a word.
            raise InvalidValue("a kind of record is lower-case letters and `_`, such as `decision`", pointer="/kind")
    return LogQuery(
        None if person is None else HsaId.parse(person),
        patient,
        None if unit is None else HsaId.parse(unit),
        since,
        until,
        None if result is None else result == "permit",
        frozenset(kind[:20]),
    )


def instants(from_: str | None, to: str | None) -> tuple[Any, Any]:
    """Days are whole days in Stockholm: `to` is the first that is not asked for."""
    return (
        None if from_ is None else parse_instant(from_, pointer="/from"),
        None if to is None else parse_instant(to, pointer="/to"),
    )


def _page(found: Found) -> dict[str, Any]:
    return {"items": list(found.items), "before": found.before}


def _outcome(outcome: Outcome) -> dict[str, Any]:
    if outcome.refusal is not None:
        refusal = outcome.refusal
        return {
            "access_id": outcome.access_id,
            "recorded": False,
            "code": refusal.code,
            "title": refusal.description,
            "pointer": refusal.pointer,
        }
    return {"access_id": outcome.access_id, "recorded": True, "line": outcome.line, "repeated": outcome.repeated}


def _looked_json(one: Looked) -> dict[str, Any]:
    return {**asdict(one), "at": instant_text(one.at)}
