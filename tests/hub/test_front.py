"""What every request passes first, tried over real sockets: limits on size and time, and the headers of safety."""

import json
import socket
import threading
from collections.abc import Iterator

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from hub.serving import PortTaken, bind, web_server
from hub.web.front import Front

LIMIT = 10_000


async def echo_length(scope: Scope, receive: Receive, send: Send) -> None:
    """Reads the whole body and answers with its length."""
    length, more = 0, True
    while more:
        message = await receive()
        length += len(message.get("body", b""))
        more = message.get("more_body", False)
    body = str(length).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    front = Front({"/hot": echo_length}, echo_length, max_body_bytes=LIMIT, deadline_seconds=0.3)
    listener = bind("127.0.0.1", 0)
    ready = threading.Event()
    server = web_server(front, on_ready=ready.set)
    thread = threading.Thread(target=lambda: server.run(sockets=[listener]))
    thread.start()
    assert ready.wait(10)
    yield listener.getsockname()
    server.should_exit = True
    thread.join(10)


@pytest.mark.parametrize("path", ["/hot", "/elsewhere"])
def test_body_within_the_limit_passes(address: tuple[str, int], path: str) -> None:
    answer = httpx.post(f"http://{address[0]}:{address[1]}{path}", content=b"x" * LIMIT)

    assert (answer.status_code, answer.text) == (200, str(LIMIT))


@pytest.mark.parametrize("path", ["/hot", "/elsewhere"])
def test_body_over_the_limit_is_refused_in_words(address: tuple[str, int], path: str) -> None:
    answer = httpx.post(f"http://{address[0]}:{address[1]}{path}", content=b"x" * (LIMIT + 1))

    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:tillit:body_too_large"


def test_body_that_only_trickles_is_cut_off(address: tuple[str, int]) -> None:
    with socket.create_connection(address, timeout=5) as client:
        client.sendall(b"POST /hot HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nx")

        answer = client.recv(65536)

    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408")
    assert json.loads(body)["type"] == "urn:tillit:request_too_slow"


def test_pages_carry_the_headers_of_safety(address: tuple[str, int]) -> None:
    answer = httpx.get(f"http://{address[0]}:{address[1]}/elsewhere")

    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_taken_port_is_one_clear_sentence(address: tuple[str, int]) -> None:
    with pytest.raises(PortTaken, match=f"port {address[1]} on 127.0.0.1 is taken"):
        bind(*address)
