"""The HTTP client under python-telegram-bot: what it reports, and that it never tells the address."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import aiohttp_socks
import pytest
from telegram import Bot
from telegram.error import InvalidToken, NetworkError, TelegramError, TimedOut

from bot.chat.failures import FloodError
from bot.chat.transport import Transport, open_session
from bot.sandbox import Sandbox
from bot.sandbox.faults import Fault

TOKEN = "1234567890:" + "A" * 35


@pytest.fixture
async def bot(session: aiohttp.ClientSession, sandbox: Sandbox) -> Bot:
    transport = Transport(session)
    return Bot(TOKEN, base_url=f"{sandbox.url}/bot", request=transport, get_updates_request=transport)


async def test_the_bot_library_works_on_it(bot: Bot, sandbox: Sandbox) -> None:
    """Text, buttons and files go through."""
    alice = sandbox.world.person("Alice", started=True)
    await bot.initialize()
    await bot.send_message(alice.id, "Meeting 👋")
    assert (await alice.hears()).text == "Meeting 👋"
    await bot.send_document(alice.id, b"file", caption="A leaflet", filename="leaflet.pdf")
    assert (await alice.hears()).text == "A leaflet"
    await bot.shutdown()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(kind="429", seconds=7), FloodError),
        (Fault(kind="unauthorized"), InvalidToken),
        (Fault(kind="502"), NetworkError),
        (Fault(kind="html"), NetworkError),
        (Fault(kind="html", status=404), InvalidToken),
        (Fault(kind="empty"), NetworkError),
        (Fault(kind="empty", status=200), TelegramError),
        (Fault(kind="reset_before"), NetworkError),
        (Fault(kind="reset_after"), NetworkError),
    ],
)
async def test_errors(bot: Bot, sandbox: Sandbox, fault: Fault, error: type[TelegramError]) -> None:
    """Each fault is an error of python-telegram-bot, without address or token in it."""
    sandbox.world.faults.add(fault)
    with pytest.raises(error) as caught:
        await bot.get_me()
    chain: BaseException | None = caught.value
    while chain is not None:
        assert "127.0.0.1" not in repr(chain)
        assert TOKEN not in repr(chain)
        chain = chain.__cause__


async def test_a_late_answer(session: aiohttp.ClientSession, sandbox: Sandbox) -> None:
    """An answer that comes too late is a TimedOut: the request may have been carried out."""
    sandbox.world.faults.add(Fault(kind="latency", seconds=2))
    with pytest.raises(TimedOut):
        await Transport(session).do_request(f"{sandbox.url}/bot{TOKEN}/getMe", "POST", read_timeout=0.05)


@pytest.mark.parametrize(
    "raised",
    [
        aiohttp.ConnectionTimeoutError(),
        aiohttp_socks.ProxyError("socks5://user:secret@127.0.0.1:1080"),
        aiohttp_socks.ProxyConnectionError(),
        aiohttp_socks.ProxyTimeoutError(),
        aiohttp.InvalidURL("http://127.0.0.1/bot1:secret"),
    ],
)
async def test_no_connection(raised: Exception) -> None:
    """Without a connection, through a proxy too, it is a NetworkError and no TimedOut; it names nothing."""

    class Closed(aiohttp.BaseConnector):
        async def connect(self, *_: object, **__: object) -> aiohttp.connector.Connection:
            raise raised

    async with aiohttp.ClientSession(connector=Closed()) as session:
        with pytest.raises(NetworkError) as caught:
            await Transport(session).do_request("http://127.0.0.1/bot1:secret/getMe", "POST")
    assert not isinstance(caught.value, TimedOut)
    assert "secret" not in repr(caught.value)


class Proxy:
    """A SOCKS5 proxy that writes down what it is asked for, and refuses."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, methods = await reader.readexactly(2)
        await reader.readexactly(methods)
        writer.write(b"\x05\x00")
        _, _, _, kind = await reader.readexactly(4)
        length = (await reader.readexactly(1))[0] if kind == 3 else 4
        self.asked.append(bytes([kind]) + await reader.readexactly(length))
        await reader.readexactly(2)
        writer.write(b"\x05\x05\x00\x01" + bytes(6))
        await writer.drain()
        writer.close()


@pytest.fixture
async def proxy(unused_tcp_port: int) -> AsyncIterator[tuple[Proxy, int]]:
    proxy = Proxy()
    async with await asyncio.start_server(proxy.talk, "127.0.0.1", unused_tcp_port):
        yield proxy, unused_tcp_port


@pytest.mark.parametrize("scheme", ["socks5h", "socks5"])
async def test_names_are_resolved_by_the_proxy(proxy: tuple[Proxy, int], scheme: str) -> None:
    """A proxy gets the name, never an address that was looked up here: no name leaks to a resolver."""
    listening, port = proxy
    async with open_session(f"{scheme}://127.0.0.1:{port}") as session:
        with pytest.raises(NetworkError):
            await Transport(session).do_request("https://api.telegram.invalid/bot1:x/getMe", "POST")
    assert listening.asked == [b"\x03api.telegram.invalid"]
