"""Looking at a server's database without keys; for an SQLite file `tests/cli/test_status` does."""

import asyncio

import pytest

from bot.store import Store, inspection
from tests.support.postgres import Server


@pytest.fixture
def store_url(postgres_url: str) -> str:
    return postgres_url


LASTING = ("fsync", "full_page_writes", "synchronous_commit")


async def look(store: Store, url: str, postgres: Server, *changes: str) -> inspection.Seen:
    """What is seen once the server has taken other settings."""
    before = await postgres.run("SELECT pg_conf_load_time()")
    for change in changes:
        await postgres.run(change)
    await postgres.run("SELECT pg_reload_conf()")
    while await postgres.run("SELECT pg_conf_load_time()") == before:  # noqa: ASYNC110 - it rings no bell
        await asyncio.sleep(0.01)
    async with store.begin():
        return await inspection.look(url)


async def test_seen(store_url: str, store: Store, postgres: Server) -> None:
    """Without keys one sees the version, though somebody writes, and whether the server is safe."""
    switched = [f"SET {setting} = on" for setting in LASTING]
    looked = await look(store, store_url, postgres, *(f"ALTER SYSTEM {one}" for one in switched))
    assert looked == inspection.Seen(schema=2)
    looked = await look(store, store_url, postgres, "ALTER SYSTEM RESET ALL")
    assert looked.schema == 2
    assert looked.problem.endswith(", ".join(LASTING)), "the servers of tests wait for no disk"


async def test_empty(postgres: Server) -> None:
    """Looking makes no tables."""
    for _ in range(2):
        seen = await inspection.look(postgres.address("postgres"))
        assert seen.schema is None
        assert "no tables" in seen.problem


async def test_out_of_reach() -> None:
    """A server that is not there is a problem to show, not an error."""
    seen = await inspection.look("postgresql+asyncpg://u:canary@/h?host=/nowhere")
    assert "cannot be reached" in seen.problem
    assert "canary" not in seen.problem
