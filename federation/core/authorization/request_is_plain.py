"""Request objects and registration on the fly are not supported, and ignoring them would weaken what they say.
(OpenID Connect Core 3.1.2.6)"""

from federation.core.authorization.draft import Draft
from federation.refusals import RegistrationNotSupported, RequestNotSupported, RequestUriNotSupported


def request_is_plain(draft: Draft) -> None:
    if "request" in draft.parameters:
        raise RequestNotSupported("`request` is not supported")
    if "request_uri" in draft.parameters:
        raise RequestUriNotSupported("`request_uri` is not supported")
    if "registration" in draft.parameters:
        raise RegistrationNotSupported("`registration` is not supported")
