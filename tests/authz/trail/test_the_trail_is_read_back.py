"""What the trail keeps, rotates and finds again."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from authz.edge.trail import AuditTrail, Checkpoint, find_decision, scan, verify
from authz.ports import Receipt
from tests.authz.trail.parts import KEY, PUBLIC, record
from tests.parts import HeldClock


def test_records_are_found_by_patient_actor_and_time(tmp_path: Path, clock: HeldClock) -> None:
    trail = AuditTrail(tmp_path, KEY, clock)
    trail.start()
    for number in range(6):
        trail.append(
            [
                record(
                    number,
                    patient=f"v1:{number % 2}",
                    person=f"SE2321000230-P{number % 3}",
                    at=f"2026-03-02T09:0{number}:00.000000Z",
                )
            ]
        ).result(10)
    trail.close()
    start = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def found(**question: object) -> list[str]:
        return [read["decision_id"] for read in scan(tmp_path, **question)]  # type: ignore[arg-type]

    assert found(patients=frozenset(["v1:1"])) == ["d1", "d3", "d5"]
    assert found(patients=frozenset(["v1:0", "v1:1"])) == [f"d{n}" for n in range(6)]
    assert found(actor="se2321000230-p2") == ["d2", "d5"]
    assert found(since=start + timedelta(minutes=2), until=start + timedelta(minutes=4)) == ["d2", "d3"]
    assert found(patients=frozenset(["v1:7"])) == []


def test_one_decision_is_found_by_its_id(tmp_path: Path, clock: HeldClock) -> None:
    trail = AuditTrail(tmp_path, KEY, clock, segment_bytes=400)
    trail.start()
    for number in range(20):
        trail.append([record(number)]).result(10)
    trail.close()

    read = find_decision(tmp_path, "d13", clock.now())

    assert read is not None
    assert read["decision_id"] == "d13"
    assert find_decision(tmp_path, "d99", clock.now()) is None
    assert find_decision(tmp_path, "d13", clock.now() - timedelta(days=2)) is None


def test_a_new_month_begins_a_new_segment(tmp_path: Path, clock: HeldClock) -> None:
    trail = AuditTrail(tmp_path, KEY, clock)
    trail.start()
    trail.append([record(1)]).result(10)

    clock.pass_(days=31)
    trail.append([record(2)]).result(10)
    trail.close()

    assert verify(tmp_path, PUBLIC).segments == 2


def test_a_checkpoint_is_made_after_every_so_many_records_and_handed_over(tmp_path: Path, clock: HeldClock) -> None:
    kept: list[Checkpoint] = []
    trail = AuditTrail(tmp_path, KEY, clock, checkpoint_every=10)
    trail.on_checkpoint(kept.append)
    trail.start()

    trail.append([record(n) for n in range(35)]).result(10)
    last = trail.close()

    assert len(kept) == 4
    assert last == kept[-1]
    assert verify(tmp_path, PUBLIC, since=kept[1]).ok


def test_a_listener_that_fails_denies_instead_of_hanging(tmp_path: Path, clock: HeldClock) -> None:
    def broken(_: Checkpoint) -> None:
        raise RuntimeError("the place for checkpoints is gone")

    trail = AuditTrail(tmp_path, KEY, clock, checkpoint_every=1)
    trail.on_checkpoint(broken)
    trail.start()

    outcome = trail.append([record(1)]).exception(10)
    trail.close()

    assert outcome is not None


def test_many_tasks_share_one_sync(tmp_path: Path, clock: HeldClock) -> None:
    trail = AuditTrail(tmp_path, KEY, clock)
    trail.start()

    async def append_many() -> list[Receipt]:
        return await asyncio.gather(*[trail.appended([record(n), record(n)]) for n in range(200)])

    receipts = asyncio.run(append_many())
    trail.close()

    assert sorted(line for receipt in receipts for line in (receipt.first, receipt.last)) == list(range(2, 402))
    assert len(list(scan(tmp_path))) == 400


def test_a_task_that_gave_up_does_not_disturb_the_others(tmp_path: Path, clock: HeldClock) -> None:
    trail = AuditTrail(tmp_path, KEY, clock)
    trail.start()

    async def give_up() -> Receipt:
        given_up = asyncio.ensure_future(trail.appended([record(1)]))
        await asyncio.sleep(0)
        given_up.cancel()
        return await trail.appended([record(2)])

    receipt = asyncio.run(give_up())
    trail.close()

    assert receipt.first >= 2
