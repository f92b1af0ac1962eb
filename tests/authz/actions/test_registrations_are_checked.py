"""What may be registered, what is refused, and what decisions see of it at once."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from authz.actions.delegating.end import lapse_delegations_of, revoke_delegation
from authz.actions.delegating.register_on_paper import Paper, register_on_paper
from authz.actions.delegating.written import Written
from authz.actions.desk import Desk
from authz.actions.end_care_relationship import end_care_relationship, end_care_relationships_of
from authz.actions.end_consent import annul_consent, end_consent
from authz.actions.keep_other_registers import keep_task, register_emergency, register_responsibility_move
from authz.actions.lift_block import end_lift, lift_block
from authz.actions.register_block import AskedBy, BlockTerms, register_block, revoke_block
from authz.actions.register_care_relationship import register_care_relationship
from authz.actions.register_consent import register_consent
from authz.core.facts import Ground, LiftReason
from authz.core.request import PatientKey
from authz.core.unknown import UNKNOWN
from authz.ports import Kind, PatientRecords
from authz.refusals import (
    AlreadyEnded,
    BlockOfAnotherProvider,
    DelegationTooLong,
    DelegationToSelf,
    DelegatorNotCompetent,
    GuardianMayNotBlock,
    InvalidPeriod,
    InvalidRegistration,
    LiftTooLong,
    NotAccepted,
    StaffUnavailable,
    TaskNotDelegable,
    UnknownRecord,
    UnknownStaff,
    UnknownTask,
)
from tests.authz.actions.world import (
    ANNA,
    BODEN_CARE,
    CARE_CENTRE,
    ELSA,
    HOME_NURSING,
    INSULIN,
    KATARINA,
    MARIA,
    PRESCRIBE,
    REGION_CARE,
    WARD,
    World,
    at,
    logged_in,
)
from vocabulary.hsa_id import HsaId
from vocabulary.period import ALWAYS, Period
from vocabulary.refusals import InvalidValue

NOBODY = HsaId.parse("SE2321000230-P9999")
NOWHERE = HsaId.parse("SE2321000230-E9999")


def records(world: World) -> PatientRecords:
    found = world.model.of_patient(PatientKey(world.desk.seal.lookup(ELSA)))
    assert found is not UNKNOWN
    return found


def relationship(desk: Desk, **changes: object) -> str:
    terms = {"patient": ELSA, "person": ANNA, "unit": WARD, "period": ALWAYS, "by": "client:svp", **changes}
    return register_care_relationship(desk, **terms).id  # type: ignore[arg-type]


def test_a_care_relationship_is_seen_at_once_and_gone_at_once(world: World) -> None:
    row = relationship(world.desk)

    seen = records(world).care_relationships[ANNA.key]
    end_care_relationship(world.desk, row, by="client:svp", reason="utskriven")

    assert [one.id for one in seen] == [row]
    assert records(world).care_relationships.get(ANNA.key, ()) == ()
    kept = world.desk.book.row(Kind.CARE_RELATIONSHIP, row)
    assert kept is not None and kept.end is not None
    assert (kept.version, kept.end.reason, kept.registered_by) == (2, "utskriven", "client:svp")


@pytest.mark.parametrize("changes", [{"person": NOBODY}, {"unit": NOWHERE}])
def test_a_care_relationship_needs_staff_of_the_directory(world: World, changes: dict[str, HsaId]) -> None:
    with pytest.raises(UnknownStaff):
        relationship(world.desk, **changes)


def test_a_period_that_is_over_or_empty_is_refused(world: World) -> None:
    for period in (world.days(1, start=-2), Period(at(world, days=1), at(world, days=1))):
        with pytest.raises(InvalidPeriod):
            relationship(world.desk, period=period)


def test_nothing_is_registered_against_a_stale_directory(world: World) -> None:
    world.staff.stale = True

    with pytest.raises(StaffUnavailable):
        relationship(world.desk)


def test_what_has_ended_does_not_end_again(world: World) -> None:
    row = relationship(world.desk)
    end_care_relationship(world.desk, row, by="x", reason="utskriven")

    with pytest.raises(AlreadyEnded):
        end_care_relationship(world.desk, row, by="x", reason="utskriven")
    with pytest.raises(UnknownRecord):
        end_care_relationship(world.desk, "no-such", by="x", reason="utskriven")
    with pytest.raises(InvalidValue):
        end_care_relationship(world.desk, relationship(world.desk), by="x", reason="\u202eutskriven")


def test_a_leavers_care_relationships_all_end_and_ending_twice_does_nothing(world: World) -> None:
    rows = {relationship(world.desk), relationship(world.desk, unit=CARE_CENTRE)}
    other = relationship(world.desk, person=KATARINA)

    first = end_care_relationships_of(world.desk, ANNA, by="sync", reason="slutat")
    second = end_care_relationships_of(world.desk, ANNA, by="sync", reason="slutat")

    assert (set(first), second) == (rows, ())
    assert [one.id for one in records(world).care_relationships[KATARINA.key]] == [other]
    assert ANNA.key not in records(world).care_relationships


def consent(world: World, person: HsaId | None = None) -> str:
    return register_consent(
        world.desk, patient=ELSA, unit=HOME_NURSING, person=person, ground=Ground.CONSENT_3_1, period=ALWAYS, by="x"
    ).id


def test_an_ended_and_an_annulled_consent_differ_in_history_and_count_no_more(world: World) -> None:
    ended, annulled, kept = consent(world), consent(world, KATARINA), consent(world, MARIA)

    end_consent(world.desk, ended, by="x", reason="patienten tog tillbaka det")
    annul_consent(world.desk, annulled, by="x", reason="fel patient")

    assert [one.id for one in records(world).consents] == [kept]
    history = world.desk.book.rows_of_patient(Kind.CONSENT, PatientKey(world.desk.seal.lookup(ELSA)))
    assert {row.id: None if row.end is None else row.end.annulled for row in history} == {
        ended: False,
        annulled: True,
        kept: None,
    }


def test_a_block_stands_at_once_and_is_revoked_at_once(world: World) -> None:
    row = register_block(world.desk, BlockTerms(ELSA, REGION_CARE, WARD, excepted=frozenset({"lak"})), by="x")

    seen = records(world).blocks
    revoke_block(world.desk, row.id, by="x", reason="patienten vill")

    assert [one.id for one in seen] == [row.id]
    assert records(world).blocks == ()


def test_blocks_that_cannot_stand_are_refused(world: World) -> None:
    terms = BlockTerms(ELSA, REGION_CARE, WARD)

    with pytest.raises(GuardianMayNotBlock):
        register_block(world.desk, replace(terms, asked_by=AskedBy.GUARDIAN), by="x")
    with pytest.raises(BlockOfAnotherProvider):
        register_block(world.desk, terms, by="x", own_provider=BODEN_CARE)
    with pytest.raises(UnknownStaff):
        register_block(world.desk, replace(terms, unit=HOME_NURSING), by="x")
    with pytest.raises(UnknownStaff):
        register_block(world.desk, replace(terms, provider=NOWHERE, unit=None), by="x")
    with pytest.raises(InvalidRegistration):
        register_block(world.desk, replace(terms, excepted=frozenset({"voo"})), by="x")
    with pytest.raises(InvalidPeriod):
        register_block(world.desk, replace(terms, first=date(2026, 2, 2), last=date(2026, 2, 1)), by="x")


def lift(world: World, block: str, period: Period, own_provider: HsaId | None = None) -> str:
    return lift_block(
        world.desk,
        block,
        unit=CARE_CENTRE,
        person=None,
        reason=LiftReason.PATIENTS_CONSENT,
        text="patienten samtycker",
        period=period,
        by="x",
        own_provider=own_provider,
    ).id


def test_a_lift_lasts_at_most_seven_days(world: World) -> None:
    block = register_block(world.desk, BlockTerms(ELSA, REGION_CARE, WARD), by="x").id

    made = lift(world, block, world.days(7))
    with pytest.raises(LiftTooLong):
        lift(world, block, world.days(7.00001))
    with pytest.raises(InvalidPeriod):
        lift(world, block, Period(at(world), None))
    with pytest.raises(BlockOfAnotherProvider):
        lift(world, block, world.days(1), own_provider=BODEN_CARE)
    with pytest.raises(UnknownRecord):
        lift(world, "no-such", world.days(1))

    assert [one.id for one in records(world).lifts] == [made]
    end_lift(world.desk, made, by="x", reason="klart")
    assert records(world).lifts == ()


def test_a_revoked_block_is_not_lifted(world: World) -> None:
    block = register_block(world.desk, BlockTerms(ELSA, REGION_CARE, WARD), by="x").id
    revoke_block(world.desk, block, by="x", reason="patienten vill")

    with pytest.raises(AlreadyEnded):
        lift(world, block, world.days(1))


def signed(world: World, **changes: object) -> Written:
    base = Written(KATARINA, MARIA, INSULIN.code, frozenset({HOME_NURSING}), world.days(300), (ELSA,))
    return replace(base, **changes)  # type: ignore[arg-type]


def test_a_delegation_is_seen_by_its_recipient_and_gone_when_revoked(world: World) -> None:
    keep_task(world.desk, INSULIN, by="x")
    row = register_on_paper(world.desk, Paper(signed(world)), by="x")

    seen = world.model.delegations_to(MARIA)
    revoke_delegation(world.desk, row.id, logged_in(KATARINA), "återkallad")
    after = world.model.delegations_to(MARIA)

    assert seen is not UNKNOWN and after is not UNKNOWN
    assert [(one.id, one.revoked_at) for one in seen] == [(row.id, None)]
    assert [(one.id, one.revoked_at) for one in after] == [(row.id, world.clock.now())]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"recipient": KATARINA}, DelegationToSelf),
        ({"task": "no_such_task"}, UnknownTask),
        ({"task": PRESCRIBE.code}, TaskNotDelegable),
        ({"delegator": MARIA, "recipient": KATARINA}, DelegatorNotCompetent),
        ({"delegator": NOBODY}, UnknownStaff),
        ({"recipient": NOBODY}, UnknownStaff),
        ({"units": frozenset({NOWHERE})}, UnknownStaff),
        ({"units": frozenset()}, InvalidRegistration),
        ({"period": ALWAYS}, InvalidPeriod),
    ],
)
def test_a_delegation_that_cannot_stand_is_refused(
    world: World, changes: dict[str, object], refusal: type[Exception]
) -> None:
    keep_task(world.desk, INSULIN, by="x")
    keep_task(world.desk, PRESCRIBE, by="x")

    with pytest.raises(refusal):
        register_on_paper(world.desk, Paper(signed(world, **changes)), by="x")


def test_a_paper_that_nobody_accepted_is_no_delegation(world: World) -> None:
    keep_task(world.desk, INSULIN, by="x")

    with pytest.raises(NotAccepted):
        register_on_paper(world.desk, Paper(signed(world), accepted=False), by="x")


def test_a_delegation_lasts_at_most_a_year(world: World) -> None:
    keep_task(world.desk, INSULIN, by="x")
    start = world.clock.now()
    year = start.replace(year=start.year + 1)

    register_on_paper(world.desk, Paper(signed(world, period=Period(start, year))), by="x")
    with pytest.raises(DelegationTooLong):
        register_on_paper(world.desk, Paper(signed(world, period=Period(start, year + timedelta(seconds=1)))), by="x")


def test_what_a_leaver_gave_and_received_lapses_once(world: World) -> None:
    keep_task(world.desk, INSULIN, by="x")
    given = register_on_paper(world.desk, Paper(signed(world)), by="x").id

    first = lapse_delegations_of(world.desk, KATARINA, by="sync", reason="slutat")
    second = lapse_delegations_of(world.desk, KATARINA, by="sync", reason="slutat")
    received = register_on_paper(world.desk, Paper(signed(world)), by="x").id

    assert (first, second) == ((given,), ())
    assert lapse_delegations_of(world.desk, MARIA, by="sync", reason="slutat") == (received,)
    row = world.desk.book.row(Kind.DELEGATION, given)
    assert row is not None and row.end is not None and row.end.reason == "slutat"
    assert [act.what for act in world.desk.book.history(Kind.DELEGATION, given)] == ["on_paper", "lapsed"]


def test_a_task_gets_a_new_version_in_its_place(world: World) -> None:
    keep_task(world.desk, INSULIN, by="x")

    keep_task(world.desk, replace(INSULIN, delegable=False), by="x")
    found = world.model.task(INSULIN.code)

    assert found is not None and found is not UNKNOWN
    assert (found.delegable, found.version) == (False, 2)
    with pytest.raises(InvalidRegistration):
        keep_task(world.desk, replace(INSULIN, required_licences=frozenset({"XX"})), by="x")


def test_the_smaller_registers_are_checked_too(world: World) -> None:
    with pytest.raises(InvalidPeriod):
        register_emergency(world.desk, patient=ELSA, person=ANNA, unit=WARD, reason="medvetslös", period=ALWAYS, by="x")
    with pytest.raises(InvalidRegistration):
        register_responsibility_move(
            world.desk,
            patient=ELSA,
            from_unit=WARD,
            to_unit=HOME_NURSING,
            professions=frozenset(),
            at=at(world),
            by="x",
        )
