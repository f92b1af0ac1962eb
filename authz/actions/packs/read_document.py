"""A policy pack's document as JSON text: one way of writing it, and its digest."""

import hashlib
import json
from typing import Any

from authz.actions.packs.read_pack import MAX_BYTES, read_pack
from authz.core.packs.pack import Pack
from authz.ports import PackVersion
from authz.refusals import InvalidPolicyPack


def written(document: Any) -> str:
    """The document's one JSON text, whatever order and spaces it came with. Raises ``InvalidPolicyPack``."""
    try:
        text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True)
        size = len(text.encode())
    except (TypeError, ValueError, RecursionError):
        raise InvalidPolicyPack("the document is not plain JSON", pointer="") from None
    if size > MAX_BYTES:
        raise InvalidPolicyPack(f"the document is larger than {MAX_BYTES} bytes", pointer="")
    return text


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def read_kept(version: PackVersion) -> Pack:
    """The pack of a version as kept. Raises ``InvalidPolicyPack`` when it cannot be read any more, or was altered."""
    if digest_of(version.document) != version.digest:
        raise InvalidPolicyPack("the document is not the one that was uploaded")
    return read_pack(json.loads(version.document), version.number)
