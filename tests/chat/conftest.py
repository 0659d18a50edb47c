"""A sandbox without limits, and a session as the product opens it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

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
def address(sandbox: Sandbox) -> str:
    """The Bot API with the token."""
    return f"{sandbox.url}/bot{TOKEN}"
