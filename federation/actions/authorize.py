"""Take an authorization request in, and carry it on until it ends in a code or a refusal."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from federation.core.authorization.draft import Draft
from federation.core.authorization.sequence import AUTHORIZE, BEFORE_REDIRECTION
from federation.core.claims import Evidence, needs_number, undeliverable
from federation.core.client import Client
from federation.core.grant import CODE_LIFETIME, Code, Grant, secret_hash
from federation.core.interaction import INTERACTION_LIFETIME, AuthorizationRequest, Interaction, browser_hash
from federation.core.next_step import ChooseAssignment, IssueCode, Login, Refuse, next_step
from federation.core.random_text import random_text
from federation.core.session import Session
from federation.ports import Clients, Grants, Interactions, Staff
from federation.refusals import AccessDenied, InteractionGone, OAuthRefusal, StaffUnavailable, TemporarilyUnavailable
from vocabulary.clock import Clock


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the client's redirection URI: ``parameters`` hold ``code``, or ``error``."""

    request: AuthorizationRequest | None
    redirect_uri: str
    form_post: bool
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AskPerson:
    """One of our pages has to ask the person something first."""

    interaction: Interaction
    step: Login | ChooseAssignment


class Authorize:
    """``begin`` raises ``UntrustedRequest`` when the client may not be answered; other refusals are ``Answer``s."""

    def __init__(
        self,
        issuer: str,
        clients: Clients,
        interactions: Interactions,
        grants: Grants,
        staff: Staff,
        clock: Clock,
        random_bytes: Callable[[int], bytes],
    ) -> None:
        self._issuer = issuer
        self._clients = clients
        self._interactions = interactions
        self._grants = grants
        self._staff = staff
        self._clock = clock
        self._random_bytes = random_bytes

    def begin(
        self, parameters: Mapping[str, Sequence[str]], browser_secret: str, session: Session | None
    ) -> Answer | AskPerson:
        """Check the request, and store it only when the person must be asked something."""
        draft = Draft(parameters, self._clients.find)
        for check in BEFORE_REDIRECTION:
            check(draft)
        try:
            for check in AUTHORIZE:
                check(draft)
        except OAuthRefusal as refusal:
            assert draft.redirect_uri is not None
            form_post = draft.response_mode == "form_post"
            return self._answer(None, draft.redirect_uri, form_post, draft.state, _error(refusal))
        now = self._clock.now()
        interaction = Interaction(
            id=random_text(self._random_bytes),
            browser=browser_hash(browser_secret),
            request=draft.request(),
            created_at=now,
            expires_at=now + INTERACTION_LIFETIME,
        )
        outcome = self._step(interaction, draft.known_client(), session)
        if isinstance(outcome, AskPerson):
            self._interactions.open(interaction)
            return outcome
        return outcome

    def resume(self, interaction: Interaction, session: Session | None) -> Answer | AskPerson:
        """Carry on after one of our pages. Raises ``InteractionGone`` when it has been answered meanwhile."""
        client = self._clients.find(interaction.request.client_id)
        if client is None or not client.enabled:
            raise InteractionGone("the application is no longer registered")
        outcome = self._step(interaction, client, session)
        # INVARIANT (one answer per interaction): of several tabs only one closes it.
        if isinstance(outcome, Answer) and not self._interactions.close(interaction.id):
            raise InteractionGone("the login has already been answered")
        return outcome

    def abandon(self, interaction: Interaction, refusal: OAuthRefusal) -> Answer:
        """The person gave up on one of our pages."""
        self._interactions.close(interaction.id)
        return self._refused(interaction.request, refusal)

    def _step(self, interaction: Interaction, client: Client, session: Session | None) -> Answer | AskPerson:
        request, now = interaction.request, self._clock.now()
        try:
            live = session is not None and session.live_at(now)
            employee = self._staff.employee(session.person) if session is not None and live else None
            step = next_step(interaction, client, session, employee, now)
            if isinstance(step, Login | ChooseAssignment):
                return AskPerson(interaction, step)
            if isinstance(step, Refuse):
                return self._refused(request, step.refusal)
            assert session is not None and employee is not None
            number = None
            if request.essential and needs_number(frozenset(), request.essential):
                number = self._staff.personal_number(employee.hsa_id)
        except StaffUnavailable:
            return self._refused(request, TemporarilyUnavailable("the directory cannot be read at the moment"))
        evidence = Evidence(employee, step.assignment, number)
        if undeliverable(request.essential, request.scopes, request.claims, evidence) is not None:
            return self._refused(request, AccessDenied("an essential claim cannot be delivered"))
        return self._with_code(request, session, step, now)

    def _with_code(self, request: AuthorizationRequest, session: Session, step: IssueCode, now: datetime) -> Answer:
        code = random_text(self._random_bytes)
        grant = Grant(
            id=random_text(self._random_bytes, 16),
            client_id=request.client_id,
            person=session.person,
            assignment=None if step.assignment is None else step.assignment.hsa_id,
            session=session.id,
            scopes=request.scopes,
            claims=request.claims,
            nonce=request.nonce,
            methods=session.methods,
            level=session.level,
            authenticated_at=session.authenticated_at,
            created_at=now,
            expires_at=session.expires_at,
        )
        stored = Code(secret_hash(code), grant.id, request.redirect_uri, request.code_challenge, now + CODE_LIFETIME)
        self._grants.open(grant, stored)
        form_post = request.response_mode == "form_post"
        return self._answer(request, request.redirect_uri, form_post, request.state, {"code": code})

    def _refused(self, request: AuthorizationRequest, refusal: OAuthRefusal) -> Answer:
        form_post = request.response_mode == "form_post"
        return self._answer(request, request.redirect_uri, form_post, request.state, _error(refusal))

    def _answer(
        self,
        request: AuthorizationRequest | None,
        redirect_uri: str,
        form_post: bool,
        state: str | None,
        parameters: Mapping[str, str],
    ) -> Answer:
        """``iss`` tells a client with several issuers whose answer this is (RFC 9207)."""
        sent = {**parameters, "iss": self._issuer}
        if state is not None:
            sent["state"] = state
        return Answer(request, redirect_uri, form_post, sent)


def _error(refusal: OAuthRefusal) -> dict[str, str]:
    # The standard allows ASCII without quotes and backslashes only (RFC 6749, 4.1.2.1).
    return {"error": refusal.code, "error_description": refusal.description.replace('"', "'").replace("\\", "")}
