"""The paper of a delegation as data: what delegator and recipient sign, and its hash.

The hash is over what was agreed, by ids, and not over names, which may change: a reader can compute it again from the
answer of the API (SHA-256 over the canonical JSON, RFC 8785, of these members).
"""

import json
from hashlib import sha256

from authz.actions.records import instant_text
from authz.core.facts import CatalogueTask
from authz.ports import DelegationTerms
from authz.refusals import WrongDocument


def document_of(terms: DelegationTerms, task: CatalogueTask) -> dict[str, object]:
    start, end = terms.period.start, terms.period.end
    return {
        "delegation": terms.id,
        "delegator": terms.delegator.value,
        "recipient": terms.recipient.value,
        "task": task.code,
        "task_name": task.name,
        "units": sorted(unit.value for unit in terms.units),
        "patients": sorted(terms.patients),
        "from": None if start is None else instant_text(start),
        "to": None if end is None else instant_text(end),
        "once": terms.once,
        "renews": terms.renews,
    }


def hash_of(document: dict[str, object]) -> str:
    """SHA-256 in hex. Only strings, lists, booleans and null stand in it, so sorted keys are canonical."""
    return sha256(json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


def need_same(stated: str, document: dict[str, object]) -> str:
    """Whoever signs states what she saw. Raises ``WrongDocument``."""
    made = hash_of(document)
    if stated != made:
        raise WrongDocument("this is not the hash of the document as it stands; show it again", pointer="/document")
    return made
