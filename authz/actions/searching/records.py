"""The audit record of a search, as JSON text: who sought what, and what was told. One record a page.

A search opens nothing by itself: what is opened after it is asked about, or reported, by itself.
"""

import json
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime

from authz.actions.question import Question
from authz.actions.read_request import resource_text
from authz.actions.records import ACTIVITIES, instant_text, masked
from authz.core.request import PatientKey

_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def search_record(
    *,
    search_id: str,
    at: datetime,
    asked_by: str,
    sought: str,
    subject_type: str,
    question: Question,
    patient: tuple[PatientKey, bytes] | None,
    told: Sequence[str],
    looked_at: int,
    more: bool,
    denial: str | None,
    policy: str,
    facts_revision: str,
) -> bytes:
    """``told`` are the keys of what was found: ids, and patients as the registers know them, never numbers."""
    return _encode(
        {
            "kind": "search",
            "decision_id": search_id,
            "at": instant_text(at),
            "sought": sought,
            "system": asked_by,
            "subject_type": masked(subject_type[:40]),
            "person": None if question.person is None else question.person.value,
            "assignment": None if question.assignment is None else question.assignment.value,
            "patient": None if patient is None else patient[0],
            "patient_sealed": None if patient is None else b64encode(patient[1]).decode(),
            "activity": masked(ACTIVITIES.get(question.action, question.action[:40])),
            "resource": json.loads(resource_text(question)),
            "data_unit": None if question.care_unit is None else question.care_unit.value,
            "data_provider": None if question.care_provider is None else question.care_provider.value,
            "found": len(told),
            "told": list(told),
            "more": more,
            "looked_at": looked_at,
            "denial": denial,
            "policy": policy,
            "facts_revision": facts_revision,
        }
    ).encode()
