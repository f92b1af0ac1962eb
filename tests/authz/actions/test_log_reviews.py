"""Samples of the log are drawn by rule and by lot, the same by the same seed; whoever reviews never reviews herself."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from authz.actions.auditing.draw_sample import MOST_DRAWN, Drawing, draw_sample, drawn_of
from authz.actions.auditing.read_log import LogReading
from authz.actions.auditing.review_access import (
    give_verdict,
    known_sample,
    queue,
    report,
    samples_of,
    show_review,
)
from authz.actions.register_care_relationship import register_care_relationship
from authz.core.marks import Mark
from authz.core.request import PatientKey
from authz.edge.sql.acts import SqlNotices
from authz.edge.trail import TrailIndex, scan
from authz.ports import Kind, LogEntry, LogReview, LogSample, Row, Verdict
from authz.refusals import (
    ChangedMeanwhile,
    InvalidPeriod,
    InvalidRegistration,
    NotAllowed,
    ReviewOfOneself,
    UnknownRecord,
    WrongState,
)
from tests.authz.actions.asking import QUESTION
from tests.authz.actions.world import (
    ANNA,
    BODEN,
    ELSA,
    KATARINA,
    MARIA,
    PEP,
    REGION,
    TYRA,
    WARD,
    World,
    at,
    logged_in,
)
from vocabulary.assurance import AssuranceLevel
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period
from vocabulary.personal_number import PersonalIdentityNumber
from vocabulary.refusals import InvalidValue

ADMIN = Caller("admin", None, frozenset({"tillit:admin"}), None)
BODENS_ADMIN = replace(ADMIN, members=frozenset({BODEN}))
CHIEF = HsaId.parse("SE2321000230-P1050")
READS = 12


@pytest.fixture
def log(world: World) -> Iterator[TrailIndex]:
    """Anna has read Elsa's and Tyra's notes at the ward, six times each; both were her patients."""
    for patient in (ELSA, TYRA):
        register_care_relationship(
            world.desk, patient=patient, person=ANNA, unit=WARD, period=world.days(9, start=-1), by="test"
        )
    for number in range(READS):
        read(world, ELSA if number % 2 else TYRA)
    world.staff.offices |= {("loggranskare", REGION): (MARIA, ANNA), ("verksamhetschef", REGION): (CHIEF, ANNA)}
    world.clock.pass_(days=1)
    assert world.model.refresh()
    opened = TrailIndex(world.folder)
    yield opened
    opened.close()


def read(world: World, patient: PersonalIdentityNumber) -> None:
    assert world.pdp().evaluate_blocking(replace(QUESTION, patient=patient), PEP).permit


@pytest.fixture
def maria(world: World) -> Caller:
    """Works at the county council here, as its log reviewer, at a unit of her own."""
    world.staff.readers[MARIA] = replace(world.staff.readers[MARIA], member=REGION)
    return logged_in(MARIA)


def day(world: World) -> Period:
    return Period(world.clock.now() - timedelta(days=1), world.clock.now())


def drawing(world: World, **changes: Any) -> Drawing:
    return replace(Drawing(REGION, day(world), 3, frozenset(), seed="2026-03"), **changes)


def drawn(world: World, log: TrailIndex, caller: Caller = ADMIN, **changes: Any) -> tuple[Row, list[LogReview]]:
    reading = LogReading(world.desk, log, world.trail)
    row = draw_sample(world.desk, log, reading, drawing(world, **changes), caller)
    return row, [content(each) for each in world.desk.book.rows_under(Kind.LOG_REVIEW, row.id)]


def content(row: Row) -> LogReview:
    assert isinstance(row.content, LogReview)
    return row.content


def lines(reviews: list[LogReview]) -> list[int]:
    return sorted(review.sequence for review in reviews)


def test_the_same_seed_draws_the_same_and_another_another(world: World, log: TrailIndex) -> None:
    first, again, another = (lines(drawn(world, log, seed=seed)[1]) for seed in ("a", "a", "b"))

    assert first == again != another
    assert len(first) == len(another) == 3


def test_without_a_seed_one_is_chosen_and_kept_so_that_it_can_be_drawn_again(world: World, log: TrailIndex) -> None:
    row, reviews = drawn(world, log, seed=None)
    assert isinstance(row.content, LogSample)

    again = drawn(world, log, seed=row.content.seed)[1]

    assert lines(again) == lines(reviews)
    assert row.content.population == READS


def test_more_than_there_is_draws_all(world: World, log: TrailIndex) -> None:
    assert len(drawn(world, log, wanted=500)[1]) == READS


@pytest.mark.parametrize("rule", list(Mark))
def test_what_a_rule_says_is_drawn_and_told_why(rule: Mark) -> None:
    population = [
        LogEntry(number, str(ANNA), str(WARD), "1:a", frozenset({str(rule)} if number % 10 == 3 else ()))
        for number in range(100)
    ]

    found = drawn_of(population, Drawing(REGION, Period(), 0, frozenset({rule}), most=4, seed="x"))

    assert len(found) == 4
    assert all(number % 10 == 3 and why == {str(rule)} for number, why in found.items())


def test_the_order_of_the_population_says_nothing_and_each_is_drawn_once() -> None:
    population = [
        LogEntry(number, str(ANNA), None, None, frozenset({"emergency", "not_booked"})) for number in range(50)
    ]
    wanted = Drawing(REGION, Period(), 20, frozenset({Mark.EMERGENCY, Mark.NOT_BOOKED}), most=20, seed="x")

    assert drawn_of(population, wanted) == drawn_of(population[::-1], wanted)
    assert set(drawn_of(population, wanted).values()) == {frozenset({"random", "emergency", "not_booked"})}


def test_a_colleague_as_patient_is_drawn_also_by_her_name_and_protection(world: World, log: TrailIndex) -> None:
    """Elsa is employed herself: as another Sundqvist (the reader's name), and nobody else of the patients is."""
    sister = HsaId.parse("SE2321000230-P1077")
    world.staff.names[sister] = "Elsa Sundqvist"
    world.staff.numbers[PatientKey(world.desk.seal.lookup(ELSA))] = (sister,)

    _, reviews = drawn(world, log, wanted=0, rules=frozenset({Mark.COLLEAGUE, Mark.SAME_SURNAME}))

    assert len(reviews) == READS // 2
    assert {review.why for review in reviews} == {frozenset({"colleague", "same_surname"})}


def test_a_relationship_that_was_registered_is_nothing_to_look_at(world: World, log: TrailIndex) -> None:
    assert drawn(world, log, wanted=0, rules=frozenset({Mark.NO_RELATIONSHIP, Mark.EMERGENCY}))[1] == []


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        (lambda world: {"wanted": 0}, InvalidRegistration),
        (lambda world: {"wanted": MOST_DRAWN + 1}, InvalidRegistration),
        (lambda world: {"rules": frozenset(Mark), "most": 500}, InvalidRegistration),
        (lambda world: {"period": Period(None, world.clock.now())}, InvalidPeriod),
        (lambda world: {"period": Period(day(world).start, at(world, seconds=1))}, InvalidRegistration),
        (lambda world: {"period": Period(at(world, days=-367), at(world))}, InvalidRegistration),
    ],
    ids=["nothing", "too many", "too many by rules", "no beginning", "not over", "more than a year"],
)
def test_what_is_no_sample_is_refused(
    world: World, log: TrailIndex, changes: Callable[[World], dict[str, Any]], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        drawn(world, log, **changes(world))


def test_drawing_is_recorded_as_reading_and_the_log_reviewers_are_told(world: World, log: TrailIndex) -> None:
    row, _ = drawn(world, log)
    last = list(scan(world.folder))[-1]

    told = SqlNotices(world.engine).of_person(MARIA, 0, 10)

    assert (last["kind"], last["how"], last["count"]) == ("log_read", "sample", 3)
    assert [(one.notice.what, one.notice.row) for one in told] == [("drawn", row.id)]


def test_a_member_draws_and_sees_its_own_log_only(world: World, log: TrailIndex) -> None:
    regions, _ = drawn(world, log)
    bodens, reviews = drawn(world, log, BODENS_ADMIN, member=BODEN)

    with pytest.raises(NotAllowed):
        drawn(world, log, BODENS_ADMIN)
    with pytest.raises(NotAllowed):
        samples_of(world.desk, BODENS_ADMIN, REGION)
    with pytest.raises(UnknownRecord):
        known_sample(world.desk, BODENS_ADMIN, regions.id)
    assert known_sample(world.desk, BODENS_ADMIN, bodens.id).id == bodens.id
    assert reviews == [], "what Anna did at the county council's ward is nothing of Boden's"


@pytest.mark.parametrize("person", [KATARINA, None])
def test_nobody_else_reviews(world: World, log: TrailIndex, person: HsaId | None) -> None:
    _, reviews = drawn(world, log)
    caller = Caller("portal", None, frozenset({"tillit:registers"}), None) if person is None else logged_in(person)

    for attempt in (
        lambda: drawn(world, log, caller),
        lambda: queue(world.desk, caller, REGION),
        lambda: report(world.desk, caller, REGION, None, None),
        lambda: give_verdict(world.desk, caller, reviews[0].id, Verdict.JUSTIFIED, "rätt"),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_a_verdict_is_given_with_reasons_and_kept_with_who_and_how_surely(
    world: World, log: TrailIndex, maria: Caller
) -> None:
    _, reviews = drawn(world, log)

    row = give_verdict(world.desk, maria, reviews[0].id, Verdict.JUSTIFIED, "patienten vårdades på avdelningen")
    history = world.desk.book.history(Kind.LOG_REVIEW, row.id)

    assert content(row).verdict is Verdict.JUSTIFIED
    assert [(act.what, act.by, act.level) for act in history] == [
        ("registered", "client:admin", None),
        ("justified", str(MARIA), AssuranceLevel.LOA3),
    ]
    assert history[-1].note == "patienten vårdades på avdelningen"
    assert len(queue(world.desk, maria, REGION)) == 2


@pytest.mark.parametrize("text", ["", " ", "två\nrader", "x" * 501])
def test_a_verdict_without_reasons_is_none(world: World, log: TrailIndex, maria: Caller, text: str) -> None:
    _, reviews = drawn(world, log)

    with pytest.raises(InvalidValue):
        give_verdict(world.desk, maria, reviews[0].id, Verdict.JUSTIFIED, text)


def test_nobody_reviews_herself(world: World, log: TrailIndex, maria: Caller) -> None:
    """Anna is a log reviewer too; it is her own reading that was drawn."""
    _, reviews = drawn(world, log)
    anna, reading = logged_in(ANNA), LogReading(world.desk, log, world.trail)

    with pytest.raises(ReviewOfOneself):
        give_verdict(world.desk, anna, reviews[0].id, Verdict.JUSTIFIED, "rätt")
    with pytest.raises(ReviewOfOneself):
        show_review(world.desk, log, reading, anna, reviews[0].id)
    assert queue(world.desk, anna, REGION) == ()


@pytest.mark.parametrize("same", ["human", "assignment", "unit"])
def test_nobody_reviews_another_record_of_herself_or_those_she_works_beside(
    world: World, log: TrailIndex, maria: Caller, same: str
) -> None:
    staff = world.staff
    _, reviews = drawn(world, log)
    if same == "human":
        staff.readers[MARIA] = replace(staff.readers[MARIA], same_human=frozenset({ANNA}))
    else:
        annas, hers = staff.assignments[ANNA], staff.assignments[MARIA]
        beside = replace(hers, id=annas.id) if same == "assignment" else replace(hers, unit=annas.unit)
        staff.assignments[MARIA] = beside

    with pytest.raises(ReviewOfOneself):
        give_verdict(world.desk, maria, reviews[0].id, Verdict.JUSTIFIED, "rätt")
    assert queue(world.desk, maria, REGION) == ()


def test_an_application_gives_no_verdict(world: World, log: TrailIndex) -> None:
    _, reviews = drawn(world, log)

    with pytest.raises(NotAllowed):
        give_verdict(world.desk, ADMIN, reviews[0].id, Verdict.JUSTIFIED, "rätt")


@pytest.mark.parametrize(
    ("first", "then", "allowed"),
    [
        (Verdict.JUSTIFIED, Verdict.UNJUSTIFIED, False),
        (Verdict.UNJUSTIFIED, Verdict.JUSTIFIED, False),
        (Verdict.UNJUSTIFIED, Verdict.INVESTIGATE, False),
        (Verdict.INVESTIGATE, Verdict.INVESTIGATE, False),
        (Verdict.INVESTIGATE, Verdict.JUSTIFIED, True),
        (Verdict.INVESTIGATE, Verdict.UNJUSTIFIED, True),
    ],
)
def test_a_verdict_is_final_but_for_an_investigation(
    world: World, log: TrailIndex, maria: Caller, first: Verdict, then: Verdict, allowed: bool
) -> None:
    _, reviews = drawn(world, log)
    give_verdict(world.desk, maria, reviews[0].id, first, "först")

    if allowed:
        assert content(give_verdict(world.desk, maria, reviews[0].id, then, "sedan")).verdict is then
    else:
        with pytest.raises(WrongState):
            give_verdict(world.desk, maria, reviews[0].id, then, "sedan")


@pytest.mark.parametrize(
    ("verdict", "told"), [(Verdict.JUSTIFIED, 0), (Verdict.UNJUSTIFIED, 1), (Verdict.INVESTIGATE, 1)]
)
def test_the_head_of_operations_is_told_of_what_was_not_right_but_not_whom_it_is_about(
    world: World, log: TrailIndex, maria: Caller, verdict: Verdict, told: int
) -> None:
    _, reviews = drawn(world, log)
    notices = SqlNotices(world.engine)
    before = len(notices.of_person(ANNA, 0, 99))

    give_verdict(world.desk, maria, reviews[0].id, verdict, "skäl")

    assert [one.notice.what for one in notices.of_person(CHIEF, 0, 99)] == [str(verdict)] * told
    assert len(notices.of_person(ANNA, 0, 99)) == before


def test_of_two_reviewers_at_once_one_is_told_that_the_other_was_first(
    world: World, log: TrailIndex, maria: Caller
) -> None:
    _, reviews = drawn(world, log)
    row = world.desk.book.row(Kind.LOG_REVIEW, reviews[0].id)
    assert row is not None
    give_verdict(world.desk, maria, row.id, Verdict.JUSTIFIED, "rätt")

    with pytest.raises(ChangedMeanwhile):
        world.desk.book.commit([row.changed(replace(content(row), verdict=Verdict.UNJUSTIFIED), row.made_by)])


def test_one_access_is_shown_with_its_patient_and_that_is_recorded(
    world: World, log: TrailIndex, maria: Caller
) -> None:
    _, reviews = drawn(world, log)

    found = show_review(world.desk, log, LogReading(world.desk, log, world.trail), maria, reviews[0].id)
    last = list(scan(world.folder))[-1]

    assert found.patient in (ELSA, TYRA)
    assert (found.access["person"], found.access["activity"]) == (str(ANNA), "Läsa")
    assert (last["how"], last["person"], last["asked"]) == ("review", str(MARIA), {"of_person": str(ANNA)})
    assert last["patient"] == world.desk.seal.lookup(found.patient)


def test_the_report_counts_by_reason_and_verdict(world: World, log: TrailIndex, maria: Caller) -> None:
    _, reviews = drawn(world, log, wanted=4)
    begun = world.clock.now()
    give_verdict(world.desk, maria, reviews[0].id, Verdict.JUSTIFIED, "rätt")
    give_verdict(world.desk, maria, reviews[1].id, Verdict.UNJUSTIFIED, "fel")

    made = report(world.desk, maria, REGION, day(world).start, None)
    earlier = report(world.desk, maria, REGION, None, day(world).start)

    assert (made.samples, made.population, made.oldest_open) == (1, READS, begun)
    assert made.accesses == {"justified": 1, "open": 2, "unjustified": 1}
    assert made.by_reason == {"random": {"justified": 1, "open": 2, "unjustified": 1}}
    assert (earlier.samples, earlier.accesses, earlier.oldest_open) == (0, {}, None)
