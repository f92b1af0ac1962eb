"""Who reviews emergency accesses: the head of operations and the log reviewers of the member of the unit.

Who they are the directory tells, as of delegations' overseers.  (HSLF-FS 2016:40 4 kap. 9 §)
"""

from authz.actions.delegating.overseers import HEAD_OF_OPERATIONS
from authz.ports import StaffView
from vocabulary.hsa_id import HsaId

LOG_REVIEWER = "loggranskare"
REVIEWING = (HEAD_OF_OPERATIONS, LOG_REVIEWER)


def heads_of_operations(view: StaffView, unit: HsaId) -> frozenset[HsaId]:
    """Of the member that has the unit."""
    return _holders(view, unit, (HEAD_OF_OPERATIONS,))


def reviewers(view: StaffView, of: HsaId, unit: HsaId) -> frozenset[HsaId]:
    """Who may review what ``of`` did at ``unit``.

    # INVARIANT (nobody reviews herself): also not by another employee record of the same human.
    """
    return frozenset(person for person in _holders(view, unit, REVIEWING) if not _same_human(view, person, of))


def _same_human(view: StaffView, person: HsaId, of: HsaId) -> bool:
    """Also where nobody can tell who the reviewer is; who was reviewed may have left."""
    reviewer, reviewed = view.reader(person), view.reader(of)
    if person == of or reviewer is None or of in reviewer.same_human:
        return True
    return reviewed is not None and person in reviewed.same_human


def _holders(view: StaffView, unit: HsaId, offices: tuple[str, ...]) -> frozenset[HsaId]:
    member = view.member_of_unit(unit)
    if member is None:
        return frozenset()
    return frozenset(person for office in offices for person in view.holders(office, member))
