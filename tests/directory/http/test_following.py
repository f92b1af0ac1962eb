"""Following the changes over real sockets: long polls and streams, over every kind of end, and within their limits."""

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from directory.edge.http.followers import Followers, Pace
from directory.refusals import TooManyFollowers
from hub.web.protocol import DeadlineProtocol
from tests.directory.http.live import Live, Reading, live, reading
from tests.directory.http.parts import ADMIN, BODENS_ADMIN, READER
from tests.directory.parts import ANNA, CENTRE, EVA, World, a_person
from tests.system_parts import wait_until
from vocabulary.caller import Caller

SWIFT = Pace(recheck=0.05, heartbeat=0.1, retry=0.5)
QUIET = Pace(recheck=0.05, heartbeat=3600)


@pytest.fixture
def quiet(world: World) -> Iterator[Live]:
    with live(world, pace=QUIET) as served:
        yield served


def titled(world: World, *titles: str) -> None:
    for title in titles:
        world.change(replace(ANNA, title=title))


def hidden(world: World, *telephones: str) -> None:
    """Commits in which a reader may see nothing."""
    for telephone in telephones:
        world.change(replace(EVA, telephone=telephone))


def much_is_changed(world: World) -> None:
    """Twelve commits of more than lies between two ends of a line."""
    for number in range(12):
        world.change(
            *(a_person(f"C{serial:04}", "Person Lång" + "x" * 60, title=f"runda {number}") for serial in range(500))
        )


def nobody_follows(served: Live) -> bool:
    return served.followers.count() == 0


def followed_by(served: Live, count: int) -> None:
    wait_until(lambda: served.followers.count() == count, within_seconds=10)


def test_who_waits_is_answered_by_the_commit(quiet: Live, world: World) -> None:
    asking = quiet.in_background("since=1&wait=55")
    followed_by(quiet, 1)

    titled(world, "chef")

    told = asking.answer().json()
    assert [item["revision"] for item in told["items"]] == [2]
    assert (told["next_since"], told["revision"]) == (2, 2)
    assert nobody_follows(quiet)


def test_who_waits_is_answered_at_once_when_there_is_something(quiet: Live) -> None:
    assert [item["revision"] for item in quiet.get("since=0&wait=55").json()["items"]] == [1]


def test_who_waits_in_vain_gets_an_empty_page_and_moves_on(quiet: Live, world: World) -> None:
    asking = quiet.in_background("since=1&wait=2")
    followed_by(quiet, 1)

    hidden(world, "0920-100 01", "0920-100 02", "0920-100 03")

    assert asking.answer().json() == {"items": [], "next_since": 4, "revision": 4}


def test_who_waits_is_woken_by_another_processs_commit(quiet: Live, world: World) -> None:
    other = world.another()
    other.directory.start()
    asking = quiet.in_background("since=1&wait=55")
    followed_by(quiet, 1)

    titled(other, "chef")
    world.directory.poll()

    assert [item["revision"] for item in asking.answer().json()["items"]] == [2]


def test_who_is_ahead_of_this_process_waits_for_it(quiet: Live, world: World) -> None:
    other = world.another()
    other.directory.start()
    titled(other, "ett")
    asking = quiet.in_background("since=2&wait=55")
    followed_by(quiet, 1)

    titled(other, "två")
    world.directory.poll()

    assert [item["revision"] for item in asking.answer().json()["items"]] == [3]


def test_who_hangs_up_while_waiting_gives_up_the_place(quiet: Live) -> None:
    address = urlsplit(quiet.base)
    with socket.create_connection((address.hostname or "", address.port or 0)) as line:
        line.sendall(_request("since=1&wait=55", "application/json"))
        followed_by(quiet, 1)

    followed_by(quiet, 0)


def test_a_stream_tells_each_commit_with_its_revision_and_when_it_has_caught_up(quiet: Live, world: World) -> None:
    titled(world, "ett", "två")
    with reading(quiet) as stream:
        stream.wait(lambda each: len(each.events) == 4)
        titled(world, "tre")
        stream.wait(lambda each: len(each.events) == 5)

    assert [(event.name, event.id) for event in stream.events] == [
        ("commit", "1"), ("commit", "2"), ("commit", "3"), ("reached", "3"), ("commit", "4"),
    ]  # fmt: skip
    assert json.loads(stream.events[3].data) == {"revision": 3}
    assert json.loads(stream.events[4].data) == quiet.get("since=3").json()["items"][0]
    assert stream.text.startswith(b"retry: 2000\n: following from revision 0\n\n")
    assert stream.answer.headers["content-type"].startswith("text/event-stream")
    assert stream.answer.headers["cache-control"] == "no-store"


def test_a_stream_goes_on_after_the_last_event_whatever_the_address_says(quiet: Live, world: World) -> None:
    titled(world, "ett", "två", "tre")

    with reading(quiet, "since=0", last=2) as stream:
        stream.wait(lambda each: len(each.events) == 3)

    assert stream.revisions() == [3, 4]


