"""Codes only: no token ever travels through the browser.  (RFC 9700, 2.1.2)"""

from federation.core.authorization.draft import Draft
from federation.refusals import InvalidRequest, UnsupportedResponseType


def response_type_is_code(draft: Draft) -> None:
    asked = draft.one("response_type")
    if asked is None:
        raise InvalidRequest("`response_type` is missing")
    if asked != "code":
        raise UnsupportedResponseType("`response_type` is `code`")
