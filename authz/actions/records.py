"""The audit record of a decision, as JSON text: who, in which assignment, what, whose data, which patient, when, why.

It holds the evaluated facts, enough to judge the same question again. Personal numbers stand in it only as the seal's
hash and ciphertext. Each fact's text is made once and kept while the registers hold the fact.
"""

import json
import re
from base64 import b64encode
from dataclasses import fields
from datetime import UTC, date, datetime
from enum import Enum
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final

from authz.core.decision import Decision, reference
from authz.core.facts import Facts
from authz.core.request import Citizen, Employee, Information, Request
from authz.core.unknown import UNKNOWN, Unknown
from authz.core.vote import Verdict
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period
from vocabulary.right import Right

ACTIVITIES: Final = {"read": "Läsa", "write": "Skriva", "sign": "Signera", "print": "Utskrift"}
"""How the log names what is done (DOMAIN 4); other actions keep their own name."""

_MOST_KEPT: Final = 50_000
_SINGLE: Final = (
    "reader",
    "assignment",
    "information",
    "task",
    "patient",
    "colleague",
    "application",
    "entry",
    "entry_after",
    # None of them and no power are different facts: without a known change nothing is compared.
    "powers",
    "powers_after",
)
_MANY: Final = (
    "care_relationships",
    "responsibility_moves",
    "service_recipients",
    "consents",
    "blocks",
    "lifts",
    "emergencies",
    "delegations",
    "discharge_cases",
    "admin_assignments",
)

_single_of, _many_of = attrgetter(*_SINGLE), attrgetter(*_MANY)

_LIKE_A_NUMBER: Final = re.compile(r"(?<![0-9A-Za-z])[0-9]{8}[-+]?[0-9]{4}(?![0-9A-Za-z])")

_quote = json.encoder.encode_basestring
_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
_SILENT, _PERMIT, _FORBID = Verdict.SILENT, Verdict.PERMIT, Verdict.FORBID


class FactTexts:
    """JSON texts of fact records, kept by identity together with the record, so that an id is never another's."""

    def __init__(self) -> None:
        self._whole: dict[int, tuple[Any, str]] = {}
        self._references: dict[int, tuple[Any, str]] = {}

    def whole(self, record: Any) -> str:
        kept = self._whole.get(id(record))
        if kept is not None:
            return kept[1]
        text = _encode(plain(record))
        if len(self._whole) >= _MOST_KEPT:
            self._whole.clear()
        self._whole[id(record)] = (record, text)
        return text

    def reference(self, record: Any) -> str:
        kept = self._references.get(id(record))
        if kept is not None:
            return kept[1]
        text = _encode(list(reference(record)))
        if len(self._references) >= _MOST_KEPT:
            self._references.clear()
        self._references[id(record)] = (record, text)
        return text

    def all_of(self, facts: Facts) -> str:
        """The evaluated facts, without the registers that were empty; a name with null was unreadable."""
        parts = []
        for name, record in zip(_SINGLE, _single_of(facts), strict=True):
            if record is UNKNOWN:
                parts.append(f'"{name}":"unknown"')
            elif record is not None:
                parts.append(f'"{name}":{self.whole(record)}')
        for name, records in zip(_MANY, _many_of(facts), strict=True):
            if records is UNKNOWN:
                parts.append(f'"{name}":"unknown"')
            elif records:
                parts.append(f'"{name}":[{",".join(map(self.whole, records))}]')
        return "{" + ",".join(parts) + "}"


def decision_record(
    *,
    decision_id: str,
    at: str,
    asked_by: str,
    token_client: str | None,
    decision: Decision,
    resource: str,
    sealed: bytes | None,
    facts_revision: str,
    texts: FactTexts,
) -> bytes:
    """The record of a decision that the rules made. ``resource`` is JSON text; ``at`` is RFC 3339 in UTC."""
    request, facts = decision.request, decision.facts
    return (
        f'{{"kind":"decision","decision_id":"{decision_id}","at":"{at}","permit":{_flag(decision.permit)},'
        f'"rule":"{decision.rule}","system":{_text(asked_by)},"token_client":{_text(token_client)},'
        f"{_who(request, facts)},{_whose(request, facts, sealed)},"
        f'"activity":{_text(ACTIVITIES.get(request.action, str(request.action)))},"purpose":{_purpose(request, facts)},'
        f'"resource":{resource},"assurance":{int(request.assurance)},"zone":"{request.zone}",'
        f'"obligations":[{",".join([_quote(word) for word in decision.obligations])}],'
        f'"policy":{_text(decision.policy_version)},"facts_revision":"{facts_revision}",'
        f'"findings":[{findings_text(decision, texts)}],"facts":{texts.all_of(facts)}}}'
    ).encode()


