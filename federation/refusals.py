"""Every refusal of the federation room.

::

    Refusal
    ├ OAuthRefusal                    answered in OAuth's own form; ``code`` is the ``error`` of the RFCs
    │ ├ InvalidRequest                invalid_request
    │ ├ InvalidClient                 invalid_client
    │ ├ InvalidGrant                  invalid_grant
    │ ├ InvalidScope                  invalid_scope
    │ ├ UnauthorizedClient            unauthorized_client
    │ ├ UnsupportedGrantType          unsupported_grant_type
    │ ├ UnsupportedResponseType       unsupported_response_type
    │ ├ RequestNotSupported           request_not_supported
    │ ├ RequestUriNotSupported        request_uri_not_supported
    │ ├ RegistrationNotSupported      registration_not_supported
    │ ├ AccessDenied                  access_denied
    │ ├ LoginRequired                 login_required
    │ ├ InteractionRequired           interaction_required
    │ ├ UnmetAuthentication           unmet_authentication_requirements
    │ └ TemporarilyUnavailable        temporarily_unavailable
    ├ InvalidToken                    invalid_token           any JOSE object or access token that does not hold
    ├ UntrustedRequest                untrusted_request       a request that may not be answered by redirect
    ├ InteractionGone                 interaction_gone        no such interaction in this browser, or too old
    ├ StaffUnavailable                staff_unavailable       the directory is stale or cannot be read
    ├ StandingUnavailable             standing_unavailable    we no longer know what has been revoked
    ├ InvalidClientRegistration       invalid_client_registration
    ├ ClientExists                    client_exists
    ├ ClientUnknown                   client_unknown
    ├ WrongCredentials                wrong_credentials       name, password, code: which of them is never said
    ├ TooManyAttempts                 too_many_attempts       wait first; says how long
    ├ LoginAttemptGone                login_attempt_gone      the password was too long ago, start there again
    ├ AssignmentNotHeld               assignment_not_held     not a current assignment that this client takes
    ├ LoginBusy                       login_busy              too many passwords are being checked at this moment
    ├ AccountsUnavailable             accounts_unavailable    the database with accounts and sessions does not answer
    ├ PasswordTooWeak                 password_too_weak       ``reason`` is stable
    ├ UsernameTaken                   username_taken
    ├ ActivationInvalid               activation_invalid      unknown, used, replaced or too old
    ├ PersonUnknown                   person_unknown          no active employee, or none that the caller may know of
    └ ScopeMissing                    scope_missing           the caller's token does not reach this
"""

from datetime import timedelta

from vocabulary.refusals import Refusal


class OAuthRefusal(Refusal):
    """An error of OAuth 2.0 or OpenID Connect; ``code`` is its registered name."""

    code = "invalid_request"


class InvalidRequest(OAuthRefusal):
    """RFC 6749, 4.1.2.1 and 5.2."""

    code = "invalid_request"


class InvalidClient(OAuthRefusal):
    """The client did not prove who it is (RFC 6749, 5.2). The description never says which part was wrong."""

    code = "invalid_client"


class InvalidGrant(OAuthRefusal):
    """The code or refresh token is unknown, used, expired, ended or somebody else's (RFC 6749, 5.2)."""

    code = "invalid_grant"


class InvalidScope(OAuthRefusal):
    """RFC 6749, 5.2."""

    code = "invalid_scope"


class UnauthorizedClient(OAuthRefusal):
    """The client is known but not allowed this (RFC 6749, 5.2)."""

    code = "unauthorized_client"


class UnsupportedGrantType(OAuthRefusal):
    """RFC 6749, 5.2."""

    code = "unsupported_grant_type"


class UnsupportedResponseType(OAuthRefusal):
    """RFC 6749, 4.1.2.1: we answer with codes only."""

    code = "unsupported_response_type"


class RequestNotSupported(OAuthRefusal):
    """OpenID Connect Core 3.1.2.6."""

    code = "request_not_supported"


class RequestUriNotSupported(OAuthRefusal):
    """OpenID Connect Core 3.1.2.6."""

    code = "request_uri_not_supported"


