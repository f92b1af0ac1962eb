"""Every client proves at the token endpoint that it is the one that asked, by S256 and nothing less.
(RFC 7636, 4.4.1; RFC 9700, 2.1.1)"""

from federation.core.authorization.draft import Draft
from federation.core.pkce import is_challenge
from federation.refusals import InvalidRequest


def pkce_is_s256(draft: Draft) -> None:
    challenge = draft.one("code_challenge")
    if challenge is None:
        raise InvalidRequest("`code_challenge` is missing")
    if draft.one("code_challenge_method") != "S256":
        raise InvalidRequest("`code_challenge_method` is `S256`")
    if not is_challenge(challenge):
        raise InvalidRequest("`code_challenge` is 43 characters of base64url")
    draft.code_challenge = challenge
