"""Give out HSA-ids that nobody ever had."""

from directory.actions.desk import Desk
from directory.core.entries import Member
from directory.core.hsa_ids import hsa_id_with, letters_for, series_of
from directory.refusals import EntryUnknown
from vocabulary.hsa_id import HsaId
from vocabulary.organisation_number import OrganisationNumber


def give_hsa_ids(desk: Desk, member: HsaId, letters: str, count: int) -> tuple[HsaId, ...]:
    """``count`` ids with the prefix of ``member``'s own id, reserved durably. ``letters`` as in ``core.hsa_ids``."""
    if desk.view.truth.member(member) is None:
        raise EntryUnknown(f"there is no member `{member}`")
    return _given(desk, member.prefix, letters, count)


def give_member_id(desk: Desk, number: OrganisationNumber) -> HsaId:
    """An id for a new member, whose prefix follows from its organisation number."""
    return _given(desk, f"SE{number}", letters_for(Member), 1)[0]


def _given(desk: Desk, prefix: str, letters: str, count: int) -> tuple[HsaId, ...]:
    truth, series = desk.view.truth, series_of(prefix, letters)
    given: list[HsaId] = []
    while len(given) < count:
        serials = desk.ledger.take_serials(series, count - len(given))
        free = [i for serial in serials if truth.entry(i := hsa_id_with(prefix, letters, serial)) is None]
        reserved = desk.ledger.reserve(free)
        given += [hsa_id for hsa_id in free if hsa_id in reserved]
    return tuple(given)
