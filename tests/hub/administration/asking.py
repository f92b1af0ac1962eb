"""Short questions to somebody's reach: may she, and does she see as administrators do; and the changes to ask about."""

from dataclasses import replace
from typing import Any

from directory import Entry, Membership, Person
from directory.core.changes import Change
from directory.core.visibility import Visibility
from directory.refusals import NotAllowed
from tests.hub.administration.parts import Administered, in_days


def may(county: Administered, who: Person, *changes: tuple[Entry | None, Entry], **caller: Any) -> bool:
    try:
        county.reach(who, **caller).demand_changes([Change(*change) for change in changes], dry_run=True)
    except NotAllowed:
        return False
    return True


def sees(county: Administered, who: Person, entry: Entry) -> bool:
    return county.reach(who).circle(entry) is Visibility.ADMINISTRATORS


def renamed(entry: Any) -> tuple[Entry, Entry]:
    field = "family_name" if isinstance(entry, Person) else "name"
    return entry, replace(entry, **{field: "Nytt namn"})


def ended(county: Administered, entry: Any) -> tuple[Entry, Entry]:
    return entry, replace(entry, period=entry.period.ended_at(in_days(county.clock, 1)))


def held_by(entry: Any, *people: Person) -> tuple[Entry, Entry]:
    return entry, replace(entry, memberships=(*entry.memberships, *(Membership(one.hsa_id) for one in people)))
