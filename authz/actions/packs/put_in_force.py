"""Which version of an application's policy pack decides: activate one, go back to the one before, let none decide.

INVARIANT (swapped at once): the version that leaves and the one that comes are one commit.
"""

from dataclasses import replace

from authz.actions.packs.desk import MAX_NOTE, PackDesk, version_of
from authz.actions.packs.try_out import need_to_pass
from authz.ports import Act, PackState, Row
from authz.refusals import WrongState
from vocabulary.assurance import AssuranceLevel
from vocabulary.text import parse_line

ACTIVATED, ROLLED_BACK, REPLACED, DEACTIVATED = "activated", "rolled_back", "replaced", "deactivated"


def activate_pack(desk: PackDesk, space: str, number: int, *, by: str, reason: str, level: AssuranceLevel) -> Row:
    """From the return on, this version decides. Raises ``PolicyPackFails`` when its own cases do not pass."""
    return _put(desk, desk.version(space, number), ACTIVATED, by, reason, level)


def roll_back_pack(desk: PackDesk, space: str, *, by: str, reason: str, level: AssuranceLevel) -> Row:
    """The newest version before the active one that was active itself decides again. Raises ``WrongState``."""
    active = desk.active(space)
    if active is None:
        raise WrongState("no version is active; activate one")
    number = version_of(active).number
    before = [
        row
        for row in desk.versions(space)
        if version_of(row).number < number and version_of(row).state is PackState.RETIRED
    ]
    if not before:
        raise WrongState("no earlier version was ever active; deactivate this one, or activate another")
    return _put(desk, before[-1], ROLLED_BACK, by, reason, level)


def deactivate_pack(desk: PackDesk, space: str, *, by: str, reason: str, level: AssuranceLevel) -> Row:
    """From the return on the application has no rules, and every question of its own is denied."""
    active = desk.active(space)
    if active is None:
        raise WrongState("no version is active")
    note = parse_line(reason, max_length=MAX_NOTE, pointer="/reason")
    retired = _in_state(active, PackState.RETIRED, Act(DEACTIVATED, by, desk.clock.now(), note, level))
    desk.book.commit([retired])
    return retired


def _put(desk: PackDesk, row: Row, what: str, by: str, reason: str, level: AssuranceLevel) -> Row:
    content = version_of(row)
    if content.state is PackState.ACTIVE:
        raise WrongState("the version is active already")
    note = parse_line(reason, max_length=MAX_NOTE, pointer="/reason")
    desk.need_application(content.space)
    need_to_pass(desk, content)
    now, before = desk.clock.now(), desk.active(content.space)
    active = _in_state(row, PackState.ACTIVE, Act(what, by, now, note, level, content.digest))
    leaving = (
        []
        if before is None
        else [_in_state(before, PackState.RETIRED, Act(REPLACED, by, now, f"by version {content.number}", level))]
    )
    desk.book.commit([*leaving, active])
    return active


def _in_state(row: Row, state: PackState, act: Act) -> Row:
    return row.changed(replace(version_of(row), state=state), act)
