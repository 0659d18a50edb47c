"""TLS: a server that nobody vouches for is no Telegram, whichever of the two clients asks."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from telegram.error import NetworkError

from bot.chat.connections import Connections, Silence
from bot.chat.transport import Transport, open_session
from tests.bench.certificate import certificate


class Impostor:
    """Answers every request that reaches it, under a certificate of its own making."""

    def __init__(self) -> None:
        self.asked = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.asked += 1
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
        await writer.drain()
        writer.close()


@pytest.fixture
async def impostor(tmp_path: Path) -> AsyncIterator[tuple[Impostor, str]]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate(tmp_path))
    impostor = Impostor()
    async with await asyncio.start_server(impostor.talk, "127.0.0.1", 0, ssl=context) as server:
        yield impostor, f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_python_telegram_bot_tells_it_nothing(impostor: tuple[Impostor, str]) -> None:
    """The token is not sent to a server whose certificate nobody vouches for."""
    there, url = impostor
    async with open_session("") as session:
        with pytest.raises(NetworkError):
            await Transport(session).do_request(f"{url}/bot1:x/getMe", "POST")
    assert there.asked == 0


async def test_bulk_messages_tell_it_nothing(impostor: tuple[Impostor, str]) -> None:
    """Nor do bulk messages get there."""
    there, url = impostor
    connections = Connections(url)
    assert await connections.get(b"/bot1:x/getMe") is Silence.NOT_SENT
    connections.close()
    assert there.asked == 0
