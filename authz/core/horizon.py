"""Until when an answer can stand if no register changes: the next instant at which some gathered period turns."""

from collections.abc import Iterator
from datetime import datetime

from authz.core.facts import Facts
from authz.core.unknown import UNKNOWN
from vocabulary.period import Period


def next_change(facts: Facts) -> datetime | None:
    """The earliest turn after ``facts.now``. All gathered records count, also those that no rule relied on, so the
    answer may be said to end too early but never too late."""
    return min((instant for instant in _turns(facts) if instant > facts.now), default=None)


def _turns(facts: Facts) -> Iterator[datetime]:
    for period in _periods(facts):
        if period.start is not None:
            yield period.start
        if period.end is not None:
            yield period.end
    if facts.lifts is not UNKNOWN:
        for lift in facts.lifts:
            if lift.period.start is not None:
                yield lift.period.start + facts.policy.longest_lift
    if facts.consents is not UNKNOWN:
        yield from (consent.ended_at for consent in facts.consents if consent.ended_at is not None)
    if facts.responsibility_moves is not UNKNOWN:
        yield from (move.at for move in facts.responsibility_moves)
    if facts.delegations is not UNKNOWN:
        yield from (given.revoked_at for given in facts.delegations if given.revoked_at is not None)


def _periods(facts: Facts) -> Iterator[Period]:
    if facts.assignment is not None and facts.assignment is not UNKNOWN:
        yield facts.assignment.period
    for register in (
        facts.care_relationships,
        facts.service_recipients,
        facts.consents,
        facts.blocks,
        facts.lifts,
        facts.emergencies,
        facts.delegations,
        facts.admin_assignments,
    ):
        if register is not UNKNOWN:
            yield from (record.period for record in register)
    if facts.delegations is not UNKNOWN:
        for given in facts.delegations:
            if given.delegator is not UNKNOWN and given.delegator.assignments is not UNKNOWN:
                yield from (held.period for held in given.delegator.assignments)