def denial_record(
    *, decision_id: str, at: str, asked_by: str, code: str, action: str, person: str | None, resource_type: str
) -> bytes:
    """The record of a question that came to no rule. Only what is safe to repeat of it."""
    return (
        f'{{"kind":"decision","decision_id":"{decision_id}","at":"{at}","permit":false,"rule":"{code}",'
        f'"system":{_text(asked_by)},"person":{_text(person)},"action":{_text(masked(action[:40]))},'
        f'"resource_type":{_text(masked(resource_type[:40]))}}}'
    ).encode()


def _who(request: Request, facts: Facts) -> str:
    subject = request.subject
    if not isinstance(subject, Employee):
        assert isinstance(subject, Citizen), "an application's own question has a record of its own form"
        key = _text(subject.patient)
        return f'"citizen":true,"citizen_key":{key},"person":null,"assignment":null,"unit":null,"provider":null'
    unit = provider = None
    in_use = facts.assignment
    if in_use is not None and in_use is not UNKNOWN:
        unit, provider = in_use.unit, in_use.provider
    return (
        f'"person":{_text(subject.person.value)},"assignment":{_id(subject.assignment)},'
        f'"unit":{_id(unit)},"provider":{_id(provider)}'
    )


def _whose(request: Request, facts: Facts, sealed: bytes | None) -> str:
    resource = request.resource
    of_unit, of_provider = (resource.unit, resource.provider) if isinstance(resource, Information) else (None, None)
    closed = "null" if sealed is None else f'"{b64encode(sealed).decode()}"'
    return (
        f'"patient":{_text(request.patient)},"patient_sealed":{closed},'
        f'"data_unit":{_id(of_unit)},"data_provider":{_id(of_provider)}'
    )


def _purpose(request: Request, facts: Facts) -> str:
    in_use = facts.assignment
    held = None if in_use is None or in_use is UNKNOWN else in_use.purpose
    return _text(held) if request.purpose is None else _masked_text(request.purpose)


def findings_text(decision: Decision, texts: FactTexts) -> str:
    """The votes that were cast, silent ones left out: members of a JSON array."""
    told, reference_text = [], texts.reference
    for rule, vote in decision.steps:
        verdict = vote.verdict
        if verdict is _SILENT:
            continue
        word = "permit" if verdict is _PERMIT else "forbid" if verdict is _FORBID else "unknown"
        told.append(f'["{rule.name}","{word}",[{",".join([reference_text(fact) for fact in vote.facts])}]]')
    return ",".join(told)


def _text(value: str | None) -> str:
    return "null" if value is None else _quote(value)


def _id(value: HsaId | None) -> str:
    return "null" if value is None else f'"{value.value}"'


def _flag(value: bool) -> str:  # One value, printed.
    return "true" if value else "false"


@lru_cache(maxsize=1_024)
def _masked_text(text: str) -> str:
    return _quote(masked(text))


def masked(text: str) -> str:
    """``text`` from an application without what looks like a personal number: a careless one may put it anywhere."""
    return _LIKE_A_NUMBER.sub("••••", text)


def instant_text(at: datetime) -> str:
    """RFC 3339 in UTC with microseconds, always of one width: texts compare as instants do."""
    in_utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    return in_utc.isoformat(timespec="microseconds")[:26] + "Z"


def plain(value: Any) -> Any:
    """``value`` in JSON's own terms, every member by its name."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, HsaId):
        return value.value
    if isinstance(value, Unknown):
        return "unknown"
    if isinstance(value, Enum | Right | str):
        return str(value)
    if isinstance(value, Period):
        return [plain(value.start), plain(value.end)]
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(map(str, value))
    if isinstance(value, tuple):
        return [plain(member) for member in value]
    return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
