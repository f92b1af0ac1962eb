"""A line to a directory server that can be made slow or cut: bytes pass through us, each answer after a delay."""

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from directory.edge.ldap.slapd_config import ldapi_uri


class SlowLine:
    """``delay_s`` is how long each answer is held back; it may be changed at any time."""

    def __init__(self, listening: Path, server: Path) -> None:
        self.delay_s = 0.0
        self.uri = ldapi_uri(listening)
        self._server = server
        self._ending = threading.Event()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(listening))
        self._listener.listen()
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def end(self) -> None:
        self._ending.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while not self._ending.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._carry, args=(client,))
            self._threads.append(thread)
            thread.start()

    def _carry(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server:
            server.connect(str(self._server))
            while not self._ending.is_set():
                ready, _, _ = select.select([client, server], [], [], 0.05)
                for one in ready:
                    try:
                        data = one.recv(65536)
                        if one is server:
                            self._ending.wait(self.delay_s)
                        (client if one is server else server).sendall(data)
                    except OSError:
                        return
                    if not data:
                        return


@contextmanager
def slow_line(listening: Path, server: Path) -> Iterator[SlowLine]:
    line = SlowLine(listening, server)
    try:
        yield line
    finally:
        line.end()
