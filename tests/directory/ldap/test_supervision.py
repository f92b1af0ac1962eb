"""The private slapd: starts anywhere it can, says why where it cannot, comes back when it dies, ends with us."""

import os
import secrets
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from directory.edge.ldap.refusals import SlapdWillNotStart
from directory.edge.ldap.slapd_child import SlapdChild
from directory.edge.ldap.slapd_programs import SlapdPrograms
from directory.edge.ldap.store import LdapStore
from directory.refusals import StoreUnavailable
from tests.directory.ldap.parts import a_member, added, running_slapd, short_folder, store_on, until
from tests.parts import free_port

ROOT = Path(__file__).parents[3]


def is_running(pid: int) -> bool:
    """A zombie runs no more: its parent has only not asked for it yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def answers(store: LdapStore) -> bool:
    try:
        return store.revision() >= 0
    except StoreUnavailable:
        return False


def test_a_killed_server_is_back_within_a_second_with_all_that_was_acknowledged(
    slapd: SlapdChild, store: LdapStore
) -> None:
    store.apply(added(a_member()), 1)
    killed = slapd.pid

    os.kill(killed, signal.SIGKILL)

    assert until(lambda: slapd.pid != killed and answers(store), seconds=1)
    assert store.load().entries == (a_member(),)


def test_a_restart_keeps_everything(slapd: SlapdChild, store: LdapStore) -> None:
    store.apply(added(a_member()), 1)
    former = slapd.pid

    slapd.restart()

    assert slapd.pid != former
    assert store.revision() == 1


def test_two_servers_live_side_by_side_and_know_nothing_of_each_other() -> None:
    with (
        short_folder() as one,
        short_folder() as other,
        running_slapd(one, free_port()) as first,
        running_slapd(other, free_port()) as second,
    ):
        store, empty = store_on(first), store_on(second)

        store.apply(added(a_member()), 1)

        assert empty.load().entries == ()
        assert first.reader_password != second.reader_password
        store.close()
        empty.close()


def test_what_was_stored_is_there_at_the_next_start_with_the_same_password() -> None:
    with short_folder() as folder:
        with running_slapd(folder) as child:
            store, password = store_on(child), child.reader_password
            store.apply(added(a_member()), 1)
            store.close()

        with running_slapd(folder) as again:
            store = store_on(again)

            assert store.load().entries == (a_member(),)
            assert again.reader_password == password
            store.close()


def test_stopping_ends_the_server_and_twice_is_fine() -> None:
    with short_folder() as folder, running_slapd(folder) as child:
        pid = child.pid

        child.stop()
        child.stop()

        assert not is_running(pid)


def test_the_server_runs_as_nobody_special(slapd: SlapdChild) -> None:
    owner = Path(f"/proc/{slapd.pid}").stat().st_uid

    assert owner != 0


def test_the_password_of_readers_is_for_the_owner_only() -> None:
    with short_folder() as folder, running_slapd(folder) as child:
        file = folder / "ldap-reader-password"

        assert file.read_text() == child.reader_password
        assert file.stat().st_mode & 0o777 == 0o600


def test_a_socket_path_that_is_too_long_is_refused_with_the_remedy() -> None:
    with short_folder() as folder:
        deep = folder / ("x" * 90)
        child = SlapdChild(deep, None, random_bytes=secrets.token_bytes)

        with pytest.raises(SlapdWillNotStart, match="a shorter path") as refusal:
            child.start()

        assert str(deep) in refusal.value.description
        assert not deep.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user")
def test_a_folder_that_the_servers_user_cannot_reach_is_refused_by_name() -> None:
    with short_folder() as folder:
        closed = folder / "closed"
        closed.mkdir(mode=0o700)
        child = SlapdChild(closed / "data", None, random_bytes=secrets.token_bytes)

        with pytest.raises(SlapdWillNotStart, match="may not pass through") as refusal:
            child.start()

        assert f"chmod o+x {closed}" in refusal.value.description


def test_a_missing_slapd_is_refused_with_the_command_that_installs_it() -> None:
    with short_folder() as folder:
        child = SlapdChild(folder, None, random_bytes=secrets.token_bytes, programs=SlapdPrograms("/nowhere"))

        with pytest.raises(SlapdWillNotStart, match="apt-get install slapd"):
            child.start()


def test_a_port_that_is_taken_is_refused() -> None:
    with short_folder() as one, short_folder() as other:
        port = free_port()
        with running_slapd(one, port):
            child = SlapdChild(other, port, random_bytes=secrets.token_bytes)

            with pytest.raises(SlapdWillNotStart, match="choose another"):
                child.start()


def test_the_server_ends_when_its_parent_is_killed() -> None:
    program = (
        "import secrets, sys, threading; from pathlib import Path\n"
        "from directory.edge.ldap.slapd_child import SlapdChild\n"
        "child = SlapdChild(Path(sys.argv[1]), None, random_bytes=secrets.token_bytes); child.start()\n"
        "print(child.pid, flush=True); threading.Event().wait()\n"
    )
    with short_folder() as folder:
        parent = subprocess.Popen([sys.executable, "-c", program, folder], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        with parent:
            assert parent.stdout is not None
            pid = int(parent.stdout.readline())

            parent.kill()

        assert until(lambda: not is_running(pid))
        with running_slapd(folder) as again:  # the lock of the folder went with the server
            assert is_running(again.pid)
