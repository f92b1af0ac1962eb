"""What every journal, ledger and keeper of sealed numbers promises, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, func, select

from directory.core.changes import Change
from directory.core.entries import Entry
from directory.edge.sql.id_ledger import SqlIdLedger
from directory.edge.sql.journal import SqlJournal
from directory.edge.sql.sealed_numbers import SqlSealedNumbers
from directory.edge.sql.tables import changes, commits, metadata
from directory.ports import JournalMovedOn, JournalRecord, RecordState, Stood
from hub.database import make_engine
from tests.directory.parts import ANNA, CENTRE, COUNTY, EVA, ROOM, a_person, added, region

AT = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def journal(engine: Engine) -> SqlJournal:
    metadata.create_all(engine)
    return SqlJournal(engine)


@pytest.fixture
def ledger(engine: Engine) -> SqlIdLedger:
    metadata.create_all(engine)
    return SqlIdLedger(engine)


def written(journal: SqlJournal, changes: list[Change], follows: int) -> JournalRecord:
    return journal.append(changes, follows=follows, actor="Ada", reason="a reason", door="api", at=AT)


def applied(journal: SqlJournal, *entries: Entry, follows: int = 0) -> None:
    written(journal, added(*entries), follows)
    journal.mark_applied(follows + 1)


def test_a_record_is_read_as_it_was_written(journal: SqlJournal) -> None:
    changes = [*added(*COUNTY), Change(ANNA, replace(ANNA, title=None)), Change(EVA, None)]

    record = written(journal, changes, 0)

    assert journal.pending() == (record,)
    assert record == JournalRecord(1, AT, "Ada", "a reason", "api", tuple(changes), RecordState.PENDING)


def test_revisions_follow_each_other_without_gap(journal: SqlJournal) -> None:
    applied(journal, ANNA)
    applied(journal, EVA, follows=1)

    assert journal.newest() == 2
    assert [record.revision for record in journal.records(0, 10)] == [1, 2]
    assert [record.revision for record in journal.records(1, 10)] == [2]
    assert [record.revision for record in journal.records(0, 1)] == [1]


@pytest.mark.parametrize("follows", [0, 2, 99])
def test_a_writer_that_follows_another_revision_is_refused(journal: SqlJournal, follows: int) -> None:
    applied(journal, ANNA)

    with pytest.raises(JournalMovedOn) as refusal:
        written(journal, added(EVA), follows)

    assert refusal.value.newest == 1
    assert journal.newest() == 1


def test_of_many_writers_at_once_one_succeeds(journal: SqlJournal) -> None:
    outcomes: list[str] = []
    together = Barrier(6)

    def write() -> None:
        together.wait()
        try:
            written(journal, added(ANNA), 0)
            outcomes.append("written")
        except JournalMovedOn:
            outcomes.append("moved on")

    threads = [Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["moved on"] * 5 + ["written"]


def test_only_what_was_applied_is_held(journal: SqlJournal) -> None:
    applied(journal, ANNA, CENTRE)
    written(journal, [Change(ANNA, replace(ANNA, title="chef"))], 1)

    held = journal.held()

    assert set(held.entries) == {(ANNA, 1), (CENTRE, 1)}
    assert held.revision == 1


def test_what_is_held_is_the_last_of_each_entry(journal: SqlJournal) -> None:
    later = replace(ANNA, title="chef")
    applied(journal, ANNA, CENTRE, EVA)
    written(journal, [Change(ANNA, later), Change(EVA, None)], 1)

    journal.mark_applied(2)
    journal.mark_applied(2)

    assert set(journal.held().entries) == {(later, 2), (CENTRE, 1)}
    assert journal.held().revision == 2


def test_the_revision_of_a_rejected_record_goes_to_the_next(journal: SqlJournal) -> None:
    written(journal, added(ANNA), 0)

    journal.reject(1, "no room")
    journal.mark_applied(1)

    assert journal.newest() == 0
    assert journal.pending() == journal.records(0, 10) == ()
    assert written(journal, added(EVA), 0).revision == 1


def test_an_applied_record_cannot_be_rejected(journal: SqlJournal) -> None:
    applied(journal, ANNA)

    journal.reject(1, "too late")

    assert journal.newest() == 1


def test_applied_records_are_unannounced_until_they_are_marked(journal: SqlJournal) -> None:
    applied(journal, ANNA)
    applied(journal, EVA, follows=1)
    written(journal, added(CENTRE), 2)

    journal.mark_announced(1)

    assert [record.revision for record in journal.unannounced()] == [2]


def test_a_thinned_journal_begins_later_and_holds_the_same(journal: SqlJournal) -> None:
    assert journal.oldest() == 1
    for follows, entry in enumerate((ANNA, EVA, CENTRE, replace(ANNA, title="chef"))):
        applied(journal, entry, follows=follows)
        journal.mark_announced(follows + 1)
    held = journal.held()

    assert journal.thin(3) == 2
    assert journal.thin(3) == 0

    assert journal.oldest() == 3
    assert [record.revision for record in journal.records(0, 10)] == [3, 4]
    assert (journal.held(), journal.newest()) == (held, 4)


def test_what_was_rejected_is_thinned_with_its_neighbours(engine: Engine, journal: SqlJournal) -> None:
    applied(journal, ANNA)
    written(journal, added(EVA), 1)
    journal.reject(2, "no room")
    for follows, entry in ((1, CENTRE), (2, EVA)):
        applied(journal, entry, follows=follows)
    for revision in (1, 2, 3):
        journal.mark_announced(revision)

    journal.thin(3)

    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(commits)) == 1
        assert connection.scalar(select(func.count()).select_from(changes)) == 1


def test_what_is_open_or_newest_is_never_thinned(journal: SqlJournal) -> None:
    for follows, entry in enumerate((ANNA, EVA, CENTRE)):
        applied(journal, entry, follows=follows)
    journal.mark_announced(1)
    journal.mark_announced(3)

    assert journal.thin(99) == 1
    journal.mark_announced(2)
    assert journal.thin(99) == 1
    written(journal, [Change(ANNA, replace(ANNA, title="chef"))], 3)
    assert journal.thin(99) == 0

    assert [record.revision for record in journal.records(0, 10)] == [3, 4]


def test_the_revision_at_an_instant_is_the_newest_that_was_written_by_then(journal: SqlJournal) -> None:
    for follows, minutes in enumerate((0, 1, 1, -30, 2)):
        at = AT + timedelta(minutes=minutes)
        journal.append(added(a_person(f"Q{follows}")), follows=follows, actor="Ada", reason="r", door="api", at=at)
        journal.mark_applied(follows + 1)
    written(journal, added(EVA), 5)

    asked = {minutes: journal.revision_at(AT + timedelta(minutes=minutes)) for minutes in (-31, -30, 0, 1, 2, 60)}

    assert asked == {-31: 0, -30: 4, 0: 4, 1: 4, 2: 5, 60: 5}


def test_how_entries_stood_is_told_for_those_that_were_changed_between(journal: SqlJournal) -> None:
    chief, care = replace(ANNA, title="chef"), replace(ANNA, title="vårdchef")
    applied(journal, ANNA, CENTRE, EVA)
    for follows, made in enumerate(([Change(ANNA, chief)], [Change(chief, care), *added(ROOM)]), 1):
        written(journal, made, follows)
        journal.mark_applied(follows + 1)

    back = set(journal.stood_at(1, 3))
    ahead = set(journal.stood_at(3, 1))

    assert back == {Stood(ANNA.hsa_id, ANNA, 1), Stood(ROOM.hsa_id, None, 0)}
    assert ahead == {Stood(ANNA.hsa_id, care, 3), Stood(ROOM.hsa_id, ROOM, 3)}
    assert set(journal.stood_at(2, 3)) == {Stood(ANNA.hsa_id, chief, 2), Stood(ROOM.hsa_id, None, 0)}
    assert journal.stood_at(2, 2) == ()


def test_what_was_rejected_stood_at_no_time(journal: SqlJournal) -> None:
    applied(journal, ANNA)
    written(journal, [Change(ANNA, replace(ANNA, title="chef"))], 1)
    journal.reject(2, "no room")
    written(journal, [Change(ANNA, replace(ANNA, title="vårdchef"))], 1)
    journal.mark_applied(2)

    assert journal.stood_at(1, 2) == (Stood(ANNA.hsa_id, ANNA, 1),)
    assert journal.stood_at(2, 1) == (Stood(ANNA.hsa_id, replace(ANNA, title="vårdchef"), 2),)


def test_serials_are_taken_once_by_many_at_once(ledger: SqlIdLedger) -> None:
    taken: list[int] = []

    def take() -> None:
        for _ in range(5):
            taken.extend(ledger.take_serials("SE2321000230-P", 3))

    threads = [Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(taken) == list(range(1, 61))
    assert ledger.take_serials("SE2321000230-E", 1) == range(1, 2)


def test_an_id_is_reserved_once_whatever_its_case(ledger: SqlIdLedger) -> None:
    first = ledger.reserve([region("Pa1"), region("P2")])
    second = ledger.reserve([region("PA1"), region("P3")])

    assert first == {region("PA1"), region("P2")}
    assert second == {region("P3")}


def test_a_reserved_id_can_be_claimed_for_one_kind_only(ledger: SqlIdLedger) -> None:
    ledger.reserve([region("P1")])

    assert ledger.claim({region("P1"): "person", region("E9"): "unit"}) == frozenset()
    assert ledger.claim({region("P1"): "person"}) == frozenset()
    assert ledger.claim({region("P1"): "unit", region("E9"): "unit"}) == {region("P1")}


def test_a_retired_id_is_never_claimed_or_reserved_again(ledger: SqlIdLedger) -> None:
    ledger.claim({region("P1"): "person"})

    ledger.retire([region("P1"), region("P2")])

    assert ledger.claim({region("P1"): "person", region("P2"): "person"}) == {region("P1"), region("P2")}
    assert ledger.reserve([region("P1"), region("P2")]) == frozenset()


def test_many_ids_are_claimed_in_one_call(ledger: SqlIdLedger) -> None:
    ids = {region(f"P{serial}"): "person" for serial in range(1_700)}

    assert ledger.claim(ids) == frozenset()
    assert ledger.reserve(ids) == frozenset()


def test_the_ledger_survives_its_process(engine: Engine, ledger: SqlIdLedger) -> None:
    ledger.take_serials("SE2321000230-P", 7)
    ledger.claim({region("P1"): "person"})
    anew = make_engine(str(engine.url))

    reopened = SqlIdLedger(anew)

    assert reopened.take_serials("SE2321000230-P", 1) == range(8, 9)
    assert reopened.claim({region("P1"): "unit"}) == {region("P1")}
    anew.dispose()


def test_sealed_numbers_are_kept_by_their_lookup_value(engine: Engine) -> None:
    metadata.create_all(engine)
    numbers = SqlSealedNumbers(engine)

    numbers.keep({"1:aa": b"one", "1:bb": b"two"}, AT)
    numbers.keep({"1:aa": b"three"}, AT)

    assert (numbers.sealed("1:aa"), numbers.sealed("1:bb"), numbers.sealed("1:cc")) == (b"three", b"two", None)
