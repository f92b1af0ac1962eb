"""End what somebody may do, at once and for good: a token, a grant, a session, or all that a leaver had.

Every verb is idempotent and may be repeated after an interruption. The order is always: first the register of endings,
which every use of a token asks; then the stores. So an interruption leaves too little alive, never too much.
"""

from collections.abc import Iterable

from federation.actions.known_endings import KnownEndings
from federation.core.ending import Ending, EndingKind
from federation.core.grant import Grant
from federation.ports import Grants, Sessions
from vocabulary.clock import Clock
from vocabulary.hsa_id import HsaId


class EndAccess:
    """Calling it ends everything of a person (the port ``EndLogins``)."""

    def __init__(self, sessions: Sessions, grants: Grants, endings: KnownEndings, clock: Clock) -> None:
        self._sessions = sessions
        self._grants = grants
        self._endings = endings
        self._clock = clock

    def __call__(self, person: HsaId) -> None:
        self.of_person(person, None)

    def of_token(self, token_id: str) -> None:
        """One access token (its ``jti``), for the rest of its short life."""
        self._endings.end([Ending(EndingKind.TOKEN, token_id)])

    def of_grant(self, grant_id: str) -> None:
        """One client's grant, with its codes, refresh tokens and access tokens."""
        self._end_grants([grant_id])

    def of_session(self, session_id: str) -> None:
        """A logout: the session and all that came from it, at every client."""
        self._endings.end([Ending(EndingKind.SESSION, session_id)])
        self._sessions.end(session_id, self._clock.now())
        self._grants.end(self._grants.of_session(session_id), self._clock.now())

    def of_person(self, person: HsaId, assignments: frozenset[HsaId] | None) -> None:
        """A leaver. ``None``: the person is gone, so sessions end too. Else only what rests on those assignments ends;
        the person is still employed and may log in with another."""
        if assignments is None:
            ended = self._sessions.end_of_person(person, self._clock.now())
            self._endings.end([Ending(EndingKind.SESSION, session) for session in ended])
        self._end_grants(self._grants.of_person(person, assignments))

    def has_ended(self, grant: Grant) -> bool:
        """Whether the grant or its session is in the register now, as every node sees it: a logout that was on its way
        while the grant was made is felt here."""
        self._endings.refresh()
        return self._endings.any_of(Ending(EndingKind.GRANT, grant.id), Ending(EndingKind.SESSION, grant.session))

    def _end_grants(self, grant_ids: Iterable[str]) -> None:
        ids = tuple(grant_ids)
        self._endings.end([Ending(EndingKind.GRANT, one) for one in ids])
        self._grants.end(ids, self._clock.now())
