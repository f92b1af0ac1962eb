"""How a server is reached: one connection per borrower, every wait bounded, failures in the directory's words.

Never a restartable strategy: ldap3's hangs for ever on a server that stopped answering. No schema is fetched, names
and values are checked by us.
"""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import ldap3
from ldap3.core.exceptions import LDAPExceptionError

from directory.edge.ldap.refusals import ServerUnfit
from directory.edge.ldap.servers import Open, Servers
from directory.refusals import StoreUnavailable

CONNECT_TIMEOUT_S = 1
READ_TIMEOUT_S = 1
_READ_AT_ONCE = 256 * 1024
_KEPT = 4


def over_socket(ldapi_uri: str) -> Open:
    """Connections to our own child: the socket tells it who we are (SASL EXTERNAL), no password is involved."""

    def open_one() -> ldap3.Connection:
        return opened(
            ldap3.Server(ldapi_uri, get_info=ldap3.NONE, connect_timeout=CONNECT_TIMEOUT_S),
            authentication=ldap3.SASL,
            sasl_mechanism=ldap3.EXTERNAL,
            sasl_credentials="",
        )

    return open_one


def opened(server: ldap3.Server, *, start_tls: bool = False, **credentials: Any) -> ldap3.Connection:
    """A bound connection. With ``start_tls`` nothing is said before TLS stands (RFC 4513 3).

    Raises ldap3's and the socket's errors; ``StoreUnavailable`` when we are not let in.
    """
    connection = ldap3.Connection(
        server,
        client_strategy=ldap3.SYNC,
        receive_timeout=READ_TIMEOUT_S,
        check_names=False,
        auto_referrals=False,
        auto_range=False,
        return_empty_attributes=False,
        **credentials,
    )
    connection.strategy.socket_size = _READ_AT_ONCE
    try:
        if start_tls:
            connection.open(read_server_info=False)
            connection.start_tls(read_server_info=False)
        bound = connection.bind()
    except BaseException:
        discard(connection)
        raise
    if not bound:
        problem = connection.result["description"]
        discard(connection)
        raise StoreUnavailable("the directory server does not let us in", detail=str(problem))
    return connection


class Connections:
    """Lends connections and keeps a few open. One that failed, or was used in an unfinished way, is thrown away."""

    def __init__(self, servers: Open | Servers) -> None:
        self._servers = servers if isinstance(servers, Servers) else Servers.of_one(servers)
        self._idle: list[tuple[ldap3.Connection, int]] = []
        self._lock = Lock()

    @contextmanager
    def borrow(self, timeout_s: float = READ_TIMEOUT_S) -> Iterator[ldap3.Connection]:
        """A bound connection. Any failure inside becomes ``StoreUnavailable``; each wait ends after ``timeout_s``.

        One that the server closed while it lay idle is replaced before it is lent.
        """
        with self.lend(timeout_s) as (connection, _):
            yield connection

    @contextmanager
    def lend(self, timeout_s: float = READ_TIMEOUT_S) -> Iterator[tuple[ldap3.Connection, int]]:
        """As ``borrow``, with the era of ``servers`` that the connection belongs to."""
        try:
            connection, era = self._take()
            connection.socket.settimeout(timeout_s)
        except ServerUnfit as unfit:
            raise StoreUnavailable("the directory server does not answer", detail=unfit.description) from unfit
        except (LDAPExceptionError, OSError) as problem:
            raise StoreUnavailable("the directory server does not answer", detail=repr(problem)) from problem
        try:
            yield connection, era
        except (LDAPExceptionError, OSError) as problem:
            discard(connection)
            self.close()  # What hangs or is gone for one is so for the others: they would each be waited for.
            raise StoreUnavailable("the directory server does not answer", detail=repr(problem)) from problem
        except BaseException:
            discard(connection)
            raise
        with self._lock:
            if len(self._idle) < _KEPT:
                self._idle.append((connection, era))
                return
        discard(connection)

    def close(self) -> None:
        """End what lies idle."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection, _ in idle:
            discard(connection)

    def _take(self) -> tuple[ldap3.Connection, int]:
        while True:
            with self._lock:
                connection, era = self._idle.pop() if self._idle else (None, 0)
            if connection is None:
                return self._servers.open()
            if era == self._servers.era and _still_open(connection):
                return connection, era
            discard(connection)


def _still_open(connection: ldap3.Connection) -> bool:
    """An idle connection has nothing to read; where there is something, it is the server's goodbye."""
    try:
        connection.socket.setblocking(False)
        connection.socket.recv(1)
    except (BlockingIOError, ssl.SSLWantReadError):
        return True
    except OSError:
        return False
    return False


def discard(connection: ldap3.Connection) -> None:
    """Without an unbind request: a server that hangs must not be waited for. ldap3 forgets a socket that it could not
    connect, so that is closed here."""
    opened = connection.socket
    connection.strategy.close()
    if opened is not None:
        opened.close()
