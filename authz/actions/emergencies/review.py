"""Reviews an emergency access: by the head of operations or a log reviewer of the member, never by the reader.

(HSLF-FS 2016:40 4 kap. 9–10 §§; DOMAIN 5.6: reviewer and reviewed are two)
"""

from dataclasses import replace

from authz.actions.desk import Desk, read_note
from authz.actions.emergencies.reviewers import reviewers
from authz.actions.telling import commit, done
from authz.ports import EmergencyReview, Kind, ReviewVerdict, Row
from authz.refusals import NotAllowed, UnknownRecord, WrongState
from vocabulary.caller import Caller


def review_emergency_access(desk: Desk, row_id: str, caller: Caller, verdict: ReviewVerdict, text: str) -> Row:
    """The review with its verdict, of which the reader is told. ``UNCLEAR`` may be settled by a later verdict.

    Raises ``UnknownRecord``, ``NotAllowed``, ``WrongState``, ``PersonalNumberInText`` and ``InvalidValue``.
    """
    row, review = owed_review(desk, row_id)
    person, unit = review.person, review.unit
    if caller.person is None or caller.person not in reviewers(desk.directory(), person, unit):
        raise NotAllowed(
            "the head of operations or a log reviewer of the unit's member reviews an emergency access, logged in, "
            "and nobody her own"
        )
    if not review.is_owed:
        raise WrongState(f"the emergency access has been reviewed: `{review.verdict}`")
    said = read_note(text, "/text")
    act = done(desk, caller, str(verdict))
    return commit(desk, row.changed(replace(review, verdict=verdict, text=said), act), [person])


def owed_review(desk: Desk, row_id: str) -> tuple[Row, EmergencyReview]:
    """The review of an emergency access, done or not. Raises ``UnknownRecord``."""
    row = next(iter(desk.book.rows_under(Kind.EMERGENCY_REVIEW, row_id)), None)
    if row is None or not isinstance(row.content, EmergencyReview):
        raise UnknownRecord("there is no such record")
    return row, row.content
