"""Gather what a plan is made against, and make it. Shared by preview and apply, so that both plan alike."""

from sync.core.people import Present
from sync.core.plan import Plan, make_plan
from sync.core.source import Source
from sync.core.staff_list import anchor_key
from sync.core.staff_row import CleanList
from sync.ports import StaffView
from vocabulary.clock import Clock
from vocabulary.hsa_id import HsaId
from vocabulary.refusals import InvalidValue


def plan_now(rows: CleanList, source: Source, view: StaffView, clock: Clock) -> Plan:
    """The plan of ``rows`` against ``view``, as of now."""
    return make_plan(rows, gather(rows, source, view), source, clock.now())


def gather(rows: CleanList, source: Source, view: StaffView) -> Present:
    people = tuple(view.people_from(source.id))
    known = {anchor_key(person.anchor) for person in people if person.anchor is not None}
    first_time = {row.lookup for row in rows.rows if row.lookup is not None and anchor_key(row.anchor) not in known}
    units = tuple(view.units_of(source.member))
    own = {unit.hsa_id for unit in units}
    named = {unit for unit in map(_hsa_id, {row.unit for row in rows.rows}) if unit is not None}
    return Present(
        revision=view.revision,
        id_prefixes=view.id_prefixes(source.member),
        people=people,
        with_number={
            lookup: found for lookup in first_time if (found := view.people_with_number(source.member, lookup))
        },
        units=units,
        units_elsewhere=frozenset(unit for unit in named - own if view.member_of_unit(unit) is not None),
        assignments=tuple(assignment for unit in units for assignment in view.assignments_of_unit(unit.hsa_id)),
    )


def _hsa_id(text: str | None) -> HsaId | None:
    try:
        return None if text is None else HsaId.parse(text)
    except InvalidValue:
        return None
