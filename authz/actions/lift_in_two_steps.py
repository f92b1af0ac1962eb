"""Lifts a block as the law has it: first which units have blocked, on the record and with a reason; then only the block
that is needed.  (PDL 4 kap. 5 §)

A block is opened with the patient's consent, or for an emergency when that cannot be had. For an emergency the first
step is always taken; with the patient's consent it is how whoever is not the block officer learns which block it is.
An outer block is never opened for an emergency (Lag 2022:913 2 kap. 3 §; the strictest reading).
"""

from dataclasses import dataclass
from datetime import timedelta

from authz.actions.desk import Desk, read_note
from authz.actions.lift_block import lift_block
from authz.actions.rights import Rights
from authz.core.facts import Block, LiftReason
from authz.ports import BlockLook, Kind, Row
from authz.refusals import InvalidRegistration, NotLookedFirst, UnknownRecord
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period
from vocabulary.personal_number import PersonalIdentityNumber

LOOK_HOLDS = timedelta(hours=24)
"""How long after the first step the second may be taken."""


@dataclass(frozen=True, slots=True)
class LiftTerms:
    """``look`` is the id of the first step. ``person`` narrows the lift to one at the unit."""

    unit: HsaId
    person: HsaId | None
    reason: LiftReason
    text: str
    period: Period
    look: str | None = None


def look_at_blocks(
    desk: Desk,
    rights: Rights,
    caller: Caller,
    *,
    patient: PersonalIdentityNumber,
    provider: HsaId,
    reason: LiftReason,
    text: str,
) -> Row:
    """Step one: a row of its own that says who looked, why, and which blocks she was told of.

    Raises ``NotAllowed``, ``BlockOfAnotherProvider``, ``InvalidValue`` and ``PersonalNumberInText``.
    """
    sealed, now, row_id = desk.sealed(patient), desk.clock.now(), desk.new_id()
    rights.need_looking(provider, sealed.key)
    standing = (row.content for row in desk.book.rows_of_patient(Kind.BLOCK, sealed.key) if row.end is None)
    told = frozenset(
        block.id
        for block in standing
        if isinstance(block, Block) and block.provider == provider and rights.is_told(block)
    )
    content = BlockLook(row_id, sealed.key, provider, reason, told)
    row = Row(Kind.BLOCK_LOOK, row_id, content, (sealed,), caller.name, now, note=read_note(text, "/text"))
    desk.book.commit([row])
    return row


def lift_looked_at(desk: Desk, rights: Rights, caller: Caller, block_id: str, terms: LiftTerms) -> Row:
    """Step two. Raises ``UnknownRecord`` for a block that the caller neither knows nor was told of, ``NotLookedFirst``,
    ``NotAllowed``, and what ``lift_block`` raises."""
    blocked = desk.book.row(Kind.BLOCK, block_id)
    looked = terms.look is not None and _looked(desk, caller, terms.look, block_id, terms.reason)
    if blocked is None or not (looked or rights.knows(blocked)):
        raise UnknownRecord("there is no such record")
    block = blocked.content
    assert isinstance(block, Block)
    rights.need_lifting(block, terms.unit)
    if terms.person is not None:
        rights.need_named(terms.person, terms.unit, block.patient)
    if terms.reason is LiftReason.EMERGENCY:
        if block.unit is None:
            raise InvalidRegistration("an outer block is not lifted for an emergency", pointer="/reason")
        if not looked:
            raise NotLookedFirst(
                f"first look at who has blocked, with the reason `{terms.reason}`, within {_HOURS} hours",
                pointer="/look",
            )
    return lift_block(
        desk,
        block_id,
        unit=terms.unit,
        person=terms.person,
        reason=terms.reason,
        text=terms.text,
        period=terms.period,
        by=caller.name,
    )


_HOURS = int(LOOK_HOLDS.total_seconds() // 3600)


def _looked(desk: Desk, caller: Caller, look_id: str, block_id: str, reason: LiftReason) -> bool:
    """Whether this caller was told of this block lately. A look with the patient's consent does not serve an emergency,
    which has to be asserted as one from the start."""
    row = desk.book.row(Kind.BLOCK_LOOK, look_id)
    if row is None or not isinstance(row.content, BlockLook) or row.registered_by != caller.name:
        return False
    asserted = reason is not LiftReason.EMERGENCY or row.content.reason is reason
    return asserted and block_id in row.content.blocks and desk.clock.now() - row.registered_at < LOOK_HOLDS
