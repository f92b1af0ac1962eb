"""The schema's steps lead to just the tables that the rooms describe, on both databases."""

import json
from dataclasses import replace

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from authz.edge.sql import RegisterStore
from authz.ports import Kind
from directory.edge.sql.erasures import SqlErasures
from directory.edge.sql.journal import SqlJournal
from directory.edge.sql.plans import SqlPlans
from directory.ports import HistoryQuery, WaitingAtMost
from directory.refusals import TooManyPlans
from hub.migrations import TABLES, upgrade
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId


def test_steps_lead_to_the_tables_of_the_rooms(engine: Engine) -> None:
    upgrade(engine)

    with engine.connect() as connection:
        difference = compare_metadata(MigrationContext.configure(connection), list(TABLES))
    assert difference == []


def test_upgrading_twice_changes_nothing(engine: Engine) -> None:
    upgrade(engine)
    first = set(inspect(engine).get_table_names())

    upgrade(engine)

    assert set(inspect(engine).get_table_names()) == first


def test_changes_that_earlier_versions_wrote_are_found_by_member_kind_and_reason(engine: Engine) -> None:
    upgrade(engine, until="62d70c6c0fda")
    person = {"v": 1, "entry": "person", "hsa_id": "SE2321000230-p001", "member": "SE2321000230-hm01"}
    person |= {"full_name": "Anna Sundqvist", "family_name": "Sundqvist"}
    member = {"v": 1, "entry": "member", "hsa_id": "SE2120002767-HM01"}
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO directory_commits (id, revision, state, announced, actor, reason, door, at_us)"
                " VALUES (1, 1, 'applied', true, 'Ada', 'ÅSA sade', 'api', 0)"
            )
        )
        insert = text(
            "INSERT INTO directory_changes (commit_id, position, hsa_id_key, before, after)"
            " VALUES (1, :position, :key, :before, :after)"
        )
        for position, key, before, after in (
            (0, "SE2321000230-P001", None, person),
            (1, "SE2120002767-HM01", member, None),
        ):
            texts = {"before": before and json.dumps(before), "after": after and json.dumps(after)}
            connection.execute(insert, {"position": position, "key": key} | texts)

    upgrade(engine)
    journal = SqlJournal(engine)

    assert [head.revision for head in journal.commits(HistoryQuery(reason="åsa"), None, 9)] == [1]
    assert [used.kind for used in journal.ids_used("", 9)] == ["member", "person"]
    region = HistoryQuery(member=HsaId.parse("SE2321000230-HM01"))
    assert [past.position for past in journal.changes_of(1, region, -1, 9)] == [0]


def test_what_was_held_before_older_changes_is_known_after_the_step(engine: Engine) -> None:
    upgrade(engine, until="5d2c1f7a9e34")
    person = {"v": 1, "entry": "person", "hsa_id": "SE2321000230-P001", "member": "SE2321000230-HM01"}
    person |= {"full_name": "Anna Sundqvist", "family_name": "Sundqvist"}
    foreign = person | {"title": "smugglad"}
    with engine.begin() as connection:
        for number, (state, before, after) in enumerate(
            [("applied", None, person), ("rejected", person, foreign), ("applied", foreign, foreign)], start=1
        ):
            connection.execute(
                text(
                    "INSERT INTO directory_commits (id, revision, state, announced, actor, reason, door, at_us)"
                    " VALUES (:id, :revision, :state, true, 'Ada', 'r', 'drift', 0)"
                ),
                {"id": number, "revision": None if state == "rejected" else (number + 1) // 2, "state": state},
            )
            connection.execute(
                text(
                    "INSERT INTO directory_changes (commit_id, position, hsa_id_key, before, after, kind, member_key)"
                    " VALUES (:id, 0, 'SE2321000230-P001', :before, :after, 'person', 'SE2321000230-HM01')"
                ),
                {"id": number, "before": before and json.dumps(before), "after": json.dumps(after)},
            )

    upgrade(engine)
    made, adopted = (SqlJournal(engine).changes_of(revision, HistoryQuery(), -1, 1)[0] for revision in (1, 2))

    assert made.held is None and adopted.held == made.change.after
    assert adopted.change.before == adopted.change.after != adopted.held


def test_what_earlier_versions_planned_counts_for_whoever_planned_it(engine: Engine) -> None:
    upgrade(engine, until="7e4b0c2d9a61")
    anna = Caller("katalogen", HsaId.parse("SE2321000230-P001"), frozenset(), None)
    itself = replace(anna, person=None)
    with engine.begin() as connection:
        for caller in (itself, anna, anna):
            told = {"client_id": caller.client_id, "person": None if caller.person is None else str(caller.person)}
            told |= {"scopes": [], "members": None, "assignment": None, "level": 0}
            connection.execute(
                text(
                    "INSERT INTO directory_plans (due_us, state, version, steps, reorganisation, caller, reason,"
                    " planned_at_us, sealed) VALUES (0, 'waiting', 1, '{}', false, :caller, 'r', 0, '{}')"
                ),
                {"caller": json.dumps(told)},
            )

    upgrade(engine)
    plans = SqlPlans(engine, WaitingAtMost(per_caller=2))

    plans.demand_room(itself)
    with pytest.raises(TooManyPlans):
        plans.demand_room(anna)


def test_what_earlier_versions_erased_is_recorded_as_of_all_members(engine: Engine) -> None:
    upgrade(engine, until="b4d19c60e7f2")
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO directory_erasures (at_us, kind, count, law, cutoff_us, decision, revision)"
                " VALUES (0, 'person', 2, 'en lag', 0, 'dnr 17', 5)"
            )
        )

    upgrade(engine)
    erasures = SqlErasures(engine)
    ((number, erasure),) = erasures.listed(None, 9)
    members = [HsaId.parse(f"SE2321000230-HM0{each}") for each in (1, 2)]
    erasures.note(replace(erasure, revision=6, member=member) for member in (*members, *members))

    assert (number, erasure.member, erasure.count, erasure.decision) == (1, None, 2, "dnr 17")
    assert [told.member for _, told in erasures.listed(None, 9)] == [*reversed(members), None]
    assert erasures.reached() == 6


def test_what_earlier_versions_registered_and_ended_has_its_history_after_the_step(engine: Engine) -> None:
    upgrade(engine, until="b4d19c60e7f2")
    row = {
        "id": "c1", "version": 1, "revision": 3, "patient_lookup": "1:ab", "patient_sealed": b"x", "person": "SE1-P1",
        "unit": "SE1-E1", "registered_by": "SE1-P1", "registered_at_us": 5_000_000, "annulled": False,
    }  # fmt: skip
    ended = row | {"id": "c2", "version": 2, "ended_by": "client:svp", "ended_at_us": 9_000_000, "end_reason": "klart"}
    with engine.begin() as connection:
        for each in (row, ended, ended | {"id": "c3", "annulled": True}):
            names = ", ".join(each)
            values = ", ".join(f":{name}" for name in each)
            connection.execute(text(f"INSERT INTO authz_care_relationships ({names}) VALUES ({values})"), each)

    upgrade(engine)
    store = RegisterStore(engine)

    told = {row_id: store.history(Kind.CARE_RELATIONSHIP, row_id) for row_id in ("c1", "c2", "c3")}
    assert [(act.version, act.what, act.by) for act in told["c2"]] == [
        (1, "registered", "SE1-P1"),
        (2, "ended", "client:svp"),
    ]
    assert told["c2"][1].note == "klart"
    assert [act.what for act in told["c1"]] == ["registered"]
    assert [act.what for act in told["c3"]] == ["registered", "annulled"]
