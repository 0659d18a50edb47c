"""Addresses of databases: which are taken, and that a refusal repeats nothing of them."""

import os

import pytest

from bot.errors import NetworkError, SettingsError
from bot.store import Store
from bot.vault.vault import Vault

WORD = "canary"


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "mysql://localhost/handbill",
        "postgresql+asyncpg://someone:canary@localhost",
        "postgresql+asyncpg://someone:canary@/handbill",
        "postgresql+asyncpg://someone:canary@localhost:port/handbill",
        "postgresql+asyncpg://someone:canary@localhost/handbill?ssl=disable",
        "postgresql+asyncpg://someone:canary@/handbill?host=elsewhere.example",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:////nowhere/at/all/canary.db",
    ],
)
async def test_address(url: str, vault: Vault) -> None:
    """An address that cannot be used is a setting to correct; there is no option that weakens TLS."""
    with pytest.raises(SettingsError) as caught:
        await Store.open(url, vault, random=os.urandom)
    assert caught.value.hint
    assert WORD not in f"{caught.value!r} {caught.value.hint} {caught.value.__cause__!r}"


async def test_out_of_reach(vault: Vault) -> None:
    """A server that is not there is a matter of the network; the password is not repeated."""
    with pytest.raises(NetworkError) as caught:
        await Store.open(f"postgresql+asyncpg://u:{WORD}@/h?host=/nowhere", vault, random=os.urandom)
    assert caught.value.hint
    assert WORD not in f"{caught.value!r} {caught.value.hint} {caught.value.__cause__!r}"
