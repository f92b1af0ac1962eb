"""Retention over HTTP: the rules with their law, what is due by them, and the record of what was erased.

How much is due is told of what the caller administers; that something was erased names nobody and is told to readers.
"""

from collections import Counter
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from directory.core.entries import NAMES, Entry
from directory.core.retention import RULES, Besides, cutoff
from directory.core.visibility import Visibility
from directory.directory import Directory
from directory.edge.http.doors import Authenticate
from directory.edge.http.reading import Limit, audiences
from directory.edge.http.shapes import Audience, Shape
from directory.ports import Administration, Erasure
from directory.retention import Retention
from vocabulary.clock import Clock
from vocabulary.refusals import InvalidValue


class RuleShape(Shape):
    """``due`` have been over since ``cutoff`` or longer; of those something that stays still names ``held_back``. Both
    are absent of what is no entry."""

    kind: str
    years: int
    law: str
    counts_from: str
    why: str
    cutoff: datetime
    due: int | None
    held_back: int | None


class ErasureShape(Shape):
    at: datetime
    kind: str
    count: int
    law: str
    cutoff: datetime
    decision: str
    revision: int | None


class RetentionShape(Shape):
    """``decision`` is the archive authority's; without one nothing is erased. ``record`` is newest first."""

    decision: str | None
    rules: list[RuleShape]
    record: list[ErasureShape]
    next_cursor: str | None


def retention(
    directory: Directory, authenticate: Authenticate, administration: Administration, kept: Retention, clock: Clock
) -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["directory"])
    seen_by = Depends(audiences(directory, authenticate, administration))

    @routes.get("/retention")
    def told(
        seen: Audience = seen_by,
        cursor: Annotated[str | None, Query(max_length=20)] = None,
        limit: Limit = 100,
    ) -> RetentionShape:
        found = kept.record(_number_in(cursor), limit + 1)
        return RetentionShape(
            decision=kept.decision or None,
            rules=_rules(seen, kept, clock.now()),
            record=[_erasure_shape(erasure) for _, erasure in found[:limit]],
            next_cursor=str(found[limit - 1][0]) if len(found) > limit else None,
        )

    return routes


def _rules(seen: Audience, kept: Retention, now: datetime) -> list[RuleShape]:
    due = kept.due()

    def hers(entry: Entry) -> bool:
        return seen.reach.circle(entry) >= Visibility.ADMINISTRATORS and seen.sees(entry)

    going = Counter(NAMES[type(entry)] for entry in due.erased if hers(entry))
    held = Counter(NAMES[type(entry)] for entry, _ in due.held_back if hers(entry))
    going[Besides.MEMBERSHIP] = sum(
        len(before.memberships) - len(after.memberships) for before, after in due.stripped if hers(before)
    )
    counted = {*NAMES.values(), Besides.MEMBERSHIP}
    return [
        RuleShape(
            kind=kind,
            years=rule.years,
            law=rule.law,
            counts_from=rule.counts_from,
            why=rule.why,
            cutoff=cutoff(kind, now),
            due=going[kind] + held[kind] if kind in counted else None,
            held_back=held[kind] if kind in counted else None,
        )
        for kind, rule in RULES.items()
    ]


def _erasure_shape(erasure: Erasure) -> ErasureShape:
    return ErasureShape(**asdict(erasure))


def _number_in(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdigit()):
        raise InvalidValue("the cursor is not one that an earlier page gave", pointer="/cursor")
    return int(cursor)
