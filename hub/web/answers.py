"""One table: refusal code → HTTP status; and the body of a refusal in RFC 9457's form.

OAuth, SCIM and AuthZEN errors keep their own standard form at their own edge; this table is for the admin API and for
what escapes a page.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from hub.web.wrong_forms import sentence
from vocabulary.refusals import Refusal

STATUS: Mapping[str, int] = {
    "refused": 400,
    "invalid_value": 400,
    # directory
    "directory_refused": 400,
    "change_refused": 422,
    "entry_over": 422,
    "plan_overtaken": 422,
    "crosses_care_providers": 422,
    "directory_moved_on": 412,
    "entry_unknown": 404,
    "directory_not_allowed": 403,
    "idempotency_key_reused": 422,
    "idempotency_key_in_use": 409,
    "plan_moved_on": 412,
    "plan_begun": 409,
    "plan_settled": 409,
    # Not 429, which a client answers by waiting and trying again: somebody has to cancel something first.
    "too_many_plans": 409,
    "plans_full": 409,
    "before_the_beginning": 404,
    "drift_unknown": 404,
    "drift_moved": 412,
    "revision_unknown": 404,
    "undo_refused": 409,
    "already_undone": 409,
    "later_changes": 409,
    "changes_thinned": 410,
    "cursor_ahead": 410,
    "too_many_followers": 429,
    "store_rejected": 422,
    "directory_unavailable": 503,
    "directory_busy": 503,
    "directory_outcome_unknown": 503,
    "directory_out_of_step": 503,
    "ldap_server_unfit": 503,
    "ldap_unreachable": 503,
    "ldap_certificate_refused": 503,
    "ldap_login_refused": 503,
    "ldap_base_missing": 503,
    "ldap_schema_unfit": 503,
    "ldap_rights_missing": 503,
    "ldap_feature_missing": 503,
    "followers_full": 503,
    "feed_closing": 503,
    # authz
    "authz_refused": 400,
    "unknown_record": 404,
    "not_allowed": 403,
    "invalid_registration": 422,
    "invalid_period": 422,
    "emergency_too_long": 422,
    "emergency_in_social_care": 422,
    "wrong_content": 422,
    "consent_does_not_cover": 422,
    "already_registered": 409,
    "not_permitted": 403,
    "lift_too_long": 422,
    "delegation_too_long": 422,
    "unknown_task": 422,
    "task_not_delegable": 422,
    "delegation_to_self": 422,
    "delegator_not_competent": 422,
    "delegation_not_accepted": 422,
    "unknown_staff": 422,
    "block_of_another_provider": 422,
    "guardian_may_not_block": 422,
    "personal_number_in_text": 422,
    "not_looked_first": 422,
    "wrong_state": 409,
    "wrong_document": 409,
    "may_not_sign": 403,
    "signature_too_weak": 403,
    "already_ended": 409,
    "changed_meanwhile": 409,
    "stands_already": 409,
    "key_taken": 409,
    "record_moved": 412,
    "registers_unavailable": 503,
    "staff_unavailable": 503,
    "trail_unavailable": 503,
    "trail_overloaded": 503,
    "trail_busy": 503,
    "not_a_checkpoint": 400,
    "review_of_oneself": 403,
    "not_a_tombstone": 400,
    "log_unavailable": 503,
    "access_refused": 422,
    "unknown_decision": 422,
    "access_without_permit": 403,
    "decision_too_old": 422,
    "signature_needs_login": 403,
    "access_id_reused": 409,
    "removal_refused": 409,
    "invalid_policy_pack": 422,
    "policy_pack_fails": 409,
    "malformed_question": 400,
    "question_too_large": 413,
    "pep_not_authenticated": 401,
    "pep_not_allowed": 403,
    # federation
    "invalid_token": 401,
    "invalid_client": 401,
    "invalid_request": 400,
    "invalid_grant": 400,
    "invalid_scope": 400,
    "unsupported_grant_type": 400,
    "unsupported_response_type": 400,
    "request_not_supported": 400,
    "request_uri_not_supported": 400,
    "registration_not_supported": 400,
    "login_required": 400,
    "interaction_required": 400,
    "unmet_authentication_requirements": 400,
    "access_denied": 403,
    "unauthorized_client": 403,
    "temporarily_unavailable": 503,
    "standing_unavailable": 503,
    "interaction_gone": 400,
    "untrusted_request": 400,
    "invalid_client_registration": 422,
    "client_exists": 409,
    "client_unknown": 404,
    "wrong_credentials": 401,
    "too_many_attempts": 429,
    "login_attempt_gone": 409,
    "assignment_not_held": 400,
    "login_busy": 503,
    "accounts_unavailable": 503,
    "password_too_weak": 422,
    "username_taken": 409,
    "activation_invalid": 400,
    "person_unknown": 404,
    "scope_missing": 403,
    # sync
    "insufficient_scope": 403,
    "sync_refused": 400,
    "unreadable_list": 422,
    "empty_file": 422,
    "list_too_large": 413,
    "unknown_encoding": 422,
    "not_a_staff_list": 415,
    "malformed_csv": 422,
    "missing_columns": 422,
    "duplicate_columns": 422,
    "uneven_rows": 422,
    "duplicate_anchors": 422,
    "invalid_source": 422,
    "unknown_source": 404,
    "source_changed": 412,
    "unknown_run": 404,
    "run_in_progress": 409,
    "run_failed": 409,
    "preview_outdated": 409,
    "list_differs": 409,
    "leavers_differ": 409,
    "leavers_not_confirmed": 409,
    "braked": 409,
    "malformed_request": 400,
    "register_moved": 409,
    "register_unavailable": 503,
    "steps_rejected": 422,
}

RETRY_AFTER_SECONDS: Mapping[str, int] = {
    "directory_busy": 1,
    "too_many_followers": 10,
    "followers_full": 10,
    "feed_closing": 2,
}
"""When it is worth trying again (RFC 9110 10.2.3), where that can be said."""


def problem(status: int, code: str, title: str, **members: object) -> JSONResponse:
    """An RFC 9457 problem. ``type`` is a URN that never changes; ``detail`` and ``errors`` come as ``members``."""
    body = {"type": f"urn:tillit:{code}", "title": title, "status": status, **members}
    headers = {"www-authenticate": "Bearer"} if status == 401 else {}
    if code in RETRY_AFTER_SECONDS:
        headers["retry-after"] = str(RETRY_AFTER_SECONDS[code])
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def answer_refusal(_: Request, refusal: Exception) -> JSONResponse:
    """The problem for a refusal. An unlisted code is our own fault: 500, and a test finds it."""
    assert isinstance(refusal, Refusal)
    members = dict(refusal.members)
    if refusal.pointer is not None:
        errors = [{"pointer": pointer, "detail": detail} for pointer, detail in refusal.errors()]
        members |= {"pointer": refusal.pointer, "errors": errors}
    return problem(STATUS.get(refusal.code, 500), refusal.code, refusal.description, **members)


def answer_bad_shape(_: Request, error: Exception) -> JSONResponse:
    """FastAPI's validation errors, a pointer per field; never the input itself, which may hold a personal number."""
    assert isinstance(error, RequestValidationError)
    errors = [{"pointer": _pointer(found, error.body), "detail": sentence(found)} for found in error.errors()]
    members: dict[str, object] = {"pointer": errors[0]["pointer"]} if errors else {}
    title = "the request is not of the form that this address takes"
    return problem(400, "bad_request", title, **members, errors=errors)


def _pointer(found: Mapping[str, Any], body: object) -> str:
    """The JSON pointer (RFC 6901) into the body, as rules have it that are broken; a parameter's is ``/`` and its name.

    Pydantic also names the place (``body``), and which form of several it tried: neither stands in what was sent.
    """
    place, *parts = found["loc"]
    if found["type"] == "json_invalid":
        return ""  # Only the whole of it can be pointed at.
    if place == "body" and isinstance(body, dict | list):
        parts = _sent(parts, body, is_missing=found["type"] == "missing")
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)


def _sent(parts: Sequence[str | int], body: object, *, is_missing: bool) -> list[str | int]:
    """The parts that lead through the body. The last of what is missing is not there, and meant all the same."""
    kept: list[str | int] = []
    for number, part in enumerate(parts, 1):
        match body, part:
            case dict(), _ if part in body:
                body = body[part]
            case list(), int() if part < len(body):
                body = body[part]
            case dict(), _ if is_missing and number == len(parts):
                pass
            case _:
                continue
        kept.append(part)
    return kept


def answer_http_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return problem(error.status_code, f"http_{error.status_code}", str(error.detail).lower())
