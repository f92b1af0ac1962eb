"""``/userinfo``: claims about the person, as the directory has them now (OpenID Connect Core 5.3)."""

from typing import Any

from anyio import to_thread

from federation.actions.token_desk import TokenDesk
from federation.core.claims import OPENID, USERINFO, Evidence, needs_number, released
from federation.core.standing import TokenStanding
from federation.edge.http.asgi import Receive, Scope, Send, answer, answer_json, header, refuse
from federation.ports import Staff
from federation.refusals import InvalidRequest, InvalidToken, StaffUnavailable, StandingUnavailable


class UserinfoEndpoint:
    def __init__(self, desk: TokenDesk, staff: Staff) -> None:
        self._desk = desk
        self._staff = staff

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            token = _bearer(scope)
            if token is None:
                await _challenge(send, 401, "")
                return
            found = self._desk.standing(token)
            if found.person is None or OPENID not in found.scopes:
                await _challenge(send, 403, 'error="insufficient_scope", scope="openid"')
                return
            told = await self._told(found)
        except (InvalidToken, InvalidRequest) as refusal:
            status = 400 if isinstance(refusal, InvalidRequest) else 401
            await _challenge(send, status, f'error="{refusal.code}"')
        except (StaffUnavailable, StandingUnavailable) as refusal:
            await refuse(send, refusal)
        else:
            await answer_json(send, told)

    async def _told(self, found: TokenStanding) -> dict[str, Any]:
        assert found.person is not None
        employee = self._staff.employee(found.person)
        if employee is None:
            raise InvalidToken("the person no longer holds what the token rests on")
        number = None
        if needs_number(found.scopes, found.claims):
            number = await to_thread.run_sync(self._staff.personal_number, found.person)
        assignment = None if found.assignment is None else employee.assignment(found.assignment)
        evidence = Evidence(employee, assignment, number)
        return {"sub": str(found.person), **released(USERINFO, found.scopes, found.claims, evidence)}


def _bearer(scope: Scope) -> str | None:
    """The header only: a token in a form or a query ends up in logs (RFC 6750, 2.2 and 2.3)."""
    value = header(scope, b"authorization")
    if value is None:
        return None
    scheme, _, token = value.partition(b" ")
    if scheme.lower() != b"bearer":
        return None
    return token.strip().decode("latin-1")


async def _challenge(send: Send, status: int, error: str) -> None:
    """RFC 6750, 3."""
    value = f'Bearer realm="tillit"{", " if error else ""}{error}'.encode()
    await answer(send, status, b"", ((b"www-authenticate", value), (b"cache-control", b"no-store")))
