"""All of the federation's endpoints but the login pages, wired together: what the hub mounts."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter
from sqlalchemy import Engine

from federation.actions.authorize import Authorize
from federation.actions.end_access import EndAccess
from federation.actions.issue_tokens import IssueTokens
from federation.actions.known_endings import KnownEndings
from federation.actions.token_desk import TokenDesk
from federation.edge.http.asgi import AsgiApp
from federation.edge.http.authorize import AuthorizePages
from federation.edge.http.client_authentication import ClientAuthentication
from federation.edge.http.cookies import Cookies
from federation.edge.http.introspect import IntrospectionEndpoint
from federation.edge.http.logout import LogoutPages
from federation.edge.http.metadata import JsonDocument, provider_metadata
from federation.edge.http.page_answers import House
from federation.edge.http.replay_guard import ReplayGuard
from federation.edge.http.revoke import RevocationEndpoint
from federation.edge.http.token import TokenEndpoint
from federation.edge.http.userinfo import UserinfoEndpoint
from federation.edge.jose.client_assertion import ClientAssertions
from federation.edge.jose.key_ring import KeyRing
from federation.edge.keys.folder import KeyFolder
from federation.edge.sql.assertions import SqlAssertions
from federation.edge.sql.clients import SqlClients
from federation.edge.sql.endings import SqlEndings
from federation.edge.sql.grants import SqlGrants
from federation.edge.sql.interactions import SqlInteractions
from federation.ports import Sessions, Staff
from vocabulary.clock import Clock


@dataclass(frozen=True, slots=True)
class Federation:
    """``endpoints`` are raw ASGI applications by exact path; ``pages`` is a router with FastAPI's own routes.

    ``refresh`` is to be called every 250 ms, off the event loop.
    """

    issuer: str
    cookies: Cookies
    keys: KeyFolder
    key_ring: KeyRing
    clients: SqlClients
    interactions: SqlInteractions
    sessions: Sessions
    grants: SqlGrants
    endings: KnownEndings
    end_access: EndAccess
    issue_tokens: IssueTokens
    token_desk: TokenDesk
    endpoints: tuple[tuple[str, AsgiApp], ...]
    pages: APIRouter

    def refresh(self) -> None:
        self.token_desk.refresh()
        self.key_ring.refresh()


def assemble(
    *,
    issuer: str,
    engine: Engine,
    key_folder: Path,
    staff: Staff,
    sessions: Sessions,
    house: House,
    clock: Clock,
    random_bytes: Callable[[int], bytes],
) -> Federation:
    """The tables must exist. ``issuer`` has no slash at its end."""
    cookies = Cookies(secure=issuer.startswith("https://"))
    keys = KeyFolder(key_folder, clock)
    ring = KeyRing(keys, issuer, clock)
    clients, grants, interactions = SqlClients(engine), SqlGrants(engine, clock), SqlInteractions(engine)
    endings = KnownEndings(SqlEndings(engine), clock)
    endings.refresh()
    end_access = EndAccess(sessions, grants, endings, clock)
    desk = TokenDesk(issuer, ring, clients, staff, endings, clock)
    issue = IssueTokens(issuer, ring, grants, staff, end_access, clock, random_bytes)
    audiences = frozenset([issuer, *(f"{issuer}{path}" for path in ("/token", "/introspect", "/revoke"))])
    authentication = ClientAuthentication(
        clients, ClientAssertions(clock), ReplayGuard(SqlAssertions(engine)), audiences
    )
    metadata = provider_metadata(issuer)
    endpoints: tuple[tuple[str, AsgiApp], ...] = (
        ("/token", TokenEndpoint(authentication, issue)),
        ("/introspect", IntrospectionEndpoint(issuer, authentication, desk)),
        ("/userinfo", UserinfoEndpoint(desk, staff)),
        ("/revoke", RevocationEndpoint(authentication, desk, grants, end_access)),
        ("/jwks", JsonDocument(ring.jwks)),
        ("/.well-known/openid-configuration", JsonDocument(lambda: metadata)),
        ("/.well-known/oauth-authorization-server", JsonDocument(lambda: metadata)),
    )
    authorize = Authorize(issuer, clients, interactions, grants, staff, clock, random_bytes)
    pages = APIRouter()
    pages.include_router(
        AuthorizePages(authorize, interactions, sessions, cookies, house, clock, random_bytes).router()
    )
    pages.include_router(LogoutPages(sessions, clients, ring, end_access, cookies, house, clock).router())
    return Federation(
        issuer=issuer,
        cookies=cookies,
        keys=keys,
        key_ring=ring,
        clients=clients,
        interactions=interactions,
        sessions=sessions,
        grants=grants,
        endings=endings,
        end_access=end_access,
        issue_tokens=issue,
        token_desk=desk,
        endpoints=endpoints,
        pages=pages,
    )
