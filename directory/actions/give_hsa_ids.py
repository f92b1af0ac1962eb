"""Give out HSA-ids that nobody ever had."""

from directory.actions.desk import Desk
from directory.core.hsa_ids import hsa_id_with, series_of
from directory.refusals import EntryUnknown
from vocabulary.hsa_id import HsaId


def give_hsa_ids(desk: Desk, member: HsaId, letters: str, count: int) -> tuple[HsaId, ...]:
    """``count`` ids with the prefix of ``member``'s own id, reserved durably. ``letters`` as in ``core.hsa_ids``."""
    truth = desk.view.truth
    if truth.member(member) is None:
        raise EntryUnknown(f"there is no member `{member}`")
    series = series_of(member.prefix, letters)
    given: list[HsaId] = []
    while len(given) < count:
        serials = desk.ledger.take_serials(series, count - len(given))
        free = [i for serial in serials if truth.entry(i := hsa_id_with(member.prefix, letters, serial)) is None]
        reserved = desk.ledger.reserve(free)
        given += [hsa_id for hsa_id in free if hsa_id in reserved]
    return tuple(given)
