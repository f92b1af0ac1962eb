"""The registers on real databases: what is written comes back, other processes are heard, silence is told."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine, text

from authz.core.facts import (
    Block,
    CareRelationship,
    CaseState,
    Consent,
    DischargeCase,
    Emergency,
    Ground,
    Lift,
    LiftReason,
    ResponsibilityMove,
    ServiceRecipient,
)
from authz.core.request import PatientKey
from authz.core.unknown import UNKNOWN
from authz.edge.memory import RegisterModel
from authz.edge.sql import RegisterStore
from authz.edge.sql.acts import SqlNotices
from authz.ports import (
    Act,
    BlockLook,
    CaseMessage,
    Content,
    DelegationReport,
    DelegationTerms,
    Disclosure,
    EmergencyReview,
    End,
    Kind,
    LogReview,
    LogSample,
    Notice,
    PackState,
    PackVersion,
    ReviewVerdict,
    Row,
    SealedPatient,
    Verdict,
    Weight,
)
from authz.refusals import ChangedMeanwhile, RegistersUnavailable
from tests.authz.actions.world import (
    ANNA,
    BODEN,
    BODEN_CARE,
    ELSA,
    HOME_NURSING,
    INSULIN,
    KATARINA,
    MARIA,
    REGION_CARE,
    TYRA,
    WARD,
    SmallSeal,
    World,
    at,
)
from vocabulary.assurance import AssuranceLevel

SEAL = SmallSeal()
KEY = PatientKey(SEAL.lookup(ELSA))
SEALED = SealedPatient(KEY, SEAL.close(ELSA))


def contents(world: World) -> dict[Kind, Content]:
    """One of each register."""
    period = world.days(5)
    return {
        Kind.CARE_RELATIONSHIP: CareRelationship("i", KEY, ANNA, WARD, period),
        Kind.SERVICE_RECIPIENT: ServiceRecipient("i", KEY, BODEN_CARE, period),
        Kind.CONSENT: Consent("i", KEY, WARD, ANNA, Ground.CONSENT_3_1, period),
        Kind.BLOCK: Block("i", KEY, REGION_CARE, WARD, date(2026, 1, 1), None, frozenset({"lak", "upp"}), period),
        Kind.LIFT: Lift("i", "b", WARD, None, LiftReason.EMERGENCY, period),
        Kind.EMERGENCY: Emergency("i", KEY, ANNA, WARD, "Medvetslös, kan inte tillfrågas", period),
        Kind.DELEGATION: DelegationTerms(
            "i",
            KATARINA,
            MARIA,
            "give_insulin",
            frozenset({KEY, PatientKey(SEAL.lookup(TYRA))}),
            frozenset({HOME_NURSING, WARD}),
            period,
            accepted=True,
            vetoed=True,
            receiving_member_agreed=True,
        ),
        Kind.TASK: INSULIN,
        Kind.DISCHARGE_CASE: DischargeCase(
            "i", KEY, WARD, frozenset({HOME_NURSING}), CaseState.READY, ANNA, True, at(world, days=-1)
        ),
        Kind.RESPONSIBILITY_MOVE: ResponsibilityMove(
            "i", KEY, WARD, HOME_NURSING, frozenset({"SJ", "AT"}), at(world, days=1)
        ),
        Kind.LOG_SAMPLE: LogSample("i", BODEN, period, "2026-03", 20, frozenset({"emergency", "colleague"}), 50, 9_000),
        Kind.LOG_REVIEW: LogReview(
            "i", "s", 4_711, frozenset({"random"}), ANNA, None, WARD, verdict=Verdict.INVESTIGATE
        ),
        Kind.BLOCK_LOOK: BlockLook("i", KEY, REGION_CARE, LiftReason.EMERGENCY, frozenset({"b1", "b2"})),
        Kind.DELEGATION_REPORT: DelegationReport("i", "d", Weight.DEVIATION, "fel dos", acknowledged=True),
        Kind.EMERGENCY_REVIEW: EmergencyReview(
            "i", "e", KEY, ANNA, WARD, at(world, days=7), ReviewVerdict.UNCLEAR, "patienten tillfrågas"
        ),
        Kind.CASE_MESSAGE: CaseMessage(
            "i",
            "c",
            "kallelse",
            WARD,
            frozenset({HOME_NURSING}),
            "d1",
            "ta med läkemedelslistan",
            date(2026, 3, 5),
            at(world, days=3),
            frozenset({HOME_NURSING}),
        ),
        Kind.DISCLOSURE: Disclosure(
            "i", KEY, "c", WARD, HOME_NURSING, frozenset({"lak", "vpo"}), frozenset({"d1", "d2"}), received=True
        ),
        Kind.POLICY_PACK: PackVersion("i", "todo", 1, "0" * 64, '{"pack":"todo"}', PackState.RETIRED),
    }


def row_of(world: World, kind: Kind) -> Row:
    content = contents(world)[kind]
    patients: tuple[SealedPatient, ...] = (SEALED,)
    if kind in (Kind.TASK, Kind.CASE_MESSAGE, Kind.POLICY_PACK, Kind.LOG_SAMPLE, Kind.LOG_REVIEW):
        patients = ()
    elif kind is Kind.DELEGATION:
        patients = (SEALED, SealedPatient(PatientKey(SEAL.lookup(TYRA)), SEAL.close(TYRA)))
    spoken = "Eva Ek, god man" if kind in (Kind.CONSENT, Kind.BLOCK) else None
    by, now = "SE2321000230-P1001", world.clock.now()
    return Row(kind, "i", content, patients, by, now, note="anteckning", asked_by=spoken)


def renamed(row: Row, row_id: str) -> Row:
    return replace(row, id=row_id, content=replace(row.content, id=row_id))  # type: ignore[call-arg]


@pytest.mark.parametrize("kind", list(Kind))
def test_every_register_gives_back_what_was_written(world: World, engine: Engine, kind: Kind) -> None:
    store = RegisterStore(engine)
    row = row_of(world, kind)

    store.commit([row])
    ended = row.ended(End(at(world, hours=1), "client:svp", "klart", annulled=True))
    first = store.row(kind, "i")
    store.commit([ended])

    assert first == row
    read = store.row(kind, "i")
    assert read is not None
    assert replace(read, content=row.content) == ended
    assert [SEAL.open(patient.sealed) for patient in read.patients] == [ELSA, TYRA][: len(read.patients)]


def test_no_personal_number_stands_in_the_database(world: World, engine: Engine) -> None:
    RegisterStore(engine).commit([row_of(world, kind) for kind in Kind])

    with engine.connect() as connection:
        for kind in Kind:
            for row in connection.execute(text(f"SELECT * FROM authz_{kind}")):
                assert ELSA.reveal() not in repr(tuple(row))


def test_a_row_that_was_changed_meanwhile_is_not_overwritten(world: World, engine: Engine) -> None:
    store = RegisterStore(engine)
    row = row_of(world, Kind.BLOCK)
    store.commit([row])
    end = End(at(world), "a", "klart")
    store.commit([row.ended(end)])
    before = store.revision()

    with pytest.raises(ChangedMeanwhile):
        store.commit([renamed(row, "other"), row.ended(end)])
    with pytest.raises(ChangedMeanwhile):
        store.commit([row])

    assert store.revision() == before
    assert store.row(Kind.BLOCK, "other") is None


def test_another_process_is_heard_at_the_next_refresh(world: World, engine: Engine) -> None:
    other = RegisterModel(RegisterStore(engine), world.clock)
    other.refresh()
    row = row_of(world, Kind.BLOCK)

    world.model.commit([row])
    before = other.of_patient(KEY)
    other.refresh()
    after = other.of_patient(KEY)
    world.model.commit([row.ended(End(at(world), "a", "klart"))])
    other.refresh()
    last = other.of_patient(KEY)

    assert before is not UNKNOWN and before.blocks == ()
    assert after is not UNKNOWN and [block.id for block in after.blocks] == ["i"]
    assert last is not UNKNOWN and last.blocks == ()
    assert other.revision == world.model.revision == 2


def test_own_and_others_commits_between_refreshes_are_all_kept(world: World, engine: Engine) -> None:
    other = RegisterModel(RegisterStore(engine), world.clock)
    other.refresh()

    world.model.commit([renamed(row_of(world, Kind.BLOCK), "a")])
    other.commit([renamed(row_of(world, Kind.BLOCK), "b")])
    other.refresh()
    world.model.refresh()

    for model in (world.model, other):
        found = model.of_patient(KEY)
        assert found is not UNKNOWN
        assert len(found.blocks) == 2


def test_a_model_that_starts_reads_everything_that_counts(world: World, engine: Engine) -> None:
    store = RegisterStore(engine)
    store.commit([row_of(world, kind) for kind in Kind])
    over = renamed(row_of(world, Kind.CONSENT), "over")
    store.commit([over])
    store.commit([over.ended(End(at(world), "a", "klart"))])

    model = RegisterModel(store, world.clock)
    model.refresh()
    found = model.of_patient(KEY)

    assert found is not UNKNOWN
    assert [one.id for one in found.consents] == ["i"]
    assert [len(part) for part in (found.blocks, found.lifts, found.emergencies, found.discharge_cases)] == [1] * 4
    assert model.task(INSULIN.code) == INSULIN
    assert len(model.delegations_to(MARIA)) == 1  # type: ignore[arg-type]


def test_registers_that_have_not_heard_sql_for_five_seconds_are_unknown(world: World) -> None:
    world.clock.pass_(seconds=5)
    still = world.model.of_patient(KEY)
    world.clock.pass_(seconds=0.01)

    assert still is not UNKNOWN
    assert world.model.of_patient(KEY) is UNKNOWN
    assert world.model.delegations_to(MARIA) is UNKNOWN
    assert world.model.task("give_insulin") is UNKNOWN
    assert world.model.refresh()
    assert world.model.of_patient(KEY) is not UNKNOWN


def test_a_database_that_is_gone_makes_refresh_fail_and_then_the_registers_unknown(
    world: World, engine: Engine
) -> None:
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE authz_revision RENAME TO authz_gone"))

    assert not world.model.refresh()
    assert world.model.of_patient(KEY) is not UNKNOWN
    world.clock.pass_(seconds=6)
    assert world.model.of_patient(KEY) is UNKNOWN


def test_after_a_commit_of_unknown_outcome_the_registers_are_silent_until_they_have_looked(
    world: World, engine: Engine
) -> None:
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE authz_revision RENAME TO authz_gone"))

    with pytest.raises(RegistersUnavailable):
        world.model.commit([row_of(world, Kind.BLOCK)])
    silent = world.model.of_patient(KEY)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE authz_gone RENAME TO authz_revision"))
    world.model.refresh()

    assert silent is UNKNOWN
    assert world.model.of_patient(KEY) is not UNKNOWN


def test_registers_never_read_are_unknown(world: World, engine: Engine) -> None:
    assert RegisterModel(RegisterStore(engine), world.clock).of_patient(KEY) is UNKNOWN


@pytest.mark.parametrize("kind", list(Kind))
def test_every_row_has_the_history_of_what_was_done_with_it(world: World, engine: Engine, kind: Kind) -> None:
    store = RegisterStore(engine)
    row = row_of(world, kind)
    store.commit([row])
    signed = Act("signed", str(ANNA), at(world, hours=1), "på plats", AssuranceLevel.LOA3, "ab" * 32)
    changed = row.changed(row.content, signed)
    store.commit([changed])
    store.commit([changed.ended(End(at(world, hours=2), "client:svp", "klart"))])

    assert store.history(kind, "i") == (
        Act("registered", "SE2321000230-P1001", world.clock.now(), "anteckning"),
        replace(signed, version=2),
        Act("ended", "client:svp", at(world, hours=2), "klart", version=3),
    )
    assert store.history(kind, "other") == ()


def test_who_is_told_is_told_once_and_in_order(world: World, engine: Engine) -> None:
    store, notices = RegisterStore(engine), SqlNotices(engine)
    row = row_of(world, Kind.BLOCK)
    tell = [Notice(person, "registered", Kind.BLOCK, "i", world.clock.now()) for person in (ANNA, KATARINA, ANNA)]
    store.commit([row], tell)
    store.commit([row.ended(End(at(world), "a", "klart"))], [*tell, replace(tell[0], what="ended")])

    annas = notices.of_person(ANNA, 0, 10)

    assert [(told.notice.what, told.revision, told.seen_at) for told in annas] == [
        ("registered", 1, None),
        ("ended", 2, None),
    ]
    assert notices.of_person(ANNA, 1, 10) == annas[1:]
    assert len(notices.of_person(KATARINA, 0, 10)) == 1
    assert notices.see(ANNA, Kind.BLOCK, "i", "ended", 5_000_000)
    assert not notices.see(ANNA, Kind.BLOCK, "i", "ended", 6_000_000), "it was seen before"
    assert not notices.see(MARIA, Kind.BLOCK, "i", "ended", 6_000_000), "it is not hers"


def test_a_page_of_what_somebody_was_told_never_ends_within_a_revision(world: World, engine: Engine) -> None:
    store, notices = RegisterStore(engine), SqlNotices(engine)
    for number in range(4):
        row = renamed(row_of(world, Kind.BLOCK), f"b{number}")
        told = [Notice(ANNA, f"what{each}", Kind.BLOCK, row.id, world.clock.now()) for each in range(3)]
        store.commit([row], told)

    page = notices.of_person(ANNA, 0, 4)

    assert [told.revision for told in page] == [1, 1, 1, 2, 2, 2]
    assert [told.revision for told in notices.of_person(ANNA, 2, 100)] == [3, 3, 3, 4, 4, 4]


def test_nobody_is_told_of_what_was_not_written(world: World, engine: Engine) -> None:
    store, notices = RegisterStore(engine), SqlNotices(engine)
    row = row_of(world, Kind.BLOCK)
    store.commit([row])

    with pytest.raises(ChangedMeanwhile):
        store.commit([row], [Notice(ANNA, "registered", Kind.BLOCK, "i", world.clock.now())])

    assert notices.of_person(ANNA, 0, 10) == ()
    assert [act.what for act in store.history(Kind.BLOCK, "i")] == ["registered"]
