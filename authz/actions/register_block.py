"""Registers and revokes a patient's block, inner (one unit) or outer (a whole provider).  (PDL 4 kap. 4 §)"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from authz.actions.desk import Desk, end_row, need_provider, register_once
from authz.core.facts import Block
from authz.ports import Kind, Row
from authz.refusals import BlockOfAnotherProvider, GuardianMayNotBlock, InvalidPeriod, InvalidRegistration, UnknownStaff
from vocabulary.hsa_id import HsaId
from vocabulary.period import ALWAYS, Period
from vocabulary.personal_number import PersonalIdentityNumber

MAY_BE_EXCEPTED = frozenset({"lak", "upp"})


class AskedBy(StrEnum):
    """Who asked for a block: the patient herself, a clerk who registers what she has written, or a guardian, who may
    not."""

    PATIENT = "patient"
    CLERK = "clerk"
    GUARDIAN = "guardian"


@dataclass(frozen=True, slots=True)
class BlockTerms:
    """``unit`` makes the block inner. ``first`` and ``last`` bound the information's days, both included."""

    patient: PersonalIdentityNumber
    provider: HsaId
    unit: HsaId | None = None
    first: date | None = None
    last: date | None = None
    excepted: frozenset[str] = frozenset()
    asked_by: AskedBy = AskedBy.PATIENT


def register_block(desk: Desk, terms: BlockTerms, *, by: str, own_provider: HsaId | None = None) -> Row:
    """In force at the return. Registered twice it is one. ``own_provider`` is that of the officer's assignment;
    ``None`` for the citizen herself and for the region's administrator.

    Raises ``BlockOfAnotherProvider``, ``GuardianMayNotBlock``, ``InvalidPeriod``, ``InvalidRegistration`` and
    ``UnknownStaff``.
    """
    if own_provider is not None and own_provider != terms.provider:
        raise BlockOfAnotherProvider("staff administer blocks of their own care provider only", pointer="/provider")
    if terms.asked_by is AskedBy.GUARDIAN:
        raise GuardianMayNotBlock("a guardian may not block a child's information", pointer="/asked_by")
    if terms.first is not None and terms.last is not None and terms.last < terms.first:
        raise InvalidPeriod("the information's last day is before its first", pointer="/information_to")
    if not terms.excepted <= MAY_BE_EXCEPTED:
        raise InvalidRegistration("only `lak` and `upp` may be left out of a block", pointer="/except")
    view = desk.directory()
    need_provider(view, terms.provider, "/provider")
    if terms.unit is not None:
        place = view.place(terms.unit)
        if place is None or place.unit_provider != terms.provider:
            raise UnknownStaff(f"the provider has no unit `{terms.unit}`", pointer="/unit")
    now, sealed, row_id = desk.clock.now(), desk.sealed(terms.patient), desk.new_id()
    content = Block(
        row_id, sealed.key, terms.provider, terms.unit, terms.first, terms.last, terms.excepted, Period(now, None)
    )
    row = Row(Kind.BLOCK, row_id, content, (sealed,), by, now, asked_by=str(terms.asked_by))
    return register_once(desk, row, ALWAYS)


def revoke_block(desk: Desk, row_id: str, *, by: str, reason: str) -> Row:
    """The patient takes the block back. Raises ``UnknownRecord`` and ``AlreadyEnded``."""
    return end_row(desk, Kind.BLOCK, row_id, by=by, reason=reason)
