"""How the answer travels: in the query, or as a form post.  (OAuth 2.0 Multiple Response Types, 2.1; Form Post 1.0)"""

from federation.core.authorization.draft import Draft
from federation.core.interaction import ResponseMode
from federation.refusals import InvalidRequest


def response_mode_is_supported(draft: Draft) -> None:
    asked = draft.one("response_mode")
    if asked is None:
        return
    try:
        draft.response_mode = ResponseMode(asked)
    except ValueError:
        raise InvalidRequest("`response_mode` is `query` or `form_post`") from None
