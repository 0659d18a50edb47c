"""One store for each test, empty; the vault is made once, since making one is slow on purpose."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store import Store
from bot.vault.vault import Vault
from tests.store.helpers import StillClock


@pytest.fixture(scope="session")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    home = tmp_path_factory.mktemp("vault")
    master = Vault.create_home(
        home, "made for tests", random=os.urandom, kdf_memory_mib=8, kdf_time=1, kdf_lanes=1
    )
    return Vault.unlock(home, master, random=os.urandom)


@pytest.fixture(params=["sqlite", "postgres"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database. A file whose tests are true of one kind only overrides this."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path}/handbill.db"


@pytest.fixture
async def store(store_url: str, vault: Vault) -> AsyncIterator[Store]:
    opened = await Store.open(store_url, vault, random=os.urandom, clock=StillClock())
    yield opened
    await opened.close()
