"""What single questions permit a search finds, page by page, and nothing else: over small worlds drawn by chance."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from random import Random

import pytest

from authz.actions.question import Pep, Question
from authz.actions.searching.search import Search, Searches, Sought
from authz.core.messages import MESSAGES_2017_612
from authz.core.request import PatientKey
from authz.core.unknown import UNKNOWN
from hub.database import make_engine
from tests.authz.actions.drawn_world import PATIENTS, PEOPLE, TYPES, UNITS, draw_directory, draw_registers
from tests.authz.actions.world import (
    ELSA,
    INSULIN,
    PEP,
    PRESCRIBE,
    World,
    make_world,
)
from tests.parts import HeldClock
from vocabulary.hsa_id import HsaId
from vocabulary.network_zone import NetworkZone
from vocabulary.personal_number import PersonalIdentityNumber

WORLDS = range(100)
ASKED = Question("read", "patient_information", "*", zone=NetworkZone.SJUNET)
Told = tuple[object, ...]


@pytest.fixture
def drawn(tmp_path: Path) -> Iterator[World]:
    engine = make_engine("sqlite://")
    made = make_world(engine, tmp_path / "trail", HeldClock())
    yield made
    made.trail.close()
    engine.dispose()


def draw(world: World, seed: int) -> Random:
    chance = Random(seed)
    world.staff = draw_directory(chance, world)
    world.desk = replace(world.desk, staff=world.staff)
    draw_registers(chance, world)
    return chance


def all_pages(searches: Searches, search: Search, pep: Pep = PEP) -> tuple[list[Question], int]:
    """Everything that is found from page to page, and how many pages there were."""
    found: list[Question] = []
    pages, after = 0, search.after
    while pages < 10_000:
        page = asyncio.run(searches.find(replace(search, after=after), pep))
        found += page.questions
        pages += 1
        if page.next is None:
            return found, pages
        assert page.next > after or not page.questions
        after = page.next
    raise AssertionError("the pages never end")


def permitted(world: World, questions: Iterable[Question]) -> set[Told]:
    pdp = world.pdp()
    return {told(question) for question in questions if pdp.judge(question, PEP).answer.permit}


def told(one: Question) -> Told:
    return (one.person, one.assignment, one.action, one.resource_type, one.resource_id, one.patient,
            one.information_type, one.care_unit, one.care_provider, one.message_kind)  # fmt: skip


def check(world: World, chance: Random, sought: Sought, question: Question, singles: Iterable[Question]) -> None:
    searches = world.searches(most_looked_at=chance.choice([1, 7, 2_000]))
    search = Search(sought, question, "employee", chance.choice([1, 3, 100]))

    found, _ = all_pages(searches, search)

    assert {told(one) for one in found} == permitted(world, singles)
    assert len(found) == len({told(one) for one in found}), "nothing is told twice"


def everybody(world: World, question: Question) -> Iterator[Question]:
    for person in PEOPLE:
        if not world.staff.readers[person].protected:  # type: ignore[attr-defined]
            for held in world.staff.assignments_of(person):
                yield replace(question, person=person, assignment=held)


@pytest.mark.parametrize("seed", WORLDS)
def test_a_search_finds_exactly_what_single_questions_permit(drawn: World, seed: int) -> None:
    chance = draw(drawn, seed)
    patient, unit, kind = chance.choice((ELSA, ELSA, *PATIENTS)), chance.choice(list(UNITS)), chance.choice(TYPES)
    action = chance.choice(["read", "read", "print", "write", "sign"])
    task = chance.choice([None] * 5 + [INSULIN.code])
    about = replace(ASKED, action=action, patient=patient, information_type=kind, care_unit=unit,
                    care_provider=UNITS[unit], task=task)  # fmt: skip
    of_task = replace(ASKED, action="perform", resource_type="task", resource_id=INSULIN.code, patient=patient)
    signed = replace(of_task, action="sign", patient=chance.choice([patient, None]))
    message = replace(ASKED, resource_type="message", patient=patient, message_kind=chance.choice([*MESSAGES_2017_612]))

    for question in (about, of_task, signed, replace(message, action="send"), replace(message, action="receive")):
        check(drawn, chance, Sought.SUBJECT, question, everybody(drawn, question))

    who = someone(drawn, chance, patient)
    hers = drawn.model.patients_of(who.person)
    assert hers is not UNKNOWN
    mine = [one for one in PATIENTS if drawn.desk.seal.lookup(one) in hers]
    wanted = replace(who, action=action, patient=patient, task=task)
    check(drawn, chance, Sought.RESOURCE, wanted, records_of(wanted, [patient]))
    check(drawn, chance, Sought.RESOURCE, replace(wanted, patient=None), records_of(wanted, mine))
    narrow = replace(wanted, patient=None, care_unit=unit, information_type=kind)
    singles = [one for one in records_of(wanted, mine) if (one.care_unit, one.information_type) == (unit, kind)]
    check(drawn, chance, Sought.RESOURCE, narrow, singles)
    for question, whom in ((replace(who, action="perform"), mine), (replace(who, action="sign"), [None])):
        tasks = replace(question, resource_type="task", resource_id="")
        singles = [replace(tasks, patient=one, resource_id=code) for one in whom
                   for code in (INSULIN.code, PRESCRIBE.code)]  # fmt: skip
        check(drawn, chance, Sought.RESOURCE, tasks, singles)
    for action in ("send", "receive"):
        messages = replace(who, action=action, resource_type="message", resource_id="", patient=patient)
        records = drawn.model.of_patient(PatientKey(drawn.desk.seal.lookup(patient)))
        assert records is not UNKNOWN
        singles = [replace(messages, resource_id=case.id, message_kind=kind) for case in records.discharge_cases
                   for kind in MESSAGES_2017_612]  # fmt: skip
        check(drawn, chance, Sought.RESOURCE, messages, singles)
    one = replace(about, person=who.person, assignment=who.assignment, action="")
    check(drawn, chance, Sought.ACTION, one, [replace(one, action=each) for each in ("read", "print", "write", "sign")])


def someone(world: World, chance: Random, patient: PersonalIdentityNumber) -> Question:
    """Who asks: mostly somebody with a care relationship to the patient in the assignment that she uses."""
    everyone = list(everybody(world, ASKED)) or [replace(ASKED, person=PEOPLE[0])]
    records = world.model.of_patient(PatientKey(world.desk.seal.lookup(patient)))
    assert records is not UNKNOWN
    units = {(one.person, one.unit) for some in records.care_relationships.values() for one in some}
    taking_part = [one for one in everyone if (one.person, unit_of(world, one)) in units]
    return chance.choice(taking_part if taking_part and chance.random() < 0.8 else everyone)


def unit_of(world: World, question: Question) -> HsaId | None:
    if question.assignment is None or question.person is None:
        return None
    found = world.staff.assignment(question.assignment, question.person)
    return None if found is None else found.unit


def records_of(question: Question, patients: Iterable[object]) -> Iterator[Question]:
    for patient, unit, kind in product(patients, UNITS, TYPES):
        yield replace(question, patient=patient, information_type=kind, care_unit=unit, care_provider=UNITS[unit])  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", [2])
def test_the_worlds_hold_something_to_find_and_something_not_to(drawn: World, seed: int) -> None:
    draw(drawn, seed)

    searches = [Search(Sought.RESOURCE, one, "employee") for one in everybody(drawn, ASKED)]
    counts = [len(all_pages(drawn.searches(), search)[0]) for search in searches]

    assert 0 in counts and max(counts) > 5, counts
