"""``/api/v1/delegations``: offer, sign, answer, agree, veto, revoke, report back; each by whom it belongs to."""

from collections.abc import Callable
from typing import Any, Protocol

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from authz.actions.answer_question import Pdp
from authz.actions.delegating import answer, end, report_back
from authz.actions.delegating.document import hash_of
from authz.actions.delegating.offer import offer_delegation
from authz.actions.delegating.register_on_paper import Paper, register_on_paper
from authz.actions.delegating.sign import sign_delegation
from authz.actions.desk import Desk
from authz.core.delegation_state import DelegationState
from authz.edge.http.delegation_shapes import (
    DelegationsShown,
    NewDelegation,
    PaperBody,
    ReportBody,
    SignatureBody,
    need_application_of_delegator,
)
from authz.edge.http.rows import REGISTRARS, Authenticate, EndBody, acts_json, caller_with, row_json
from authz.ports import Kind, Row
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId

PREFIX = "/api/v1/delegations"

Ending = Callable[[Desk, str, Caller, str], Row]

_ENDINGS: dict[str, Ending] = {
    "refuse": answer.refuse_delegation,
    "disagree": answer.disagree_with_delegation,
    "revoke": end.revoke_delegation,
    "veto": end.veto_delegation,
    "renounce": end.renounce_delegation,
}


class House(Protocol):
    """The look and the languages of the house; ``hub.pages`` keeps this."""

    def render(self, template: str, **context: object) -> str: ...

    def language_of(self, request: Request) -> str: ...


def delegations_router(desk: Desk, pdp: Pdp, house: House, authenticate: Authenticate) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["delegations"])
    registrar, shown = caller_with(authenticate, REGISTRARS), DelegationsShown(desk)

    @router.post("", status_code=201)
    def offer(body: NewDelegation, response: Response, caller: Caller = registrar) -> dict[str, Any]:
        row = offer_delegation(desk, body.written(caller), caller)
        response.headers["Location"] = f"{PREFIX}/{row.id}"
        return shown.one(row, caller)

    @router.post("/on-paper", status_code=201)
    def on_paper(body: PaperBody, response: Response, caller: Caller = registrar) -> dict[str, Any]:
        written = body.written(caller)
        need_application_of_delegator(desk, written, caller)
        row = register_on_paper(desk, Paper(written, body.accepted, body.receiving_member_agreed), by=caller.name)
        response.headers["Location"] = f"{PREFIX}/{row.id}"
        return shown.one(row, caller)

    @router.get("")
    def of_person(person: str, state: DelegationState | None = None, caller: Caller = registrar) -> dict[str, Any]:
        """Those that she gave or received, and that the caller may know of."""
        rows = desk.book.rows_of_person(Kind.DELEGATION, HsaId.parse(person))
        return {"items": shown.many(rows, caller, state)}

    @router.get("/{row_id}")
    def show(row_id: str, caller: Caller = registrar) -> dict[str, Any]:
        row = shown.known(row_id, caller)
        return {**shown.one(row, caller), "history": acts_json(desk.book.history(Kind.DELEGATION, row_id))}

    @router.get("/{row_id}/document")
    def document(row_id: str, caller: Caller = registrar) -> dict[str, Any]:
        """What is signed, and its hash: SHA-256 over the canonical JSON (RFC 8785) of ``document``."""
        made = shown.document(shown.known(row_id, caller))
        return {"document": made, "hash": hash_of(made)}

    @router.get("/{row_id}/document.html", response_class=HTMLResponse)
    def printable(row_id: str, request: Request, caller: Caller = registrar) -> HTMLResponse:
        context = shown.printable(shown.known(row_id, caller), caller)
        language = house.language_of(request)
        page = house.render("delegation.html", language=language, here=request.url.path, **context)
        return HTMLResponse(page, headers={"Cache-Control": "no-store", "Content-Language": language})

    @router.post("/{row_id}/sign")
    def sign(row_id: str, body: SignatureBody, caller: Caller = registrar) -> dict[str, Any]:
        shown.known(row_id, caller)
        return shown.one(sign_delegation(desk, pdp, row_id, caller, body.document, body.network_zone), caller)

    @router.post("/{row_id}/accept")
    def accept(row_id: str, body: SignatureBody, caller: Caller = registrar) -> dict[str, Any]:
        shown.known(row_id, caller)
        return shown.one(answer.accept_delegation(desk, row_id, caller, body.document), caller)

    @router.post("/{row_id}/agree")
    def agree(row_id: str, caller: Caller = registrar) -> dict[str, Any]:
        shown.known(row_id, caller)
        return shown.one(answer.agree_to_delegation(desk, row_id, caller), caller)

    def offer_ending(name: str, ending: Ending) -> None:
        @router.post(f"/{{row_id}}/{name}", name=name)
        def finish(row_id: str, body: EndBody, caller: Caller = registrar) -> dict[str, Any]:
            shown.known(row_id, caller)
            return shown.one(ending(desk, row_id, caller, body.reason), caller)

    for name, ending in _ENDINGS.items():
        offer_ending(name, ending)

    @router.post("/{row_id}/performed")
    def performed(row_id: str, caller: Caller = registrar) -> dict[str, Any]:
        """The one occasion has been."""
        shown.known(row_id, caller)
        return shown.one(report_back.report_occasion(desk, row_id, caller), caller)

    @router.post("/{row_id}/reports", status_code=201)
    def report(row_id: str, body: ReportBody, caller: Caller = registrar) -> dict[str, Any]:
        shown.known(row_id, caller)
        patient = None if body.patient is None else body.patient.read()
        return row_json(report_back.report_back(desk, row_id, caller, body.weight, body.text, patient))

    @router.get("/{row_id}/reports")
    def reports(row_id: str, caller: Caller = registrar) -> dict[str, Any]:
        shown.known(row_id, caller)
        return {"items": [row_json(row) for row in desk.book.rows_under(Kind.DELEGATION_REPORT, row_id)]}

    @router.post("/{row_id}/reports/{report_id}/acknowledge")
    def acknowledge(row_id: str, report_id: str, caller: Caller = registrar) -> dict[str, Any]:
        shown.known(row_id, caller)
        return row_json(report_back.acknowledge_report(desk, row_id, report_id, caller))

    return router
