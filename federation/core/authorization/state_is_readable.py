"""The client's ``state`` is given back unchanged, so it is read first among what is answered by redirection."""

from federation.core.authorization.draft import Draft
from federation.refusals import InvalidRequest

MAX_LENGTH = 2_048


def state_is_readable(draft: Draft) -> None:
    state = draft.one("state")
    if state is not None and (len(state) > MAX_LENGTH or not state.isprintable()):
        raise InvalidRequest("`state` is too long or holds control characters")
    draft.state = state
