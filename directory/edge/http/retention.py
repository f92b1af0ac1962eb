"""Retention over HTTP: the rules with their law, what is due by them, and the record of what was erased.

How much is due is told of what the caller administers; that something was erased names nobody and is told to readers.
"""

from collections import Counter
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from directory.core.entries import NAMES, Entry
from directory.core.retention import RULES, Besides, Due, HeldBack, cutoff, parts_lost
from directory.core.visibility import Visibility
from directory.directory import Directory
from directory.edge.http.doors import Authenticate
from directory.edge.http.plan_door import PlanDoor
from directory.edge.http.reading import Limit, audiences
from directory.edge.http.shapes import Audience, Shape
from directory.ports import Administration, Erasure
from directory.retention import Retention
from vocabulary.caller import Caller
from vocabulary.clock import Clock
from vocabulary.hsa_id import HsaId
from vocabulary.refusals import InvalidValue

_MOST_HELD = 100


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


class HeldShape(Shape):
    """What is due and held back: the entry, or so many ``parts`` in it (kind ``membership``). ``by_entry`` is the first
    that stays and names it, ``by_plan`` the planned change; both are absent of what the caller may not know of."""

    kind: str
    hsa_id: str
    parts: int | None
    by_entry: str | None
    by_plan: int | None


class ErasureShape(Shape):
    at: datetime
    kind: str
    count: int
    law: str
    cutoff: datetime
    decision: str
    revision: int | None


class RetentionShape(Shape):
    """``decision`` is the archive authority's; without one nothing is erased. ``held`` are the first hundred of what is
    held back. ``record`` is newest first."""

    decision: str | None
    rules: list[RuleShape]
    held: list[HeldShape]
    record: list[ErasureShape]
    next_cursor: str | None


def retention(
    directory: Directory,
    authenticate: Authenticate,
    administration: Administration,
    kept: Retention,
    door: PlanDoor,
    clock: Clock,
) -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["directory"])
    seen_by = Depends(audiences(directory, authenticate, administration))

    @routes.get("/retention")
    def told(
        seen: Audience = seen_by,
        caller: Caller = door.caller,
        cursor: Annotated[str | None, Query(max_length=20)] = None,
        limit: Limit = 100,
    ) -> RetentionShape:
        found = kept.record(_number_in(cursor), limit + 1)
        due = _hers(kept.due(), seen)
        return RetentionShape(
            decision=kept.decision or None,
            rules=_rules(due, clock.now()),
            held=_held(due, seen, door, caller),
            record=[_erasure_shape(erasure) for _, erasure in found[:limit]],
            next_cursor=str(found[limit - 1][0]) if len(found) > limit else None,
        )

    return routes


def _hers(due: Due, seen: Audience) -> Due:
    """What is due of what she administers."""

    def administers(entry: Entry) -> bool:
        return seen.reach.circle(entry) >= Visibility.ADMINISTRATORS and seen.sees(entry)

    stripped = tuple(pair for pair in due.stripped if administers(pair[0]))
    return Due(
        tuple(entry for entry in due.erased if administers(entry)),
        stripped,
        sum(parts_lost(*pair) for pair in stripped),
        tuple(held for held in due.held_back if administers(held.entry)),
    )


def _held(due: Due, seen: Audience, door: PlanDoor, caller: Caller) -> list[HeldShape]:
    some = due.held_back[:_MOST_HELD]
    numbers = {held.by for held in some if isinstance(held.by, int)}
    known = door.known(caller, numbers) if numbers else frozenset()
    return [
        HeldShape(
            kind=_kind_of(held),
            hsa_id=str(held.entry.hsa_id),
            parts=held.parts,
            by_entry=str(held.by) if isinstance(held.by, HsaId) and seen.seen(held.by) is not None else None,
            by_plan=held.by if isinstance(held.by, int) and held.by in known else None,
        )
        for held in some
    ]


def _kind_of(held: HeldBack) -> str:
    return NAMES[type(held.entry)] if held.parts is None else Besides.MEMBERSHIP


def _rules(due: Due, now: datetime) -> list[RuleShape]:
    going = Counter({Besides.MEMBERSHIP.value: due.parts})
    going.update(NAMES[type(entry)] for entry in due.erased)
    held: Counter[str] = Counter()
    for one in due.held_back:
        held[_kind_of(one)] += 1 if one.parts is None else one.parts
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
