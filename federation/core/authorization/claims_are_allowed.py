"""Claims asked for one by one, and which of them are essential.  (OpenID Connect Core 5.5)

A name that nobody sends, or that belongs to a scope the client may not have, is left out, as Core says; but asked for
as essential it is a demand that cannot be met. ``acr`` with values is a demand for a level.
"""

import json
from collections.abc import Mapping
from typing import Any

from federation.core.authorization.draft import Draft
from federation.core.claims import CLAIM_NAMED
from federation.refusals import AccessDenied, InvalidRequest, UnmetAuthentication
from vocabulary.assurance import AssuranceLevel, level_named

MAX_LENGTH = 4_096
_ALWAYS_SENT = frozenset(["acr", "amr", "auth_time", "sub"])


def claims_are_allowed(draft: Draft) -> None:
    text = draft.one("claims")
    if text is None:
        return
    asked = _read(text)
    client_scopes = draft.known_client().scopes
    allowed = {name for name in asked if name in CLAIM_NAMED and CLAIM_NAMED[name].scopes & client_scopes}
    essential = {name for name, wish in asked.items() if wish.get("essential") is True} - _ALWAYS_SENT
    if essential - allowed:
        raise AccessDenied("an essential claim cannot be delivered to the application")
    draft.claims, draft.essential = frozenset(allowed), frozenset(essential)
    _demand_level(draft, asked.get("acr", {}))


def _demand_level(draft: Draft, wish: Mapping[str, Any]) -> None:
    values = wish.get("values", [wish["value"]] if "value" in wish else [])
    if wish.get("essential") is not True or not isinstance(values, list) or not values:
        return
    known = {level_named(name) for name in values if isinstance(name, str)} - {AssuranceLevel.NONE}
    if not known:
        raise UnmetAuthentication("the essential `acr` names no level that is proven here")
    draft.level = max(draft.level, min(known))


def _read(text: str) -> dict[str, Mapping[str, Any]]:
    fault = InvalidRequest("`claims` is not a readable JSON object")
    if len(text) > MAX_LENGTH or text.count("{") + text.count("[") > 100:
        raise fault
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        raise fault from None
    if not isinstance(read, dict):
        raise fault
    asked: dict[str, Mapping[str, Any]] = {}
    for part in ("userinfo", "id_token"):
        wishes = read.get(part, {})
        if not isinstance(wishes, dict):
            raise fault
        for name, wish in wishes.items():
            if not isinstance(wish, dict | None):
                raise fault
            asked[name] = {**asked.get(name, {}), **(wish or {})}
    return asked
