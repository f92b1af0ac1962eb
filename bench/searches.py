"""Who may see this, and what may she see: a search over 50 000 records in process, beside asking about everybody.

10 000 people with an assignment each; 50 000 care relationships, so that each patient has ten and each person five.
Ours is one page with its durable record. The peer is the same decision for each that could be meant, without indexes.
"""

import asyncio
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from authz.actions.question import Pep, Question
from authz.actions.searching.search import Search, Sought
from authz.core.facts import CareRelationship
from authz.core.request import PatientKey
from authz.ports import Kind, SealedPatient
from authz.ports import Row as RegisterRow
from bench.county import a_county, grow, opened
from bench.crowd import PEOPLE_PER_UNIT, PROVIDER, hsa_id
from bench.rows import Row
from hub.house import House
from vocabulary.assurance import AssuranceLevel
from vocabulary.hsa_id import HsaId
from vocabulary.network_zone import NetworkZone
from vocabulary.period import ALWAYS
from vocabulary.personal_number import NumberKind, PersonalIdentityNumber

PEOPLE, PATIENTS, RELATIONSHIPS = 10_000, 5_000, 50_000
MOST_MILLISECONDS = 5.0
PEER = "asked one by one"
_BATCH, _SEARCHES = 5_000, 200
_PEP = Pep("bench", frozenset({"tillit:pdp"}), frozenset(NetworkZone), vouches=True, vouched_level=AssuranceLevel.LOA3)
_READING = Question("read", "patient_information", "*", information_type="lak", zone=NetworkZone.SJUNET)


def rows() -> Iterator[Row]:
    with a_county() as folder:
        grow(folder, 0, PEOPLE)
        with opened(folder) as house:
            _register(house)
            yield Row("who may see this, 50 000 records", "ms", *_who(house), PEER, MOST_MILLISECONDS, at_most=True)
            yield Row("what may she see, 50 000 records", "ms", *_what(house), PEER, MOST_MILLISECONDS, at_most=True)


def _who(house: House) -> tuple[float, float]:
    """A patient's ten carers, of whom those of the asked unit may."""
    asked = [_at(_person_of(number), replace(_READING, patient=_patient(number))) for number in range(_SEARCHES)]
    everybody = [replace(asked[0], person=hsa_id("P", n), assignment=_assignment(n)) for n in range(PEOPLE)]
    return _searching(house, Sought.SUBJECT, asked), _one_by_one(house, everybody)


def _what(house: House) -> tuple[float, float]:
    """The patients of whom she may read at her unit."""
    asked = [_at(number, _hers(number)) for number in range(_SEARCHES)]
    everybody = [replace(asked[0], patient=_patient(number)) for number in range(PATIENTS)]
    return _searching(house, Sought.RESOURCE, asked), _one_by_one(house, everybody)


def _searching(house: House, sought: Sought, asked: list[Question]) -> float:
    """Milliseconds for one search, the middle of many; each must find somebody, or it would measure nothing."""

    async def all_of_them() -> list[float]:
        taken = []
        for question in asked:
            begun = time.perf_counter()
            found = await house.searches.find(Search(sought, question, "employee"), _PEP)
            taken.append(1_000 * (time.perf_counter() - begun))
            assert found.questions and found.next is None, "a search found nothing"
        return taken

    return statistics.median(asyncio.run(all_of_them()))


def _one_by_one(house: House, everybody: Iterable[Question]) -> float:
    """Milliseconds for the same decision about everybody, without a record."""
    moment = house.pdp.moment(house.desk.staff.view())
    return _milliseconds(lambda: [house.pdp.weigh(question, _PEP, moment) for question in everybody])


def _milliseconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return 1_000 * (time.perf_counter() - begun)


def _register(house: House) -> None:
    sealed = [house.desk.sealed(_patient(number)) for number in range(PATIENTS)]
    for first in range(0, RELATIONSHIPS, _BATCH):
        house.registers.commit([_relationship(house, sealed, serial) for serial in range(first, first + _BATCH)])


def _relationship(house: House, sealed: list[SealedPatient], serial: int) -> RegisterRow:
    patient, person, name = sealed[serial % PATIENTS], _person_of(serial), f"{serial:032x}"
    content = CareRelationship(name, PatientKey(patient.key), hsa_id("P", person), _unit(person), ALWAYS)
    return RegisterRow(Kind.CARE_RELATIONSHIP, name, content, (patient,), "bench", house.clock.now())


def _unit(person: int) -> HsaId:
    return hsa_id("E", person // PEOPLE_PER_UNIT)


def _assignment(person: int) -> HsaId:
    return hsa_id("M", person // PEOPLE_PER_UNIT)


def _person_of(relationship: int) -> int:
    return relationship * 7 % PEOPLE


def _patient(number: int) -> PersonalIdentityNumber:
    return PersonalIdentityNumber.parse(f"1938{number:08d}", NumberKind.RESERVE)


def _hers(person: int) -> Question:
    return replace(_READING, person=hsa_id("P", person), assignment=_assignment(person))


def _at(person: int, question: Question) -> Question:
    return replace(question, care_unit=_unit(person), care_provider=PROVIDER)
