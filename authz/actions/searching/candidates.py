"""Who and what a search looks at, in order: everything that a single question could permit, found by the indexes.

Boundary: a candidate is only asked about; that it may be found the rules decide. What is left out here must be what no
rule can permit, which a test over many small worlds holds us to.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from authz.actions.question import Question
from authz.core.policy import Policy
from authz.core.request import PatientKey
from authz.core.unknown import UNKNOWN
from authz.ports import Applications, Registers, StaffLists, StaffView
from authz.refusals import RegistersUnavailable
from vocabulary.personal_number import PersonalIdentityNumber
from vocabulary.seal import Seal

Key = tuple[str, ...]
"""Where a candidate stands in the order of its search."""


@dataclass(frozen=True, slots=True)
class Candidate:
    key: Key
    question: Question


@dataclass(frozen=True, slots=True)
class Sources:
    """What candidates are found in: one revision of the directory, and the registers as they are.

    ``key_of`` tells whom a question is about, as the registers know her.
    """

    staff: StaffView
    lists: StaffLists
    registers: Registers
    applications: Applications
    seal: Seal
    policy: Policy
    key_of: Callable[[Question], PatientKey | None]


def in_order(candidates: Iterator[Candidate], after: Key) -> Iterator[Candidate]:
    """All of ``candidates`` above ``after``, sorted. For those that an index bounds."""
    return iter(sorted((one for one in candidates if one.key > after), key=lambda one: one.key))


def with_patients(question: Question, sources: Sources, after: Key) -> Iterator[tuple[str, Question]]:
    """The question about its patient, else about each whom the person has a care relationship with; by patient key."""
    if question.patient is not None:
        yield "", question
        return
    hers = () if question.person is None else sources.registers.patients_of(question.person)
    if hers is UNKNOWN:
        return
    first = after[0] if after else ""
    for patient in sorted(key for key in hers if key >= first):
        records = sources.registers.of_patient(patient)
        if records is not UNKNOWN and records.sealed:
            yield patient, replace(question, patient=_opened(sources.seal, records.sealed))


def _opened(seal: Seal, sealed: bytes) -> PersonalIdentityNumber:
    try:
        return seal.open(sealed)
    except ValueError:
        raise RegistersUnavailable("a patient's number in the registers cannot be opened") from None
