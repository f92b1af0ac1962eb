"""Carrying out: twice is once, the order of rows is nothing, an interruption leaves all or nothing and resumes."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.database import make_engine
from sync import Run, RunState, Source, Sync
from sync.core.people import Employee
from sync.edge.sql.runs import SqlRuns
from sync.edge.sql.sources import SqlSources
from sync.edge.sql.tables import metadata
from sync.refusals import (
    Braked,
    InvalidSource,
    LeaversDiffer,
    LeaversNotConfirmed,
    ListDiffers,
    PreviewOutdated,
    RegisterUnavailable,
    RunFailed,
    RunInProgress,
    SourceChanged,
    UnknownRun,
)
from tests.parts import HeldClock
from tests.sync.register import (
    ARJEPLOG,
    CARE_CENTRE,
    HOME_CARE,
    Interrupted,
    MemoryRegister,
    arjeplog_register,
    arjeplog_source,
    listing,
    make_sync,
    row,
)
from vocabulary.hsa_id import HsaId

NUMBERS = ["191212121212", "193805172388", "194111032399", "195008129800", "198507722398"]
AT_ONCE = timedelta(0)
BOTH = listing(row("1", personal_number=NUMBERS[0]), row("2", assignments=""))


def apply(sync: Sync, source: Source, content: bytes, confirm: int | None = None) -> Run:
    return sync.apply.list(source, content, actor="tester", confirm_leavers=confirm)


def people(register: MemoryRegister) -> dict[str, Employee]:
    return {str(person.anchor): person for person in register.people.values()}


def test_the_same_list_twice_changes_nothing(sync: Sync, register: MemoryRegister, source: Source) -> None:
    first = apply(sync, source, BOTH)
    kept = (register.revision, dict(register.people))

    second = apply(sync, source, BOTH)

    assert first.state is second.state is RunState.APPLIED
    assert second.counts["unchanged"] == 2
    assert (register.revision, register.people) == kept


def test_a_preview_changes_nothing_and_can_be_applied_by_its_id(
    sync: Sync, register: MemoryRegister, source: Source
) -> None:
    run, plan = sync.preview(source, BOTH, actor="tester")
    before = dict(register.people)

    applied = sync.apply.run(source, run.id, actor="tester")

    assert before == {}
    assert (run.state, applied.state) == (RunState.PREVIEWED, RunState.APPLIED)
    assert [step["kind"] for step in plan["steps"]] == ["join", "assign", "join"]
    assert list(register.numbers.values()) == [NUMBERS[0]]
    assert sync.runs.rows(run.id) is None


def test_an_applied_run_is_answered_again(sync: Sync, register: MemoryRegister, source: Source) -> None:
    run, _ = sync.preview(source, BOTH, actor="tester")
    first = sync.apply.run(source, run.id, actor="tester")

    assert sync.apply.run(source, run.id, actor="tester") == first


def test_other_bytes_than_previewed_are_refused(sync: Sync, source: Source) -> None:
    run, _ = sync.preview(source, BOTH, actor="tester")

    with pytest.raises(ListDiffers):
        sync.apply.run(source, run.id, actor="tester", content=listing(row("1")))


def test_a_run_of_another_source_is_unknown(sync: Sync, source: Source) -> None:
    run, _ = sync.preview(source, BOTH, actor="tester")

    with pytest.raises(UnknownRun):
        sync.apply.run(arjeplog_source(id="other"), run.id, actor="tester")


def test_rows_of_a_preview_are_forgotten_after_a_day_and_by_the_next_one(
    sync: Sync, source: Source, clock: HeldClock
) -> None:
    first, _ = sync.preview(source, BOTH, actor="tester")
    second, _ = sync.preview(source, BOTH, actor="tester")
    clock.pass_(days=1)

    for run in (first, second):
        with pytest.raises(PreviewOutdated):
            sync.apply.run(source, run.id, actor="tester")


def test_other_leavers_than_previewed_stop(sync: Sync, register: MemoryRegister, source: Source) -> None:
    apply(sync, source, BOTH)
    run, _ = sync.preview(source, listing(row("1")), actor="tester")
    apply(sync, source, listing(*(row(str(n)) for n in range(1, 4))))

    with pytest.raises(LeaversDiffer):
        sync.apply.run(source, run.id, actor="tester", content=listing(row("1")))
    assert len(register.people) == 3


def test_a_stopped_list_changes_nothing_until_confirmed(sync: Sync, register: MemoryRegister, source: Source) -> None:
    apply(sync, source, BOTH)
    revision = register.revision

    with pytest.raises(Braked):
        apply(sync, source, listing())
    with pytest.raises(LeaversNotConfirmed):
        apply(sync, source, listing(), confirm=1)
    assert register.revision == revision
    assert apply(sync, source, listing(), confirm=2).counts["leave"] == 2


def test_leaver_and_return_go_round(sync: Sync, register: MemoryRegister, source: Source, clock: HeldClock) -> None:
    apply(sync, source, BOTH)
    clock.pass_(days=1)
    apply(sync, source, listing(row("2", assignments="")))
    left = people(register)["1"]
    gone_at = clock.now()
    clock.pass_(days=1)

    apply(sync, source, BOTH)

    back = people(register)["1"]
    assert left.period.end == gone_at
    assert all(membership.period.end == gone_at for membership in left.memberships)
    assert back.hsa_id == left.hsa_id
    assert back.period.end is None
    assert [membership.period.start for membership in back.memberships] == [clock.now()]


def test_a_directory_that_moves_meanwhile_is_planned_anew(sync: Sync, register: MemoryRegister, source: Source) -> None:
    register.interrupt = "moved"

    run = apply(sync, source, BOTH)

    assert run.state is RunState.APPLIED
    assert run.revision == register.revision == 3


@pytest.mark.parametrize(("moment", "state"), [("before", RunState.FAILED), ("after", RunState.APPLIED)])
def test_a_killed_run_is_whole_or_not_at_all(
    moment: str, state: RunState, sync: Sync, register: MemoryRegister, source: Source
) -> None:
    run, _ = sync.preview(source, BOTH, actor="tester")
    register.interrupt = moment
    with pytest.raises(Interrupted):
        sync.apply.run(source, run.id, actor="tester")
    with pytest.raises(RunInProgress):
        sync.apply.run(source, run.id, actor="tester")

    (settled,) = sync.settle(AT_ONCE)
    again = apply(sync, source, BOTH)

    assert settled.state is state
    assert again.state is RunState.APPLIED
    assert len(register.people) == 2


def test_an_unknown_outcome_stays_applying_until_settled(sync: Sync, register: MemoryRegister, source: Source) -> None:
    run, _ = sync.preview(source, BOTH, actor="tester")
    register.interrupt = "unavailable"

    with pytest.raises(RegisterUnavailable):
        sync.apply.run(source, run.id, actor="tester")

    assert sync.settle(timedelta(minutes=2)) == []
    assert [settled.state for settled in sync.settle(AT_ONCE)] == [RunState.FAILED]
    with pytest.raises(RunFailed):
        sync.apply.run(source, run.id, actor="tester")


def test_a_kept_preview_that_lacks_a_number_it_now_needs_is_outdated(
    sync: Sync, register: MemoryRegister, source: Source
) -> None:
    apply(sync, source, BOTH)
    run, _ = sync.preview(source, BOTH, actor="tester")
    register.people.clear()

    with pytest.raises(PreviewOutdated):
        sync.apply.run(source, run.id, actor="tester")


def test_defining_a_source(sync: Sync) -> None:
    first = sync.define_source(arjeplog_source())
    same = sync.define_source(arjeplog_source())
    second = sync.define_source(arjeplog_source(delimiter=","), expected_version=1)

    assert (first.version, same.version, second.version) == (1, 1, 2)
    with pytest.raises(SourceChanged):
        sync.define_source(arjeplog_source(), expected_version=1)


@pytest.mark.parametrize(
    "changes",
    [
        {"member": HsaId.parse("SE2321000230-O001")},
        {"member": HsaId.parse("SE2321000230-O999"), "id": "new"},
        {"unit_codes": {"1": CARE_CENTRE}},
        {"unit_codes": {"1": HsaId.parse("SE2120002668-E999")}},
    ],
    ids=["another-member", "unknown-member", "foreign-unit", "unknown-unit"],
)
def test_a_source_that_reaches_beyond_its_member_is_refused(sync: Sync, changes: dict[str, object]) -> None:
    sync.define_source(arjeplog_source())

    with pytest.raises(InvalidSource):
        sync.define_source(arjeplog_source(**changes))


@pytest.mark.parametrize(
    "changes",
    [{"id": "Å"}, {"name": " x"}, {"delimiter": "|"}, {"mapping": {"salary": "Lön"}},
     {"mapping": {"title": "X", "unit": "x"}}, {"unit_codes": {"a\u202eb": HOME_CARE}}],
)  # fmt: skip
def test_a_malformed_source_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(InvalidSource):
        arjeplog_source(**changes)


CELLS = st.fixed_dictionaries(
    {
        "title": st.sampled_from(["", "Läkare", "Sjuksköterska"]),
        "unit": st.sampled_from(["900", "905", "nowhere"]),
        "assignments": st.sampled_from(["", "Hemtjänst", "Natt", "SE2120002668-A001|SE2120002668-A003"]),
        "start_date": st.sampled_from(["", "2026-01-01", "2026-09-01"]),
        "end_date": st.sampled_from(["", "2026-02-01", "2026-12-31"]),
        "personal_number": st.sampled_from(["", *NUMBERS]),
    }
)
LISTS = st.dictionaries(st.sampled_from("abcdef"), CELLS, max_size=6).map(
    lambda rows: [row(anchor, **cells) for anchor, cells in rows.items()]
)


class World:
    """One directory and one room, fresh for each example."""

    def __init__(self, folder: str) -> None:
        self.clock = HeldClock()
        self.register = arjeplog_register(self.clock)
        engine = make_engine(f"sqlite:///{Path(folder) / 'sync.db'}")
        metadata.create_all(engine)
        self.engine, self.source = engine, arjeplog_source()
        self.sync = make_sync(self.register, SqlSources(engine), SqlRuns(engine), self.clock)

    def apply(self, rows: list[str]) -> Run:
        _, plan = self.sync.preview.plan(self.source, listing(*rows))
        return apply(self.sync, self.source, listing(*rows), len(plan.leavers))

    def held(self) -> dict[str, tuple[object, ...]]:
        """Everybody by anchor, without the HSA-ids, which depend on who came first."""
        return {
            str(p.anchor): (p.profile, p.period, p.lookup, frozenset(p.memberships))
            for p in self.register.people.values()
        }


@settings(max_examples=25, deadline=None)
@given(first=LISTS, second=LISTS, moment=st.sampled_from(["before", "after", "moved"]), shuffled=st.randoms())
def test_twice_is_once_order_is_nothing_and_any_interruption_resumes(first, second, moment, shuffled) -> None:  # type: ignore[no-untyped-def] # hypothesis fills them in
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        straight, broken = World(one), World(other)
        straight.apply(first)
        broken.apply(shuffled.sample(first, len(first)))
        assert straight.held() == broken.held()

        for world in (straight, broken):
            world.clock.pass_(hours=1)
        straight.apply(second)
        broken.register.interrupt = moment
        try:
            broken.apply(second)
        except Interrupted:
            broken.sync.settle(AT_ONCE)
        broken.register.interrupt = None
        broken.apply(second)

        assert straight.held() == broken.held()
        revision = straight.register.revision
        again = straight.apply(second)
        assert straight.register.revision == revision
        assert again.counts["leave"] == again.counts["join"] == again.counts["change"] == 0
        for world in (straight, broken):
            world.engine.dispose()


def test_the_member_of_the_examples_is_known(register: MemoryRegister) -> None:
    assert register.view().id_prefixes(ARJEPLOG) == {"SE2120002668"}
