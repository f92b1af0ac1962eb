"""The authorization request's whole way through the checks, on one screen.

Refusals of ``BEFORE_REDIRECTION`` are told on a page of ours; those of ``AUTHORIZE`` go back to the client.
``login_hint``, ``ui_locales`` and other parameters that we do not know decide nothing.
"""

from federation.core.authorization.assurance_is_known import assurance_is_known
from federation.core.authorization.claims_are_allowed import claims_are_allowed
from federation.core.authorization.client_is_known import client_is_known
from federation.core.authorization.max_age_is_seconds import max_age_is_seconds
from federation.core.authorization.nonce_is_readable import nonce_is_readable
from federation.core.authorization.parameters_are_unrepeated import parameters_are_unrepeated
from federation.core.authorization.pkce_is_s256 import pkce_is_s256
from federation.core.authorization.prompt_is_supported import prompt_is_supported
from federation.core.authorization.redirect_uri_is_registered import redirect_uri_is_registered
from federation.core.authorization.request_is_plain import request_is_plain
from federation.core.authorization.response_mode_is_supported import response_mode_is_supported
from federation.core.authorization.response_type_is_code import response_type_is_code
from federation.core.authorization.scopes_are_granted import scopes_are_granted
from federation.core.authorization.state_is_readable import state_is_readable

BEFORE_REDIRECTION = (
    client_is_known,
    redirect_uri_is_registered,
)

AUTHORIZE = (
    state_is_readable,
    response_mode_is_supported,
    parameters_are_unrepeated,
    request_is_plain,
    response_type_is_code,
    scopes_are_granted,
    pkce_is_s256,
    nonce_is_readable,
    prompt_is_supported,
    max_age_is_seconds,
    assurance_is_known,
    claims_are_allowed,
)
