"""Answers that break off, and roads that lead nowhere, over real sockets: what each means for a delivery."""

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from bot.chat.connections import Connections
from bot.chat.sender import TelegramSender
from bot.clock import SystemClock
from bot.domain.contact import ChatId, Contact, ContactId, Kind, Month
from bot.domain.outcome import Answer, InDoubt, Retry, Sent
from bot.domain.rich_text import RichText

ALICE = Contact(id=ContactId(bytes(16)), chat=ChatId(5), kind=Kind.PERSON, language="en", joined=Month(1))
OK = b'{"ok":true,"result":{"message_id":7}}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
NOT_SENT = Retry(after=3.0)

Connected = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(connected: Connected) -> AsyncIterator[int]:
    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def saying(data: bytes, *, read: bool = True) -> Connected:
    """Read the request, say this, hang up."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if read:
            await reader.readuntil(b"\r\n\r\n")
        writer.write(data)
        writer.close()

    return connected


async def outcome(address: str, proxy: str = "") -> Answer:
    connections = Connections(address, proxy=proxy)
    try:
        return await TelegramSender(connections, "1:x", now=SystemClock().now).send(ALICE, RichText("Hello"))
    finally:
        connections.close()


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (HEAD % len(OK) + OK, Sent(message=7)),
        (b"", InDoubt()),
        (b"HTTP/1.1 200", InDoubt()),
        (b"HTTP/1.1 200 OK\r\nContent-Le", InDoubt()),
        (HEAD % len(OK), InDoubt()),
        (HEAD % len(OK) + OK[:9], InDoubt()),
        (HEAD % 9 + OK[:9], InDoubt()),
        (HEAD % 0, InDoubt()),
        (b"SSH-2.0-OpenSSH_9.2\r\n", InDoubt()),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", InDoubt()),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", InDoubt()),
        (b"HTTP/1.1 302 Found\r\nLocation: http://[\r\nContent-Length: 0\r\n\r\n", InDoubt()),
        (b"HTTP/1.1 307 No\r\nLocation: http://nobody.invalid/\r\nContent-Length: 0\r\n\r\n", InDoubt()),
    ],
)
async def test_half_an_answer(data: bytes, answer: Answer) -> None:
    """Whatever breaks off after the request left is a doubt; only a whole answer is an answer."""
    async with listening(saying(data)) as port:
        assert await outcome(f"http://127.0.0.1:{port}") == answer


async def test_no_name(unused_tcp_port: int) -> None:
    """A name that nobody knows: nothing was sent."""
    assert await outcome(f"http://nobody.invalid:{unused_tcp_port}") == NOT_SENT


async def test_no_tls() -> None:
    """Somebody who does not speak TLS, or hangs up over it: nothing was sent."""
    for data in (b"HTTP/1.1 400 Bad Request\r\n\r\n", b""):
        async with listening(saying(data, read=False)) as port:
            assert await outcome(f"https://127.0.0.1:{port}") == NOT_SENT


@pytest.mark.parametrize("scheme", ["socks5h", "http"])
@pytest.mark.parametrize(
    "data",
    [
        b"\x05\xff",
        b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
    ],
)
async def test_no_proxy(scheme: str, data: bytes) -> None:
    """A proxy that refuses: nothing was sent."""
    async with listening(saying(data, read=False)) as port:
        assert await outcome("https://api.example", f"{scheme}://127.0.0.1:{port}") == NOT_SENT


@pytest.mark.parametrize("scheme", ["socks5h", "http"])
async def test_a_proxy_that_hangs_up(scheme: str) -> None:
    """A reset while the proxy is asked: there was no connection yet, so nothing was sent."""
    async with listening(saying(b"", read=False)) as port:
        assert await outcome("https://api.example", f"{scheme}://127.0.0.1:{port}") == NOT_SENT


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # python-socks leaves the socket to us
async def test_a_proxy_without_letters() -> None:
    """A SOCKS proxy that names itself in bytes that are no letters: nothing was sent."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(3)
        writer.write(b"\x05\x00\x05\x00\x00\x03\x02\xff\xff\x00\x00")
        await reader.read()
        writer.close()
        await writer.wait_closed()
        hung_up.set()

    hung_up = asyncio.Event()

    async with listening(connected) as port:
        assert await outcome("http://api.example", f"socks5h://127.0.0.1:{port}") == NOT_SENT
        gc.collect()
        async with asyncio.timeout(30):
            await hung_up.wait()


async def test_a_redirect_is_not_followed() -> None:
    """Text and reader go to the address that the keeper chose and nowhere else."""
    asked: list[bytes] = []

    async def elsewhere(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.close()

    async with listening(elsewhere) as other:
        moved = b"HTTP/1.1 307 No\r\nLocation: http://127.0.0.1:%d/\r\nContent-Length: 0\r\n\r\n" % other
        async with listening(saying(moved)) as port:
            assert await outcome(f"http://127.0.0.1:{port}") == InDoubt()
    assert asked == []


async def test_no_proxy_at_all(unused_tcp_port: int) -> None:
    """Where nobody listens, no proxy does either."""
    assert await outcome("https://api.example", f"socks5h://127.0.0.1:{unused_tcp_port}") == NOT_SENT


async def test_a_silent_server() -> None:
    """Somebody who takes the request and never answers leaves a doubt when the time is over."""
    left = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()
        left.set()

    async with listening(silent) as port:
        connections = Connections(f"http://127.0.0.1:{port}", read_timeout=0.05)
        assert (
            await TelegramSender(connections, "1:x", now=SystemClock().now).send(ALICE, RichText("Hello"))
            == InDoubt()
        )
        await left.wait()