def test_a_reader_who_sees_nothing_moves_on(world: World) -> None:
    with live(world, pace=SWIFT) as served, reading(served, "since=1") as stream:
        stream.wait(lambda each: len(each.events) == 1)
        hidden(world, "0920-100 01", "0920-100 02", "0920-100 03")
        stream.wait(lambda each: each.events[-1].id == "4")

    assert {event.name for event in stream.events} == {"reached"}


def test_a_silent_stream_gives_signs_of_life(world: World) -> None:
    with live(world, pace=SWIFT) as served, reading(served, "since=1") as stream:
        stream.wait(lambda each: each.text.count(b": still here\n\n") >= 3)

    assert [(event.name, event.id) for event in stream.events] == [("reached", "1")]


def test_a_stream_ends_with_the_token(quiet: Live, world: World) -> None:
    with reading(quiet) as stream, reading(quiet, who=ADMIN) as other:
        stream.wait(lambda each: len(each.events) == 2)
        quiet.revoked.add(READER)
        stream.wait_for_end()
        titled(world, "chef")
        other.wait(lambda each: each.revisions() == [1, 2])

    assert [event.name for event in stream.events] == ["commit", "reached", "end"]
    assert json.loads(stream.events[-1].data)["code"] == "invalid_token"
    assert stream.events[-1].id == "1"
    assert quiet.get("since=1", accept="text/event-stream").status_code == 401


def test_a_long_poll_ends_with_the_token(quiet: Live) -> None:
    asking = quiet.in_background("since=1&wait=55")
    followed_by(quiet, 1)

    quiet.revoked.add(READER)

    assert asking.answer().status_code == 401
    assert nobody_follows(quiet)


def test_what_is_revoked_before_the_commit_is_told_hears_nothing_of_it(world: World) -> None:
    with live(world, pace=Pace(recheck=3600, heartbeat=3600)) as served, reading(served, "since=1") as stream:
        stream.wait(lambda each: len(each.events) == 1)
        served.revoked.add(READER)
        titled(world, "chef")
        stream.wait_for_end()

    assert [event.name for event in stream.events] == ["reached", "end"]
    assert "chef" not in stream.text.decode()


def test_a_protected_person_is_in_no_stream(world: World) -> None:
    with live(world, pace=SWIFT) as served, reading(served) as stream, reading(served, who=BODENS_ADMIN) as bodens:
        hidden(world, "070-123 45 67", "070-765 43 21")
        world.change(replace(CENTRE, manager=EVA.hsa_id))
        world.change(replace(ANNA, protected=True))
        for each in (stream, bodens):
            each.wait(lambda one: "5" in [event.id for event in one.events])

    for each in (stream, bodens):
        words = each.text.decode()
        assert not [secret for secret in ("Skyddad", str(EVA.hsa_id), "070-") if secret in words]
        commit = json.loads(next(event.data for event in each.events if event.id == "5"))
        assert (commit["changes"], "person" in commit["reread"]) == ([], True)


def test_one_caller_has_so_many_places_and_all_together_so_many(world: World) -> None:
    with live(world, at_most=3, per_caller=2, pace=QUIET) as served:
        first, second = Reading(served), Reading(served)
        one_too_many = [served.get("since=1&wait=5"), served.get(accept="text/event-stream")]
        still_read = served.get("since=0")
        third = Reading(served, who=ADMIN)
        full = served.get("since=1&wait=5", BODENS_ADMIN)
        first.cut()
        followed_by(served, 2)
        again = served.get("since=1&wait=1", BODENS_ADMIN)
        second.cut()
        third.cut()
        followed_by(served, 0)

    assert [(each.status_code, each.json()["type"]) for each in one_too_many] == [
        (429, "urn:tillit:too_many_followers")
    ] * 2
    assert (full.status_code, full.json()["type"]) == (503, "urn:tillit:followers_full")
    assert all(int(each.headers["retry-after"]) > 0 for each in (*one_too_many, full))
    assert (still_read.status_code, again.status_code) == (200, 200)


def test_each_person_through_one_application_has_places_of_her_own(world: World) -> None:
    followers = Followers(world.directory.feed, at_most=3, per_caller=1)
    anna, eva = (Caller("pages", each.hsa_id, frozenset(), None) for each in (ANNA, EVA))

    with followers.place(anna), followers.place(eva), pytest.raises(TooManyFollowers), followers.place(anna):
        pass

    assert followers.count() == 0


