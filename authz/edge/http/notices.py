"""``/api/v1/notices``: what somebody was told of the registers. Resumed by `since`; kept after it was seen.

Whoever is logged in gets her own, an application those of its members' people.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import Field

from authz.actions.desk import Desk
from authz.actions.records import instant_text
from authz.edge.http.rows import REGISTRARS, Authenticate, Body, caller_with
from authz.ports import Kind, Notices, Told
from authz.refusals import NotAllowed, UnknownRecord
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId
from vocabulary.instants import to_us

PREFIX = "/api/v1/notices"


class SeenBody(Body):
    what: str
    register_: str = Field(alias="register")
    record: str


def notices_router(desk: Desk, notices: Notices, authenticate: Authenticate) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["notices"])
    registrar = caller_with(authenticate, REGISTRARS)

    @router.get("")
    def of_person(
        person: str | None = None,
        since: Annotated[int, Query(ge=0, le=2**62)] = 0,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
        caller: Caller = registrar,
    ) -> dict[str, Any]:
        who = _whose(desk, caller, person)
        told = notices.of_person(who, since, limit)
        return {"items": [_told(one) for one in told], "since": told[-1].revision if told else since}

    @router.post("/seen", status_code=204)
    def seen(body: SeenBody, caller: Caller = registrar) -> Response:
        if caller.person is None:
            raise NotAllowed("whoever was told says that she has seen it, logged in")
        kinds = {str(kind): kind for kind in Kind}
        kind = kinds.get(body.register_)
        now = to_us(desk.clock.now())
        if kind is None or not notices.see(caller.person, kind, body.record, body.what, now):
            raise UnknownRecord("there is no such notice, or it was seen before")
        return Response(status_code=204)

    return router


def _whose(desk: Desk, caller: Caller, person: str | None) -> HsaId:
    if caller.person is not None:
        if person is not None and HsaId.parse(person) != caller.person:
            raise NotAllowed("notices are told to whom they are for")
        return caller.person
    if person is None:
        raise NotAllowed("an application says whose notices it asks for")
    who = HsaId.parse(person)
    view = desk.directory()
    found, colleague = view.delegator(who), view.colleague(who)
    # Who has protected personal data is for applications as if she were not there; she asks herself, logged in.
    hidden = colleague is None or colleague.protected
    if hidden or found is None or found.member is None or not caller.may_act_for(found.member):
        raise UnknownRecord("there is no such person")
    return who


def _told(one: Told) -> dict[str, Any]:
    notice = one.notice
    return {
        "what": notice.what,
        "register": str(notice.kind),
        "record": notice.row,
        "at": instant_text(notice.at),
        "seen_at": None if one.seen_at is None else instant_text(one.seen_at),
        "revision": one.revision,
    }
