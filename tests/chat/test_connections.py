"""Connections for bulk messages: kept while they are good, never two requests at once on one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from bot.chat import connections
from bot.chat.connections import Connections, Heard, Silence

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
Answering = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Server:
    """Answers each request with the next of these answers; the last one again and again."""

    def __init__(self, *answers: bytes) -> None:
        self.asked: list[bytes] = []
        self.connections = 0
        self.heard = asyncio.Event()
        self.gone = asyncio.Event()
        self._answers = list(answers)

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                self.asked.append(await reader.readuntil(b"\r\n\r\n"))
                self.heard.set()
                answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
                writer.write(answer)
                if b"Connection: close" in answer:
                    break
        except (asyncio.IncompleteReadError, ConnectionResetError):
            self.gone.set()
        finally:
            writer.close()


@asynccontextmanager
async def reaching(server: Server) -> AsyncIterator[Connections]:
    listener = await asyncio.start_server(server.connected, "127.0.0.1", 0)
    async with listener:
        made = Connections(f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/relay/")
        try:
            yield made
        finally:
            made.close()


async def test_one_connection_serves_many_requests() -> None:
    """A connection is kept, and the path of the address stands before each request's own."""
    server = Server(OK)
    async with reaching(server) as made:
        for _ in range(3):
            assert await made.get(b"/getMe") == Heard(200, b"ok")
    assert server.connections == 1
    assert all(
        request.startswith(b"GET /relay/getMe HTTP/1.1\r\nHost: 127.0.0.1:") for request in server.asked
    )


async def test_a_body_is_json_of_a_known_length() -> None:
    """A request says what it carries."""
    server = Server(OK)
    async with reaching(server) as made:
        assert await made.post(b"/send", b"") == Heard(200, b"ok")
    assert b"Content-Type: application/json\r\nContent-Length: 0\r\n" in server.asked[0]


@pytest.mark.parametrize(
    ("answer", "heard"),
    [
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, Heard(200, b"ok")),
        (
            b"HTTP/1.1 502 Bad\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n",
            Heard(502, b"ok"),
        ),
        (b"HTTP/1.1 204 Nothing\r\n\r\n", Heard(204, b"")),
        (b"HTTP/1.1 101 Other\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nok", Silence.LOST),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" + bytes(1 << 21), Silence.LOST),
        (b"220 mail.example ESMTP\r\n", Silence.LOST),
    ],
)
async def test_kinds_of_answers(answer: bytes, heard: Heard | Silence) -> None:
    """What HTTP allows is understood; what is too long or no HTTP ends the connection."""
    async with reaching(Server(answer)) as made:
        assert await made.get(b"/") == heard


@pytest.mark.parametrize("version", [b"1.0", b"1.1"])
async def test_an_answer_that_ends_with_its_connection(version: bytes) -> None:
    """A relay may end its page by hanging up."""
    async with reaching(Server(b"HTTP/%b 404 No\r\nConnection: close\r\n\r\n{}" % version)) as made:
        assert await made.get(b"/") == Heard(404, b"{}")


@pytest.mark.parametrize(
    "answer",
    [
        OK.replace(b"OK\r\n", b"OK\r\nConnection: close\r\n"),
        OK + OK,
        OK + b"HTTP/1.1 408 Too late\r\nContent-Length: 0\r\n\r\n",
    ],
)
async def test_a_connection_that_is_not_used_again(answer: bytes) -> None:
    """After a close, or an answer that nobody asked for, the next request gets a new connection."""
    server = Server(answer)
    async with reaching(server) as made:
        for _ in range(2):
            assert await made.get(b"/") == Heard(200, b"ok")
            await asyncio.sleep(0.01)
    assert server.connections == 2


async def test_an_old_connection_is_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server may have forgotten a connection that was idle for long."""
    server = Server(OK)
    async with reaching(server) as made:
        await made.get(b"/")
        monkeypatch.setattr(connections, "IDLE", -1.0)
        assert await made.get(b"/") == Heard(200, b"ok")
    assert server.connections == 2


async def test_requests_at_once_have_connections_of_their_own() -> None:
    """No request waits behind another, and connections opened ahead are used."""
    server = Server(OK)
    async with reaching(server) as made:
        await made.open(5)
        assert server.asked == []
        await made.open(5)
        heard = await asyncio.gather(*(made.get(b"/") for _ in range(8)))
    assert heard == [Heard(200, b"ok")] * 8
    assert server.connections == 8


async def test_nobody_there(unused_tcp_port: int) -> None:
    """Opening ahead fails in silence; the request says that nothing was sent."""
    made = Connections(f"http://127.0.0.1:{unused_tcp_port}")
    await made.open(3)
    assert await made.get(b"/") is Silence.NOT_SENT


async def test_whoever_gives_up_hangs_up() -> None:
    """An answer that comes after its request was cancelled can never be taken for the next one's."""
    server = Server(b"HTTP/1.1 100 Continue\r\n\r\n", OK)
    async with reaching(server) as made:
        asking = asyncio.ensure_future(made.get(b"/first"))
        await server.heard.wait()
        asking.cancel()
        await asyncio.wait([asking])
        assert await made.get(b"/second") == Heard(200, b"ok")
        await server.gone.wait()
    assert server.connections == 2


async def test_a_proxy_resolves_the_name() -> None:
    """The name of the server is told to the proxy and looked up nowhere else."""
    server = Server(b"HTTP/1.1 200 Connected\r\n\r\n", OK)
    listener = await asyncio.start_server(server.connected, "127.0.0.1", 0)
    async with listener:
        port = listener.sockets[0].getsockname()[1]
        made = Connections("http://api.example:8080", proxy=f"http://127.0.0.1:{port}")
        assert await made.get(b"/getMe") == Heard(200, b"ok")
        made.close()
    assert server.asked[0].startswith(b"CONNECT api.example:8080 ")
    assert server.asked[1].startswith(b"GET /getMe HTTP/1.1\r\nHost: api.example:8080\r\n")
