"""What an interaction needs next: a login, the choice of an assignment, a code, or a refusal.

The smallest question: nothing is asked that the session already answers. Pure; the HTTP edge carries the step out.
"""

from dataclasses import dataclass
from datetime import datetime

from federation.core.claims import NEEDS_ASSIGNMENT
from federation.core.client import Client
from federation.core.employee import Employee, EmployeeAssignment
from federation.core.interaction import AuthorizationRequest, Interaction, Prompt
from federation.core.session import Session
from federation.refusals import AccessDenied, InteractionRequired, LoginRequired, OAuthRefusal, UnmetAuthentication


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody must prove who she is; ``Interaction.request.level`` says how surely."""


@dataclass(frozen=True, slots=True)
class ChooseAssignment:
    """More than one assignment would do, so the person must say which."""

    candidates: tuple[EmployeeAssignment, ...]


@dataclass(frozen=True, slots=True)
class IssueCode:
    """All is answered. ``assignment`` is ``None`` when the client needs none."""

    assignment: EmployeeAssignment | None


@dataclass(frozen=True, slots=True)
class Refuse:
    """The client is told why there is no code."""

    refusal: OAuthRefusal


Step = Login | ChooseAssignment | IssueCode | Refuse


def next_step(
    interaction: Interaction, client: Client, session: Session | None, employee: Employee | None, now: datetime
) -> Step:
    """``employee`` is the session's person as the directory knows her now; ``None`` when it knows her not."""
    request = interaction.request
    silent = Prompt.NONE in request.prompts
    if session is None or not session.live_at(now) or _must_login_anew(interaction, session, now):
        return Refuse(LoginRequired("a login is needed")) if silent else Login()
    if session.level < max(request.level, client.level):
        return Refuse(UnmetAuthentication("a stronger login is needed")) if silent else Login()
    if employee is None or not employee.active:
        return Refuse(AccessDenied("the person has no current employee record"))
    if client.members is not None and employee.member not in client.members:
        return Refuse(AccessDenied("the application is not open to the person's organisation"))
    if not needs_assignment(client, request):
        return IssueCode(None)
    return _assignment_step(interaction, session, candidates(client, employee), silent=silent)


def needs_assignment(client: Client, request: AuthorizationRequest) -> bool:
    """Whether the client, or a claim that was asked for, needs exactly one assignment."""
    return client.needs_assignment or bool(
        NEEDS_ASSIGNMENT.scopes & request.scopes or NEEDS_ASSIGNMENT.names & request.claims
    )


def candidates(client: Client, employee: Employee) -> tuple[EmployeeAssignment, ...]:
    """The current assignments that the client takes."""
    return tuple(held for held in employee.assignments if client.purposes is None or held.purpose in client.purposes)


def _must_login_anew(interaction: Interaction, session: Session, now: datetime) -> bool:
    if session.authenticated_at >= interaction.created_at:
        return False
    request = interaction.request
    if request.prompts & {Prompt.LOGIN, Prompt.SELECT_ACCOUNT}:
        return True
    return request.max_age is not None and now - session.authenticated_at > request.max_age


def _assignment_step(
    interaction: Interaction, session: Session, fitting: tuple[EmployeeAssignment, ...], *, silent: bool
) -> Step:
    if not fitting:
        return Refuse(AccessDenied("the person has no current assignment that the application takes"))
    if len(fitting) == 1:
        return IssueCode(fitting[0])
    for held in fitting:
        if held.hsa_id == session.assignment and not _must_choose_anew(interaction, session):
            return IssueCode(held)
    if silent:
        return Refuse(InteractionRequired("an assignment must be chosen"))
    return ChooseAssignment(fitting)


def _must_choose_anew(interaction: Interaction, session: Session) -> bool:
    chosen = session.assignment_chosen_at
    return Prompt.SELECT_ACCOUNT in interaction.request.prompts and (chosen is None or chosen < interaction.created_at)