def test_whoever_waits_takes_no_thread(world: World) -> None:
    with live(world, at_most=200, per_caller=200, pace=QUIET) as served:
        served.get("since=0")
        address = urlsplit(served.base)
        lines = [socket.create_connection((address.hostname or "", address.port or 0)) for _ in range(120)]
        try:
            before = threading.active_count()
            for number, line in enumerate(lines):
                line.sendall(_request("since=1&wait=55", "text/event-stream" if number % 2 else "application/json"))
            followed_by(served, len(lines))
            waiting = threading.active_count()
            titled(world, "chef")
            told = [_told(line, b"chef") for line in lines]
        finally:
            for line in lines:
                line.close()
        followed_by(served, 0)

    assert all(told)
    # The few that tell, and those of the framework; never one for each.
    assert waiting - before < len(lines) / 2


def test_a_stopping_server_sends_everybody_home(world: World) -> None:
    with live(world, pace=QUIET) as served:
        stream, asking = Reading(served), served.in_background("since=1&wait=55")
        stream.wait(lambda each: len(each.events) == 2)
        followed_by(served, 2)
    answer = asking.answer()
    stream.wait_for_end().cut()

    assert [event.name for event in stream.events] == ["commit", "reached", "end"]
    assert json.loads(stream.events[-1].data)["code"] == "feed_closing"
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


@pytest.mark.slow
def test_a_slow_reader_keeps_nobody_waiting_and_loses_nothing(world: World) -> None:
    with live(world, pace=QUIET) as served:
        slow = _standing_still(served)
        much_is_changed(world)
        with reading(served, "since=12") as swift:
            swift.wait(lambda each: each.revisions() == [13])
        titled(world, "chef")
        text = _read_until(slow, b'"revision":14')
        slow.close()

    ids = [int(line.removeprefix(b"id: ")) for line in text.split(b"\n") if line.startswith(b"id: ")]
    assert ids == [*range(2, 15)]


@pytest.mark.slow
def test_what_a_slow_reader_is_told_is_judged_when_it_goes(world: World) -> None:
    """More lies before her than fits between us: when Anna becomes protected, her change was not sent yet."""
    much_is_changed(world)
    titled(world, "hemlig titel")
    with live(world, pace=QUIET) as served:
        slow = _standing_still(served, b"")
        followed_by(served, 1)
        world.change(replace(ANNA, title="hemlig titel", protected=True))
        text = _read_until(slow, b'"revision":15')
        slow.close()

    assert b"runda 11" in text
    assert b"hemlig titel" not in text


@pytest.mark.slow
def test_who_falls_behind_what_is_kept_is_told_to_read_anew(world: World) -> None:
    much_is_changed(world)
    much_is_changed(world)
    later = world.another()
    later.directory.start()
    with live(later, pace=QUIET) as served:
        slow = _standing_still(served, b"id: 2\n")
        for revision in range(1, 26):
            world.journal.mark_announced(revision)
        world.journal.thin(24)
        text = _read_until(slow, b"0\r\n\r\n")
        slow.close()

    assert b"id: 21\n" in text
    assert b"id: 24\n" not in text
    assert b'event: end\ndata: {"code":"changes_thinned"' in text


@pytest.mark.slow
def test_a_reader_who_takes_nothing_is_cut_off(world: World) -> None:
    class Impatient(DeadlineProtocol):
        taken_within_seconds = 0.5

    much_is_changed(world)
    with live(world, pace=QUIET, protocol=Impatient) as served:
        slow = _standing_still(served, b"")
        followed_by(served, 1)

        followed_by(served, 0)
        slow.close()


def test_an_event_that_the_tokens_end_cuts_in_two_is_not_taken_for_one(world: World) -> None:
    crowd = [a_person(f"C{serial:05}", "Person Lång" + "x" * 60) for serial in range(10_000)]
    world.change(*crowd)
    with live(world, pace=QUIET) as served:
        slow = _standing_still(served, b"event: commit\nid: 2\n")
        served.revoked.add(READER)
        text = _read_until(slow, b"0\r\n\r\n")
        slow.close()

    assert str(crowd[100].hsa_id).encode() in text
    assert str(crowd[-1].hsa_id).encode() not in text
    assert b"event: end" not in text


def _standing_still(served: Live, seen: bytes = b"reached") -> socket.socket:
    """A line with small buffers on which a stream was asked for, and read no further than ``seen``."""
    address = urlsplit(served.base)
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.settimeout(20)
    line.connect((address.hostname or "", address.port or 0))
    line.sendall(_request("since=1", "text/event-stream"))
    if seen:
        assert _told(line, seen)
    return line


def _request(query: str, accept: str) -> bytes:
    return (
        f"GET /api/v1/changes?{query} HTTP/1.1\r\nhost: x\r\naccept: {accept}\r\nauthorization: {READER}\r\n\r\n"
    ).encode()


def _told(line: socket.socket, words: bytes) -> bool:
    line.settimeout(20)
    return words in _read_until(line, words)


def _read_until(line: socket.socket, words: bytes) -> bytes:
    text = b""
    while words not in text and (piece := line.recv(65536)):
        text += piece
    return text
