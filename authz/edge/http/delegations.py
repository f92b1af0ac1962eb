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
from authz.edge.http.carrying_out import CarryingOut
from authz.edge.http.delegation_shapes import (
    DelegationsShown,
    NewDelegation,
    PaperBody,
    ReportBody,
    SignatureBody,
    need_application_of_delegator,
)
from authz.edge.http.rows import REGISTRARS, Authenticate, EndBody, acts_json, caller_with, row_json
from authz.ports import DelegationReport, Kind, Row
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

    def known(caller: Caller, row_id: str, kind: Kind) -> Row:
        """A report is known to whom its delegation is."""
        row = desk.book.row(kind, row_id)
        if row is None or not isinstance(row.content, DelegationReport):
            return shown.known(row_id, caller)
        shown.known(row.content.delegation, caller)
        return row

    def show_either(row: Row, caller: Caller) -> dict[str, Any]:
        return shown.one(row, caller) if row.kind is Kind.DELEGATION else row_json(row)

    def carrying(prefix: str = PREFIX) -> CarryingOut:
        return CarryingOut(desk, prefix, known, show_either)

    @router.post("", status_code=201)
    def offer(body: NewDelegation, request: Request, caller: Caller = registrar) -> Response:
        def do(desk: Desk) -> Row:
            return offer_delegation(desk, body.written(caller), caller)

        return carrying().carry_out(request, caller, body, do)

    @router.post("/on-paper", status_code=201)
    def on_paper(body: PaperBody, request: Request, caller: Caller = registrar) -> Response:
        def do(desk: Desk) -> Row:
            written = body.written(caller)
            need_application_of_delegator(desk, written, caller)
            paper = Paper(written, body.accepted, body.receiving_member_agreed)
            return register_on_paper(desk, paper, by=caller.name)

        return carrying().carry_out(request, caller, body, do)

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
    def sign(row_id: str, body: SignatureBody, request: Request, caller: Caller = registrar) -> Response:
        def do(desk: Desk) -> Row:
            shown.known(row_id, caller)
            return sign_delegation(desk, pdp, row_id, caller, body.document, body.network_zone)

        return carrying().carry_out(request, caller, body, do)

    @router.post("/{row_id}/accept")
    def accept(row_id: str, body: SignatureBody, request: Request, caller: Caller = registrar) -> Response:
        def do(desk: Desk) -> Row:
            shown.known(row_id, caller)
            return answer.accept_delegation(desk, row_id, caller, body.document)

        return carrying().carry_out(request, caller, body, do)

    @router.post("/{row_id}/agree")
    def agree(row_id: str, request: Request, caller: Caller = registrar) -> Response:
        def do(desk: Desk) -> Row:
            shown.known(row_id, caller)
            return answer.agree_to_delegation(desk, row_id, caller)

        return carrying().carry_out(request, caller, None, do)

    def offer_ending(name: str, ending: Ending) -> None:
        @router.post(f"/{{row_id}}/{name}", name=name)
        def finish(row_id: str, body: EndBody, request: Request, caller: Caller = registrar) -> Response:
            def do(desk: Desk) -> Row:
                shown.known(row_id, caller)
                return ending(desk, row_id, caller, body.reason)

            return carrying().carry_out(request, caller, body, do)

    for name, ending in _ENDINGS.items():
        offer_ending(name, ending)

    @router.post("/{row_id}/performed")
    def performed(row_id: str, request: Request, caller: Caller = registrar) -> Response:
        """The one occasion has been."""

        def do(desk: Desk) -> Row:
            shown.known(row_id, caller)
            return report_back.report_occasion(desk, row_id, caller)

        return carrying().carry_out(request, caller, None, do)

    @router.post("/{row_id}/reports", status_code=201)
    def report(row_id: str, body: ReportBody, request: Request, caller: Caller = registrar) -> Response:
        def do(desk: Desk) -> Row:
            shown.known(row_id, caller)
            patient = None if body.patient is None else body.patient.read()
            return report_back.report_back(desk, row_id, caller, body.weight, body.text, patient)

        return carrying(f"{PREFIX}/{row_id}/reports").carry_out(request, caller, body, do)

    @router.get("/{row_id}/reports")
    def reports(row_id: str, caller: Caller = registrar) -> dict[str, Any]:
        shown.known(row_id, caller)
        return {"items": [row_json(row) for row in desk.book.rows_under(Kind.DELEGATION_REPORT, row_id)]}

    @router.post("/{row_id}/reports/{report_id}/acknowledge")
    def acknowledge(row_id: str, report_id: str, request: Request, caller: Caller = registrar) -> Response:
        def do(desk: Desk) -> Row:
            shown.known(row_id, caller)
            return report_back.acknowledge_report(desk, row_id, report_id, caller)

        return carrying().carry_out(request, caller, None, do)

    return router
