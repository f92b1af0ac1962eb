"""Looks after the delegations that stand: warns before one expires, and lapses one whose ground is gone.

Boundary: decisions deny by themselves what has expired or lapsed; this tells people of it.  (SOSFS 1997:14)
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from authz.actions.delegating.end import lapse
from authz.actions.delegating.overseers import all_overseers
from authz.actions.desk import Desk
from authz.core.facts import CatalogueTask, Delegator
from authz.core.unknown import UNKNOWN
from authz.ports import Act, DelegationTerms, Kind, Notice, StaffView
from authz.refusals import AlreadyEnded, ChangedMeanwhile

BY: Final = "tillit"
WARNED: Final = ((timedelta(days=7), "expires_within_7"), (timedelta(days=30), "expires_within_30"))
"""How long before its end people are told, the nearest first."""


def look_after_delegations(desk: Desk) -> None:
    """Told once each, however often this runs and in however many processes; says nothing while it cannot read.

    Raises ``RegistersUnavailable``.
    """
    standing, view = desk.registers.delegations(), desk.staff.view()
    if standing is UNKNOWN or view is UNKNOWN:
        return
    now, told = desk.clock.now(), list[Notice]()
    for terms in standing:
        if terms.revoked_at is not None or terms.vetoed or terms.spent:
            continue
        why = _fallen(desk, view, terms, now)
        if why is not None:
            _lapse(desk, terms, why, now)
        elif terms.signed and terms.accepted:
            told += _warnings(view, terms, now)
    desk.book.commit([], told)


def _lapse(desk: Desk, terms: DelegationTerms, why: str, now: datetime) -> None:
    row = desk.book.row(Kind.DELEGATION, terms.id)
    if row is not None and row.end is None:
        try:
            lapse(desk, row, Act("lapsed", BY, now, why))
        except (ChangedMeanwhile, AlreadyEnded):
            return  # Somebody, or another process, ended it first.


def _fallen(desk: Desk, view: StaffView, terms: DelegationTerms, now: datetime) -> str | None:
    """Why it stands no longer; ``None`` while it does, or while nobody can tell."""
    if terms.period.end is not None and terms.period.end <= now:
        return None
    delegator, recipient = view.delegator(terms.delegator), view.delegator(terms.recipient)
    if delegator is None or not delegator.active or not _works(delegator, now):
        return "the delegator has no current assignment"
    task = desk.registers.task(terms.task)
    if isinstance(task, CatalogueTask) and _has_lost_licence(delegator, task):
        return "the delegator has no licence for the task"
    if recipient is None or not recipient.active or not _works(recipient, now, terms):
        return "the recipient works at none of the units"
    return None


def _works(person: Delegator, now: datetime, terms: DelegationTerms | None = None) -> bool:
    held = person.assignments
    return held is UNKNOWN or any(
        one.period.contains(now) and (terms is None or one.unit in terms.units) for one in held
    )


def _has_lost_licence(delegator: Delegator, task: CatalogueTask) -> bool:
    return delegator.licences is not UNKNOWN and delegator.licences.isdisjoint(task.required_licences)


def _warnings(view: StaffView, terms: DelegationTerms, now: datetime) -> Iterator[Notice]:
    end = terms.period.end
    if end is None or end <= now:
        return
    for before, what in WARNED:
        if end - before <= now:
            for person in dict.fromkeys((terms.delegator, terms.recipient, *all_overseers(view, terms))):
                yield Notice(person, what, Kind.DELEGATION, terms.id, now)
            return
