"""Reminds whoever is to review an emergency access when the review has become overdue; never the reader herself."""

from typing import Final

from authz.actions.desk import Desk
from authz.actions.emergencies.reviewers import reviewers
from authz.actions.telling import commit
from authz.core.unknown import UNKNOWN
from authz.ports import Act, EmergencyReview, Kind, Worklists
from authz.refusals import ChangedMeanwhile

BY: Final = "tillit"
OVERDUE: Final = "overdue"


def remind_of_reviews(desk: Desk, worklists: Worklists) -> None:
    """Each is marked as overdue, and told, once, however often this runs and in however many processes; says nothing
    while the directory cannot be read.

    Raises ``RegistersUnavailable``.
    """
    view, now = desk.staff.view(), desk.clock.now()
    if view is UNKNOWN:
        return
    owed = [(row, row.content) for row in worklists.owed_reviews()]
    late = [(row, review) for row, review in owed if isinstance(review, EmergencyReview) and review.due <= now]
    last = desk.book.last_acts(Kind.EMERGENCY_REVIEW, [row.id for row, _ in late])
    for row, review in late:
        if row.id in last and last[row.id].what == OVERDUE:
            continue
        told = sorted(reviewers(view, review.person, review.unit), key=lambda person: person.key)
        try:
            commit(desk, row.changed(review, Act(OVERDUE, BY, now)), told)
        except ChangedMeanwhile:
            continue  # Somebody reviewed it, or another process has reminded.
