"""One store for each test, empty; the vault is made once, since making one is slow on purpose."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store import Store
from bot.vault.vault import Vault
from tests.store.helpers import EVERY_KIND, StillClock, empty

KINDS = EVERY_KIND if os.environ.get("HANDBILL_TEST_SOAK") else EVERY_KIND[:2]
"""The short run tries an encrypted file only in test_transactions and test_encryption."""


@pytest.fixture(scope="session")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    home = tmp_path_factory.mktemp("vault")
    master = Vault.create_home(
        home, "made for tests", random=os.urandom, kdf_memory_mib=8, kdf_time=1, kdf_lanes=1
    )
    return Vault.unlock(home, master, random=os.urandom)


@pytest.fixture(params=KINDS)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database. A file whose tests are true of one kind only overrides this."""
    return empty(request, tmp_path)


@pytest.fixture
async def store(store_url: str, vault: Vault) -> AsyncIterator[Store]:
    opened = await Store.open(store_url, vault, random=os.urandom, clock=StillClock())
    yield opened
    await opened.close()
