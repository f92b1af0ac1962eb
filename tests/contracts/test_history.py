"""What every journal promises to who searches it (``directory.ports.History``), on both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from directory import Change, Entry
from directory.edge.sql.journal import SqlJournal
from directory.edge.sql.tables import metadata
from directory.ports import CommitHead, History, HistoryQuery, UsedId
from tests.directory.parts import ANNA, BODEN, CARE, CENTRE, COUNTY, EVA, ROOM, a_person, added, region
from vocabulary.hsa_id import HsaId

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
CHEF, DIREKTÖR = replace(ANNA, title="chef"), replace(ANNA, title="direktör")
EVERYTHING = HistoryQuery()


@pytest.fixture
def journal(engine: Engine) -> SqlJournal:
    metadata.create_all(engine)
    return SqlJournal(engine)


def written(journal: SqlJournal, changes: list[Change], **terms: str) -> int:
    follows = journal.newest()
    told = {"actor": "Ada", "reason": "a reason", "door": "api"} | terms
    journal.append(changes, follows=follows, at=AT + timedelta(hours=follows), **told)
    return follows + 1


def applied(journal: SqlJournal, *changes: Change, **terms: str) -> int:
    revision = written(journal, list(changes), **terms)
    journal.mark_applied(revision)
    return revision


def found(history: History, query: HistoryQuery) -> list[int]:
    return [head.revision for head in history.commits(query, None, 100)]


def test_commits_are_told_newest_first_and_only_what_stands(journal: SqlJournal) -> None:
    applied(journal, *added(*COUNTY))
    written(journal, [Change(ANNA, CHEF)])
    journal.reject(2, "no room")
    applied(journal, Change(ANNA, CHEF), reason="befordrad")
    written(journal, [Change(CHEF, DIREKTÖR)])

    assert journal.commits(EVERYTHING, None, 10) == (
        CommitHead(2, AT + timedelta(hours=1), "Ada", "befordrad", "api"),
        CommitHead(1, AT, "Ada", "a reason", "api"),
    )
    assert found(journal, HistoryQuery(last=1)) == [1] == [h.revision for h in journal.commits(EVERYTHING, 2, 10)]
    assert [head.revision for head in journal.commits(EVERYTHING, None, 1)] == [2]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (HistoryQuery(entry=ANNA.hsa_id), [3, 1]),
        (HistoryQuery(entry=HsaId.parse(str(ANNA.hsa_id).lower())), [3, 1]),
        (HistoryQuery(member=BODEN.hsa_id), [2, 1]),
        (HistoryQuery(actor="Eva"), [2]),
        (HistoryQuery(actor="EVA"), []),
        (HistoryQuery(door="sync"), [3, 2]),
        (HistoryQuery(door="SYNC"), []),
        (HistoryQuery(door="sync:7"), [2]),
        (HistoryQuery(reason="åsa"), [3]),
        (HistoryQuery(reason="ÅSA S"), [3]),
        (HistoryQuery(reason="A\u030asa"), [3]),
        (HistoryQuery(reason="%"), [2]),
        (HistoryQuery(reason="_"), []),
        (HistoryQuery(since=AT + timedelta(hours=1)), [3, 2]),
        (HistoryQuery(until=AT + timedelta(hours=1)), [1]),
        (HistoryQuery(first=2, last=2), [2]),
        (HistoryQuery(entry=ANNA.hsa_id, door="sync", actor="Ada"), [3]),
        (HistoryQuery(entry=CENTRE.hsa_id, member=BODEN.hsa_id), []),
    ],
)
def test_each_part_of_a_query_narrows(journal: SqlJournal, query: HistoryQuery, expected: list[int]) -> None:
    applied(journal, *added(*COUNTY))
    applied(journal, Change(BODEN, replace(BODEN, name="Boden")), actor="Eva", door="sync:7", reason="100 % rätt")
    applied(journal, Change(ANNA, CHEF), door="sync:71", reason="Åsa sade det")

    assert found(journal, query) == expected


def test_changes_of_a_commit_are_told_in_order_and_in_parts(journal: SqlJournal) -> None:
    revision = applied(journal, *added(*COUNTY))

    first = journal.changes_of(revision, EVERYTHING, -1, 3)
    rest = journal.changes_of(revision, EVERYTHING, first[-1].position, 100)

    assert [past.change for past in (*first, *rest)] == added(*COUNTY)
    assert len(first) == 3
    assert {past.change.after for past in journal.changes_of(revision, HistoryQuery(member=BODEN.hsa_id), -1, 9)} == {
        BODEN
    }
    assert [p.change.after for p in journal.changes_of(revision, HistoryQuery(entry=EVA.hsa_id), -1, 9)] == [EVA]


def test_what_was_held_before_is_what_the_last_change_that_stands_left(journal: SqlJournal) -> None:
    foreign = replace(ANNA, title="smugglad")
    applied(journal, *added(ANNA, EVA))
    written(journal, [Change(ANNA, DIREKTÖR)])
    journal.reject(2, "no")
    applied(journal, Change(EVA, replace(EVA, title="x")))
    adopted = applied(journal, Change(foreign, foreign))
    overwritten = applied(journal, Change(foreign, CHEF))
    taken = applied(journal, Change(CARE, None))
    again = applied(journal, Change(None, CARE))

    held = {r: journal.changes_of(r, EVERYTHING, -1, 1)[0].held for r in (1, adopted, overwritten, taken, again)}

    assert held == {1: None, adopted: ANNA, overwritten: foreign, taken: None, again: None}


def test_what_was_held_is_known_where_what_came_earlier_was_thinned(journal: SqlJournal) -> None:
    foreign = replace(EVA, title="smugglad")
    applied(journal, *added(ANNA, EVA))
    applied(journal, Change(ANNA, CHEF), Change(foreign, foreign))
    journal.mark_announced(1)
    journal.mark_announced(2)

    assert journal.thin(2) == 1
    chef, adopted = journal.changes_of(2, EVERYTHING, -1, 9)

    assert (chef.held, adopted.held) == (ANNA, EVA)
    assert found(journal, EVERYTHING) == [2]


def test_later_changes_are_those_of_the_entries_above_the_revision(journal: SqlJournal) -> None:
    applied(journal, *added(ANNA, EVA))
    applied(journal, Change(ANNA, CHEF), Change(None, CARE))
    applied(journal, Change(EVA, replace(EVA, title="x")))
    applied(journal, Change(CHEF, DIREKTÖR))
    written(journal, [Change(DIREKTÖR, ANNA)])

    later = journal.later_changes([ANNA.hsa_id, region("P404")], 1)

    assert [(past.commit.revision, past.held, past.change.after) for past in later] == [
        (2, ANNA, CHEF), (4, CHEF, DIREKTÖR),
    ]  # fmt: skip


def test_later_changes_of_very_many_entries_are_found(journal: SqlJournal) -> None:
    people = [a_person(f"Q{number:04d}") for number in range(1_200)]
    applied(journal, *added(*people))
    applied(journal, *(Change(person, replace(person, title="x")) for person in people))

    later = journal.later_changes([person.hsa_id for person in people], 1)

    assert [past.position for past in later] == list(range(1_200))
    assert [past.held for past in later] == people


def test_changes_besides_some_kinds_are_told_oldest_first_and_in_parts(journal: SqlJournal) -> None:
    applied(journal, *added(*COUNTY))
    applied(
        journal, Change(ANNA, CHEF), Change(ROOM, replace(ROOM, name="Labb")), Change(CENTRE, replace(CENTRE, name="C"))
    )
    told: list[tuple[int, Entry | None]] = []
    after = (0, -1)
    while some := journal.changes_besides(("person", "assignment"), after, 2):
        assert len(some) <= 2
        told += [(past.commit.revision, past.change.after) for past in some]
        after = (some[-1].commit.revision, some[-1].position)

    structure = [(1, entry) for entry in COUNTY if entry not in (ANNA, EVA, CARE)]
    assert told == [*structure, (2, replace(ROOM, name="Labb")), (2, replace(CENTRE, name="C"))]
    assert journal.changes_besides(("person", "assignment"), (2, -1), 9)[0].commit.revision == 2


def test_every_id_that_stood_is_told_once_with_its_kind(journal: SqlJournal) -> None:
    applied(journal, *added(ANNA, CARE))
    applied(journal, Change(ANNA, CHEF))
    applied(journal, Change(EVA, None))
    written(journal, added(CENTRE))
    told: list[UsedId] = []
    while some := journal.ids_used(told[-1].hsa_id.key if told else "", 1):
        told += some

    assert told == [
        UsedId(CARE.hsa_id, "assignment", taken_away=False),
        UsedId(ANNA.hsa_id, "person", taken_away=False),
        UsedId(EVA.hsa_id, "person", taken_away=True),
    ]
