"""What people write in the course of an emergency or a discharge: reviews, messages, disclosures.

Boundary: no decision rests on these; the facts that decisions read are in ``authz.core.facts``.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from authz.core.request import PatientKey
from vocabulary.hsa_id import HsaId


class ReviewVerdict(StrEnum):
    """What the reviewer found. ``UNCLEAR`` settles nothing: the review is still owed."""

    JUSTIFIED = "justified"
    NOT_JUSTIFIED = "not_justified"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class EmergencyReview:
    """The review that is owed for an emergency access from the moment when it is registered. It has that one's id.

    ``person`` and ``unit`` are whose access it was and where; ``text`` is the reviewer's.
    """

    id: str
    emergency: str
    patient: PatientKey
    person: HsaId
    unit: HsaId
    due: datetime
    verdict: ReviewVerdict | None = None
    text: str | None = None
    version: int = 1

    @property
    def is_owed(self) -> bool:
        return self.verdict in (None, ReviewVerdict.UNCLEAR)


@dataclass(frozen=True, slots=True)
class CaseMessage:
    """One message of a discharge case, as sent: what its kind may hold (``authz.core.messages``) and no more.

    ``decision`` is the id of the decision that let it be sent. ``received_by`` are the units where somebody has opened
    it.
    """

    id: str
    case: str
    kind: str
    from_unit: HsaId
    to_units: frozenset[HsaId]
    decision: str
    text: str | None = None
    expected_discharge: date | None = None
    meeting_at: datetime | None = None
    received_by: frozenset[HsaId] = frozenset()
    version: int = 1


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Information handed out to another organisation by the patient's consent; not direct access.

    ``consent`` is the row in the register of consents, ``decisions`` are the ids of the decisions that let the sender
    take the information out, one for each type.
    """

    id: str
    patient: PatientKey
    consent: str
    from_unit: HsaId
    to_unit: HsaId
    information_types: frozenset[str]
    decisions: frozenset[str]
    received: bool = False
    version: int = 1
