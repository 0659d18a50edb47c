"""A sandbox without limits, with a session and connections as the product opens them."""

from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest

from bot.chat.connections import Connections
from bot.chat.transport import open_session
from bot.sandbox import Limits, Sandbox

TOKEN = "1234567890:" + "A" * 35


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox.start(limits=Limits.off()) as sandbox:
        sandbox.world.bot(TOKEN)
        yield sandbox


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with open_session("") as session:
        yield session


@pytest.fixture
def connections(sandbox: Sandbox) -> Iterator[Connections]:
    """Connections for bulk messages to the sandbox."""
    connections = Connections(sandbox.url)
    yield connections
    connections.close()
