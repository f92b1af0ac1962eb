"""The chief nurse (MAS) and the head of operations: who is told of delegations, agrees to them and may veto them.

Who they are the directory tells: system roles of the system `tillit`, kept by each member, that begin with the office's
name (`mas_2582`).  (SOSFS 1997:14)
"""

from collections.abc import Iterable

from authz.ports import DelegationTerms, StaffView
from vocabulary.hsa_id import HsaId

CHIEF_NURSE, HEAD_OF_OPERATIONS = "mas", "verksamhetschef"
OFFICES = (CHIEF_NURSE, HEAD_OF_OPERATIONS)


def giving_member(view: StaffView, terms: DelegationTerms) -> HsaId | None:
    found = view.delegator(terms.delegator)
    return None if found is None else found.member


def receiving_members(view: StaffView, terms: DelegationTerms) -> frozenset[HsaId]:
    return frozenset(member for unit in terms.units if (member := view.member_of_unit(unit)) is not None)


def overseers(view: StaffView, members: Iterable[HsaId | None]) -> frozenset[HsaId]:
    """Whoever holds one of the offices at one of the members now."""
    kept = {member for member in members if member is not None}
    return frozenset(person for member in kept for office in OFFICES for person in view.holders(office, member))


def all_overseers(view: StaffView, terms: DelegationTerms) -> frozenset[HsaId]:
    return overseers(view, (giving_member(view, terms), *receiving_members(view, terms)))
