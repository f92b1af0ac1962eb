"""AuthZEN 1.0 searches (section 8) read and answered: pages by opaque tokens, entities that can be asked about again.

A page token is sealed: it holds the search that it belongs to, by a digest, and where to go on. Boundary: it is no
right; whoever brings one is judged anew.
"""

import base64
import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from authz.actions.denials import DENIALS, TRY_AGAIN
from authz.actions.question import Pep, Question
from authz.actions.records import instant_text
from authz.actions.searching.search import DEFAULT_LIMIT, MOST_RESULTS, Found, Search, Sought
from authz.edge.http.answers import reason_json
from authz.edge.http.questions import MAX_TOKEN, Members, read_sought
from authz.refusals import MalformedQuestion

_PAGE: Final = b"page of a search"


class Box(Protocol):
    """Seals what only we shall read again. ``unseal`` raises ``ValueError`` for anything but what was sealed so."""

    def seal(self, plain: bytes, context: bytes) -> bytes: ...

    def unseal(self, sealed: bytes, context: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """A search with what its pages have in common; ``stated_page`` tells whether the asker spoke of pages."""

    search: Search
    digest: str
    stated_page: bool


def read_search(body: Members, sought: Sought, pep: Pep, box: Box) -> Asked:
    """Raises ``MalformedQuestion``, also for a token of another search: all but the token stays as it was."""
    question, subject_type = read_sought(body, sought)
    page = body.get("page")
    if page is not None and not isinstance(page, dict):
        raise MalformedQuestion("`page` is an object", pointer="/page")
    token, limit = _page(page or {})
    digest = _digest(body, sought, pep)
    search = Search(sought, question, subject_type, DEFAULT_LIMIT if limit is None else min(limit, MOST_RESULTS))
    if token:
        kept_digest, kept_limit, after = _opened(token, box)
        if kept_digest != digest or limit not in (None, kept_limit):
            raise MalformedQuestion("the page belongs to another search", pointer="/page/token")
        search = replace(search, limit=min(kept_limit, MOST_RESULTS), after=after)
    return Asked(search, digest, page is not None)


def found_text(found: Found, asked: Asked, box: Box) -> str:
    """The answer as JSON text, ``page`` first. A whole answer to who did not speak of pages has none."""
    told: dict[str, Any] = {}
    if asked.stated_page or found.explain or found.next is not None:
        stays = {"digest": asked.digest, "limit": asked.search.limit, "after": found.next}
        next_token = "" if found.next is None else _sealed(stays, box)
        told["page"] = {"next_token": next_token, "count": len(found.questions)}
    if found.explain:
        told["context"] = _context(found)
    told["results"] = [_entity(asked.search, question) for question in found.questions]
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False)


def _page(page: Members) -> tuple[str, int | None]:
    token, limit = page.get("token"), page.get("limit")
    if token is not None and (not isinstance(token, str) or len(token) > MAX_TOKEN):
        raise MalformedQuestion("`page.token` is a text", pointer="/page/token")
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or limit < 0):
        raise MalformedQuestion("`page.limit` is a whole number, not negative", pointer="/page/limit")
    if page.get("properties") is not None and not isinstance(page["properties"], dict):
        raise MalformedQuestion("`page.properties` is an object", pointer="/page/properties")
    return token or "", limit


def _digest(body: Members, sought: Sought, pep: Pep) -> str:
    """Of all that stays the same from page to page. A subject's token is renewed meanwhile, and judged each time."""
    context = body.get("context") or {}
    stays = {
        "sought": sought,
        "by": pep.client_id,
        "page": (body.get("page") or {}).get("properties"),
        "context": {name: value for name, value in context.items() if name != "subject_token"},
        **{name: body.get(name) for name in ("subject", "action", "resource") if name != sought},
        "type": None if sought is Sought.ACTION else {**body[sought], "id": None},
    }
    return hashlib.sha256(json.dumps(stays, sort_keys=True).encode()).hexdigest()


def _sealed(stays: dict[str, Any], box: Box) -> str:
    return base64.urlsafe_b64encode(box.seal(json.dumps(stays, separators=(",", ":")).encode(), _PAGE)).decode()


def _opened(token: str, box: Box) -> tuple[str, int, tuple[str, ...]]:
    try:
        held = json.loads(box.unseal(base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True), _PAGE))
    except ValueError:
        raise MalformedQuestion("the page's token is none of ours", pointer="/page/token") from None
    return held["digest"], held["limit"], tuple(held["after"])


def _entity(search: Search, question: Question) -> dict[str, Any]:
    """What was found, as it is asked about: with the properties by which it was judged."""
    if search.sought is Sought.ACTION:
        return {"name": question.action}
    if search.sought is Sought.RESOURCE:
        entity = {"type": question.resource_type, "id": question.resource_id}
        properties = _properties(question)
        return {**entity, "properties": properties} if properties else entity
    if question.citizen is not None:
        return {"type": "patient", "id": question.citizen.reveal(), "properties": {"patient": _patient(question)}}
    assert question.person is not None, "an employee was found"
    entity = {"type": "employee", "id": question.person.value}
    if question.assignment is None:
        return entity
    return {**entity, "properties": {"assignment": question.assignment.value}}


def _properties(question: Question) -> dict[str, Any]:
    stated = {
        "information_type": question.information_type,
        "care_unit": None if question.care_unit is None else question.care_unit.value,
        "care_provider": None if question.care_provider is None else question.care_provider.value,
        "from": None if question.first is None else question.first.isoformat(),
        "to": None if question.last is None else question.last.isoformat(),
        "task": question.task,
        "kind": question.message_kind or question.entry_kind,
        "from_unit": None if question.from_unit is None else question.from_unit.value,
        "to_units": [unit.value for unit in question.to_units] or None,
        "attribute_classes": list(question.attribute_classes) or None,
        "investigation": question.investigation or None,
    }
    told = {name: value for name, value in stated.items() if value is not None}
    return told if question.patient is None else {"patient": _patient(question), **told}


def _patient(question: Question) -> dict[str, str]:
    number = question.patient
    assert number is not None, "somebody is asked about"
    return {"kind": str(number.kind), "value": number.reveal()}


def _context(found: Found) -> dict[str, Any]:
    """``rules`` tell by which rule each of the results is permitted, in their order."""
    context: dict[str, Any] = {
        "search_id": found.search_id,
        "rules": list(found.rules),
        "looked_at": found.looked_at,
        "policy_version": found.policy_version,
        "facts_revision": found.facts_revision,
        "valid_until": None if found.valid_until is None else instant_text(found.valid_until),
    }
    if found.denial is not None:
        context["reason_user"] = reason_json(DENIALS[found.denial])
        context["final"] = found.denial not in TRY_AGAIN
    return context
