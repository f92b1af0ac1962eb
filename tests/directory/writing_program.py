"""Another process that changes the directory: run as ``python -m tests.directory.writing_program SOCKET DATABASE``.

Twelve threads make as many changes as the third word says, each on a person of its own and on the one unit that all of
them share. It begins when a line is read, and tells when it is done.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Thread

from sqlalchemy import Engine

from directory import Directory
from directory.edge.ldap.connections import over_socket
from directory.edge.ldap.store import LdapStore
from directory.edge.sql.id_ledger import SqlIdLedger
from directory.edge.sql.journal import SqlJournal
from directory.edge.sql.sealed_numbers import SqlSealedNumbers
from directory.refusals import DirectoryUnavailable
from hub.database import make_engine
from hub.poller import Poller
from hub.real_clock import RealClock
from tests.directory.parts import CENTRE, a_person, a_seal

WRITERS = 12


@contextmanager
def followed_directory(ldapi_uri: str, engine: Engine) -> Iterator[Directory]:
    """A directory of this process, started, that looks at the store as the hub lets it."""
    store = LdapStore(over_socket(ldapi_uri))
    directory = Directory(
        store, SqlJournal(engine), SqlIdLedger(engine), SqlSealedNumbers(engine), a_seal(), RealClock()
    )
    directory.start()
    poller = Poller("follow the directory", 0.05, directory.poll)
    poller.start()
    try:
        yield directory
    finally:
        poller.stop()
        store.close()


def write(directory: Directory, name: str, rounds: int) -> None:
    """Return when all of twelve writers have made all of their changes."""
    threads = [Thread(target=_write, args=(directory, f"{name}{number:02}", rounds)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _write(directory: Directory, name: str, rounds: int) -> None:
    for round_ in range(rounds):
        person = a_person(name, "Person Skriven", title=f"runda {round_}")
        while True:
            centre = replace(CENTRE, description=f"{name} {round_}")
            try:
                directory.change([person, centre], actor=name, reason=f"runda {round_}", door="test")
                break
            except DirectoryUnavailable:
                continue  # Another was faster, again and again.


def tell(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main(ldapi_uri: str, database: str, rounds: int) -> None:
    with followed_directory(ldapi_uri, make_engine(database)) as directory:
        tell("ready")
        sys.stdin.readline()
        write(directory, "B", rounds)
        tell("done")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
