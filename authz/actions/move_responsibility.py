"""Moves the responsibility for a patient's nursing to another unit, at an instant to come; corrected by annulment.

At that instant the old unit's care relationships and delegations for the patient end, for the professions that move.
(HSL 12 kap. 1 §)
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from authz.actions.acting_at import need_acts_at
from authz.actions.carers import carers_at
from authz.actions.delegating.overseers import overseers
from authz.actions.desk import Desk, open_row
from authz.actions.keep_other_registers import written_move
from authz.actions.telling import commit, done
from authz.core.facts import ResponsibilityMove
from authz.ports import End, Kind, Row, StaffView
from authz.refusals import AlreadyRegistered, InvalidPeriod, InvalidRegistration, UnknownRecord
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId
from vocabulary.personal_number import PersonalIdentityNumber

AHEAD_AT_MOST: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Move:
    """``professions`` are licence codes."""

    patient: PersonalIdentityNumber
    from_unit: HsaId
    to_unit: HsaId
    professions: frozenset[str]
    at: datetime


def move_responsibility(desk: Desk, caller: Caller, move: Move) -> Row:
    """By the unit that has the responsibility and gives it away. Both units are told: their chief nurses, heads of
    operations, and who takes part in the patient's care there.

    Raises ``NotAllowed``, ``InvalidPeriod``, ``InvalidRegistration``, ``UnknownStaff``, and ``AlreadyRegistered`` for
    professions that are on the move already or have left the unit.
    """
    now, view = desk.clock.now(), desk.directory()
    need_acts_at(desk, view, caller, {move.from_unit}, "the unit that gives the responsibility away")
    if move.from_unit == move.to_unit:
        raise InvalidRegistration("responsibility moves from one unit to another", pointer="/to_unit")
    if not now <= move.at <= now + AHEAD_AT_MOST:
        raise InvalidPeriod(
            f"a move is registered ahead of time, at most {AHEAD_AT_MOST.days} days; what was moved in error is "
            f"annulled",
            pointer="/at",
        )
    row = written_move(
        desk,
        patient=move.patient,
        from_unit=move.from_unit,
        to_unit=move.to_unit,
        professions=move.professions,
        at=move.at,
        act=done(desk, caller, "registered"),
    )
    _need_with_giver(desk, move, desk.book.rows_of_patient(Kind.RESPONSIBILITY_MOVE, row.patients[0].key))
    return commit(desk, row, _told(desk, view, row))


def annul_move(desk: Desk, row_id: str, caller: Caller, reason: str) -> Row:
    """It was registered in error and never counted; it stays as history. By the unit that registered it.

    Raises ``UnknownRecord``, ``AlreadyEnded`` and ``NotAllowed``.
    """
    row = open_row(desk, Kind.RESPONSIBILITY_MOVE, row_id)
    if not isinstance(row.content, ResponsibilityMove):
        raise UnknownRecord("there is no such record")
    view = desk.directory()
    need_acts_at(desk, view, caller, {row.content.from_unit}, "the unit that gave the responsibility away")
    act = done(desk, caller, "annulled", reason)
    annulled = row.ended(End(act.at, act.by, act.note or act.what, annulled=True), act)
    return commit(desk, annulled, _told(desk, view, row))


def _need_with_giver(desk: Desk, move: Move, rows: tuple[Row, ...]) -> None:
    """# INVARIANT (moves follow each other): of one profession, each begins where and after the one before led."""
    for profession in sorted(move.professions):
        earlier = [
            content
            for row in rows
            if isinstance(content := row.content, ResponsibilityMove)
            and row.end is None
            and profession in content.professions
        ]
        if not earlier:
            continue
        last = max(earlier, key=lambda one: one.at)
        if last.at >= move.at or last.at > desk.clock.now():
            raise AlreadyRegistered(
                f"for `{profession}` a move is registered already, `{last.id}`: annul it first if it is wrong",
                pointer="/professions",
            )
        if last.to_unit != move.from_unit:
            raise AlreadyRegistered(
                f"for `{profession}` the responsibility has left the unit already by `{last.id}`: the unit that has "
                f"it moves it on, or the move is annulled if it is wrong",
                pointer="/from_unit",
            )


def _told(desk: Desk, view: StaffView, row: Row) -> list[HsaId]:
    move = row.content
    assert isinstance(move, ResponsibilityMove)
    units = (move.from_unit, move.to_unit)
    officers = overseers(view, (view.member_of_unit(unit) for unit in units))
    return [*sorted(officers, key=lambda person: person.key), *carers_at(desk, move.patient, units)]
