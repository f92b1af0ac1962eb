"""How a server is reached: one connection per borrower, every wait bounded, failures in the directory's words.

Never a restartable strategy: ldap3's hangs for ever on a server that stopped answering. No schema is fetched, names
and values are checked by us.
"""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import ldap3
from ldap3.core.exceptions import LDAPExceptionError

from directory.refusals import StoreUnavailable

CONNECT_TIMEOUT_S = 1
READ_TIMEOUT_S = 1
_READ_AT_ONCE = 256 * 1024
_KEPT = 4

Open = Callable[[], ldap3.Connection]


def over_socket(ldapi_uri: str) -> Open:
    """Connections to our own child: the socket tells it who we are (SASL EXTERNAL), no password is involved."""

    def open_one() -> ldap3.Connection:
        return _opened(
            ldap3.Server(ldapi_uri, get_info=ldap3.NONE, connect_timeout=CONNECT_TIMEOUT_S),
            authentication=ldap3.SASL,
            sasl_mechanism=ldap3.EXTERNAL,
            sasl_credentials="",
        )

    return open_one


def over_network(url: str, *, bind_dn: str, password: str, ca_file: str | None = None) -> Open:
    """Connections to a server of yours by ``ldaps://`` (or ``ldap://`` on a loopback), with a simple bind."""
    tls = None
    if url.startswith("ldaps:"):
        tls = ldap3.Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=ca_file)

    def open_one() -> ldap3.Connection:
        return _opened(
            ldap3.Server(url, tls=tls, get_info=ldap3.NONE, connect_timeout=CONNECT_TIMEOUT_S),
            user=bind_dn,
            password=password,
            authentication=ldap3.SIMPLE,
        )

    return open_one


def _opened(server: ldap3.Server, **credentials: Any) -> ldap3.Connection:
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

    def __init__(self, open_one: Open) -> None:
        self._open = open_one
        self._idle: list[ldap3.Connection] = []
        self._lock = Lock()

    @contextmanager
    def borrow(self, timeout_s: float = READ_TIMEOUT_S) -> Iterator[ldap3.Connection]:
        """A bound connection. Any failure inside becomes ``StoreUnavailable``; each wait ends after ``timeout_s``.

        One that the server closed while it lay idle is replaced before it is lent.
        """
        try:
            connection = self._take()
            connection.socket.settimeout(timeout_s)
        except (LDAPExceptionError, OSError) as problem:
            raise StoreUnavailable("the directory server does not answer", detail=repr(problem)) from problem
        try:
            yield connection
        except (LDAPExceptionError, OSError) as problem:
            discard(connection)
            raise StoreUnavailable("the directory server does not answer", detail=repr(problem)) from problem
        except BaseException:
            discard(connection)
            raise
        with self._lock:
            if len(self._idle) < _KEPT:
                self._idle.append(connection)
                return
        discard(connection)

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            discard(connection)

    def _take(self) -> ldap3.Connection:
        while True:
            with self._lock:
                connection = self._idle.pop() if self._idle else None
            if connection is None:
                return self._open()
            if _still_open(connection):
                return connection
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
