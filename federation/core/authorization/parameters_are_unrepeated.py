"""No parameter comes twice: two readers would read two requests.  (RFC 6749, 3.1)"""

from federation.core.authorization.draft import Draft
from federation.refusals import InvalidRequest


def parameters_are_unrepeated(draft: Draft) -> None:
    if any(len(values) > 1 for values in draft.parameters.values()):
        raise InvalidRequest("a parameter is sent more than once")