class RegistrationNotSupported(OAuthRefusal):
    """OpenID Connect Core 3.1.2.6."""

    code = "registration_not_supported"


class AccessDenied(OAuthRefusal):
    """The person may not use this client (RFC 6749, 4.1.2.1)."""

    code = "access_denied"


class LoginRequired(OAuthRefusal):
    """OpenID Connect Core 3.1.2.6: ``prompt=none`` and a login is needed."""

    code = "login_required"


class InteractionRequired(OAuthRefusal):
    """OpenID Connect Core 3.1.2.6: ``prompt=none`` and an assignment must be chosen."""

    code = "interaction_required"


class UnmetAuthentication(OAuthRefusal):
    """RFC 9470 and OpenID Connect Core Error Code unmet_authentication_requirements 1.0."""

    code = "unmet_authentication_requirements"


class TemporarilyUnavailable(OAuthRefusal):
    """RFC 6749, 4.1.2.1: try again soon. Never counted against the person."""

    code = "temporarily_unavailable"


class InvalidToken(Refusal):
    """A JOSE object is malformed, forged, expired, for somebody else, or no longer stands (RFC 6750)."""

    code = "invalid_token"


class UntrustedRequest(Refusal):
    """The client or its redirection URI is not known, so the person is told on a page of ours (RFC 6749, 4.1.2.1)."""

    code = "untrusted_request"


class InteractionGone(Refusal):
    """No authorization request of that id is under way in this browser."""

    code = "interaction_gone"


class StaffUnavailable(Refusal):
    """The directory cannot vouch for what it knows. Nothing is permitted meanwhile, and no login counts as failed."""

    code = "staff_unavailable"


class StandingUnavailable(Refusal):
    """The register of endings has not been read for too long, so no token can be called standing."""

    code = "standing_unavailable"


class InvalidClientRegistration(Refusal):
    """What was said about a client does not hold together."""

    code = "invalid_client_registration"


class ClientExists(Refusal):
    """The client id is taken."""

    code = "client_exists"


class ClientUnknown(Refusal):
    """No client has that id."""

    code = "client_unknown"


class WrongCredentials(Refusal):
    """What was shown does not prove who the person is. The same for an unknown name, a wrong password, a used code, a
    disabled account and an employee who has left."""

    code = "wrong_credentials"


class TooManyAttempts(Refusal):
    """Nothing was checked and nothing counted; the next try is taken after ``wait``."""

    code = "too_many_attempts"

    def __init__(self, wait: timedelta) -> None:
        super().__init__("too many failed attempts, wait before the next")
        self.wait = wait


class LoginAttemptGone(Refusal):
    """No password was proven in this interaction, or too long ago, or too many codes were wrong since."""

    code = "login_attempt_gone"


class AssignmentNotHeld(Refusal):
    """The person does not hold that assignment at this moment, or the client does not take its purpose."""

    code = "assignment_not_held"


class LoginBusy(Refusal):
    """The places for checking passwords are all taken. Never counted against the person."""

    code = "login_busy"


class AccountsUnavailable(Refusal):
    """The database did not answer in time. Never counted against the person."""

    code = "accounts_unavailable"


class PasswordTooWeak(Refusal):
    """``reason`` is one of ``too_short too_long unprintable contains_name common``."""

    code = "password_too_weak"

    def __init__(self, reason: str) -> None:
        super().__init__(f"the password may not be chosen: {reason.replace('_', ' ')}", pointer="/password")
        self.reason = reason


class UsernameTaken(Refusal):
    """Somebody else has that username."""

    code = "username_taken"


class ActivationInvalid(Refusal):
    """The activation code opens nothing, or this browser has not typed one lately."""

    code = "activation_invalid"


class PersonUnknown(Refusal):
    """There is no such active employee, or the caller may not know whether there is."""

    code = "person_unknown"


class ScopeMissing(Refusal):
    """The caller is known, but none of its scopes allows this (RFC 6750, 3.1)."""

    code = "scope_missing"
