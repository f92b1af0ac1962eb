"""``Idempotency-Key`` (the IETF draft of that name): a repeated request is answered as the first one was, and not done.

A key is kept before the change is made. When the answer was lost between the two, the journal tells whether it was
made. Boundary: planned changes are kept with their key themselves (``plan_door``).
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar

from fastapi import Request

from directory.actions.writing import REASON_LENGTH
from directory.directory import Directory
from directory.edge.http.bodies import Body, NumberBody
from directory.ports import JournalRecord, KeptRequest, Requests
from directory.refusals import KeyInUse, KeyUsedOtherwise, OutcomeUnknown
from vocabulary.caller import Caller
from vocabulary.clock import Clock
from vocabulary.text import parse_line

REPEATED = "idempotency-replayed"
"""The header of an answer to what was done before."""
KEYS_KEPT = timedelta(hours=24)
_CARRIED_OUT_WITHIN = timedelta(minutes=1)
_RECORDS_AT_ONCE = 100
_KEY_LENGTH = 200
_SERVED_FROM = "served_from"
"""What is kept with an answer for other processes: they may be behind, and would tell what was before."""
_UNDER_WAY = "the first request with this Idempotency-Key is being carried out; try again soon"

Kept = dict[str, Any]
"""What is kept of an answer: ids, revisions and names of attributes, never values, which may be protected by then."""
A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Errand(Generic[A]):
    """``do`` makes the change, and gives what is kept of it and a way to tell it: if telling fails, it is done all the
    same. ``again`` answers from what was kept, as far as the caller may see it now. ``found_in`` tells what would have
    been kept, where a commit is this change, and else ``None``."""

    do: Callable[[], tuple[Kept, Callable[[], A]]]
    again: Callable[[Kept], A]
    found_in: Callable[[JournalRecord], Kept | None]


class Repeating:
    def __init__(self, directory: Directory, requests: Requests, clock: Clock) -> None:
        self._directory, self._requests, self._clock = directory, requests, clock

    def once(self, request: Request, caller: Caller, body: Body, errand: Errand[A]) -> A:
        """Do it, at most once where the request has a key. Raises ``KeyUsedOtherwise``, ``KeyInUse``, ``InvalidValue``
        for what is no key, and what the errand raises: then the key is free again."""
        key = key_in(request)
        if key is None:
            return errand.do()[1]()
        asked = KeptRequest(
            self._fingerprint(request, body), self._directory.snapshot().revision, self._clock.now(), None
        )
        kept = self._requests.begin(caller.name, key, asked)
        if kept is not None:
            if kept.fingerprint != asked.fingerprint:
                raise KeyUsedOtherwise("this Idempotency-Key came with another request before; choose a new one")
            done = self._kept_of(kept, errand)
            if done is not None:
                return errand.again(done)
            old_enough = asked.at - kept.at > _CARRIED_OUT_WITHIN
            if not old_enough or not self._requests.take_over(caller.name, key, kept, asked):
                raise KeyInUse(_UNDER_WAY)
        try:
            to_keep, tell = errand.do()
        except OutcomeUnknown:
            raise  # It may have been done: the key stays, and the journal will tell.
        except BaseException:
            self._requests.forget(caller.name, key)
            raise
        served_from = {_SERVED_FROM: self._directory.snapshot().revision}
        self._requests.answer(caller.name, key, json.dumps(to_keep | served_from))
        return tell()

    def _kept_of(self, kept: KeptRequest, errand: Errand[A]) -> Kept | None:
        """``None`` if it was not carried out, as far as the journal tells. Raises ``KeyInUse`` where it was, or will
        be, and is not served here yet: what is served here would be told as its outcome."""
        served = self._directory.snapshot().revision
        if kept.answer is not None:
            held: Kept = json.loads(kept.answer)
            if held.pop(_SERVED_FROM, 0) > served:
                raise KeyInUse(_UNDER_WAY)
            return held
        since = kept.base_revision
        while records := self._directory.records(since, _RECORDS_AT_ONCE):
            for record in records:
                if (found := errand.found_in(record)) is not None:
                    if (record.revision or 0) > served:
                        raise KeyInUse(_UNDER_WAY)
                    return found
            since += len(records)
        return None

    def _fingerprint(self, request: Request, body: Body) -> str:
        """What was asked, as a hash. A personal number goes in by its keyed hash: a bare one could be guessed from."""
        held = body.model_dump(mode="json", exclude_unset=True)
        number = getattr(body, "personal_number", None)
        if isinstance(number, NumberBody):
            held["personal_number"] = self._directory.number_lookup(number.parsed())
        parts = [request.method, request.url.path, request.headers.get("if-match", ""), held]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def key_in(request: Request) -> str | None:
    key = request.headers.get("idempotency-key")
    return None if key is None else parse_line(key, max_length=_KEY_LENGTH)


def is_hers(record: JournalRecord, door: str, caller: Caller, body: Body) -> bool:
    """Whether the commit came through ``door`` by this caller for this reason: where the door is not the key's own."""
    reason = parse_line(body.reason, max_length=REASON_LENGTH)
    return (record.door, record.actor, record.reason) == (door, caller.name, reason)
