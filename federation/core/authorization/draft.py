"""An authorization request while it is being checked: what came in, and what each check has made of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from federation.core.client import Client
from federation.core.interaction import AuthorizationRequest, Prompt, ResponseMode
from vocabulary.assurance import AssuranceLevel


@dataclass(slots=True)
class Draft:
    """``parameters`` holds every value of every name, as sent. Fields below are set by the check named after them.

    Until ``redirect_uri`` is set, no refusal may be answered by redirection.
    """

    parameters: Mapping[str, Sequence[str]]
    find_client: Callable[[str], Client | None]
    client: Client | None = None
    redirect_uri: str | None = None
    state: str | None = None
    response_mode: ResponseMode = ResponseMode.QUERY
    scopes: frozenset[str] = field(default_factory=frozenset)
    code_challenge: str = ""
    nonce: str | None = None
    prompts: frozenset[Prompt] = field(default_factory=frozenset)
    max_age: timedelta | None = None
    level: AssuranceLevel = AssuranceLevel.LOA2
    claims: frozenset[str] = field(default_factory=frozenset)
    essential: frozenset[str] = field(default_factory=frozenset)

    def one(self, name: str) -> str | None:
        """The parameter's value; an empty one counts as left out (RFC 6749, 3.1)."""
        values = self.parameters.get(name, ())
        return values[0] if len(values) == 1 and values[0] else None

    def known_client(self) -> Client:
        """The client, for the checks that stand after ``client_is_known``."""
        assert self.client is not None
        return self.client

    def request(self) -> AuthorizationRequest:
        """The finished request, once every check has passed."""
        assert self.redirect_uri is not None
        return AuthorizationRequest(
            client_id=self.known_client().client_id,
            redirect_uri=self.redirect_uri,
            scopes=self.scopes,
            code_challenge=self.code_challenge,
            state=self.state,
            nonce=self.nonce,
            response_mode=self.response_mode,
            prompts=self.prompts,
            max_age=self.max_age,
            level=self.level,
            claims=self.claims,
            essential=self.essential,
        )
