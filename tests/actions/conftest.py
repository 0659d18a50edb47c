"""An open store, a told clock, and organisers to act in it."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.domain.contact import ChatId
from bot.domain.organiser import Organiser, OrganiserId, Role, Standing
from bot.store import Store
from tests.support.clock import StoryClock
from tests.support.house import new_vault

Enrol = Callable[..., Awaitable[Organiser]]


@pytest.fixture
def clock() -> StoryClock:
    return StoryClock()


@pytest.fixture
async def store(tmp_path: Path, clock: StoryClock) -> AsyncIterator[Store]:
    vault = new_vault(tmp_path / "home")
    url = f"sqlite+aiosqlite:///{tmp_path / 'home' / 'handbill.db'}"
    store = await Store.open(url, vault, random=os.urandom, clock=clock)
    yield store
    await store.close()


@pytest.fixture
def enrolled(store: Store, clock: StoryClock) -> Enrol:
    """Make somebody an organiser whose secret is twenty zero bytes."""

    async def enrol(name: str, role: Role = Role.AUTHOR) -> Organiser:
        organiser = Organiser(
            id=OrganiserId(os.urandom(16)),
            name=name,
            role=role,
            chat=ChatId(int.from_bytes(os.urandom(3), "big")),
            language="en",
            standing=Standing.ENROLLED,
            since=clock.now(),
        )
        async with store.begin() as tx:
            await tx.organisers.add(organiser, bytes(20))
        return organiser

    return enrol
