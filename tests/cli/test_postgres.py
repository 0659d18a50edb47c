"""A home whose database is on a PostgreSQL server: made, looked at, run, and never served by two."""

import asyncio
import os
import shutil
import signal
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.cli.doctor import examine
from bot.control.messages import State
from bot.errors import NetworkError
from bot.sandbox import Limits, Sandbox
from bot.store import Store
from bot.vault.vault import Vault
from tests.cli.helpers import FOREVER, Keeper
from tests.cli.test_processes import ends, sandbox, started, waits_for
from tests.cli.test_service import running
from tests.support.postgres import Server

__all__ = ["sandbox"]


@pytest.fixture
def keeper(tmp_path: Path, postgres_url: str) -> Keeper:
    """No home yet, and an empty database."""
    return Keeper(tmp_path, environment={"HANDBILL_DATABASE_URL": postgres_url})


def init(keeper: Keeper) -> list[str]:
    files = ["--token-file", keeper.token_file, "--passphrase-file", keeper.passphrase_file]
    return ["init", *files, "--kdf-memory", "8"]


def copied(keeper: Keeper, folder: Path) -> Keeper:
    """The same home on what could be another machine."""
    shutil.copytree(keeper.home, folder / "home")
    return Keeper(folder, environment=dict(keeper.environment))


def problem(keeper: Keeper) -> str:
    """What `doctor` says of the database."""
    [check] = [check for check in examine(keeper.names(), now=datetime.now(UTC)) if check.name == "database"]
    return check.hint


def test_made(keeper: Keeper) -> None:
    """`init` makes no database file; `status` and `doctor` look at the server, and change nothing."""
    assert keeper.types(*init(keeper)).code == 0
    assert sorted(path.name for path in keeper.home.iterdir()) == ["config.toml", "keyring.json", "shred.pad"]
    found = keeper.types("status", "--json").json
    assert (found["state"], found["schema"]) == ("stopped", 2)
    assert "may lose what it confirmed: switch on fsync, full_page_writes" in problem(keeper)


def test_in_use(keeper: Keeper, tmp_path: Path) -> None:
    """A database that belongs to a home is not taken for another: nothing is made."""
    assert keeper.types(*init(keeper)).code == 0
    (tmp_path / "second").mkdir()
    second = Keeper(tmp_path / "second", environment=keeper.environment)
    second.types(*init(second)).fails(2, "holds the list of a home already", "createdb")
    assert list(second.home.iterdir()) == []


@pytest.mark.parametrize(
    ("address", "code", "said"),
    [
        ("postgresql+asyncpg://canary:canary@/canary?host=/nowhere", 8, "cannot be reached"),
        ("postgresql+asyncpg://canary:canary@localhost/canary?ssl=disable", 3, "more than Handbill reads"),
        ("postgresql://canary:canary@localhost/canary", 3, "should be like"),
        ("postgresql+asyncpg://canary:canary@localhost", 3, "should be like"),
        ("postgresql+asyncpg://canary:canary@[/canary", 3, "should be like"),
        ("postgresql+asyncpg://canary:canary@localhost:port/canary", 3, "should be like"),
    ],
)
def test_wrong_address(newcomer: Keeper, address: str, code: int, said: str) -> None:
    """A server that is not there ends with 8, an address that cannot be used with 3; neither is repeated."""
    newcomer.environment["HANDBILL_DATABASE_URL"] = address
    newcomer.types(*init(newcomer)).fails(code, said)


def test_out_of_reach(keeper: Keeper, postgres: Server) -> None:
    """Without its server a home still has a status; `doctor` says what is missing, and names no password."""
    assert keeper.types(*init(keeper)).code == 0
    keeper.environment["HANDBILL_DATABASE_URL"] = "postgresql+asyncpg://u:canary@/h?host=/nowhere"
    found = keeper.types("status", "--json").json
    assert (found["state"], found["schema"]) == ("stopped", None)
    assert "cannot be reached" in problem(keeper)
    told = keeper.types("doctor")
    assert told.code == 3
    assert told.is_silent()
    assert "a password stands in HANDBILL_DATABASE_URL" in told.out


def test_one_service(
    keeper: Keeper, sandbox: str, tmp_path: Path, postgres: Server, newcomer: Keeper
) -> None:
    """A copy of the home is not served beside the first: `run` ends with 8, and so does `unlock`."""
    keeper.environment["HANDBILL_TELEGRAM__API_URL"] = sandbox
    assert keeper.types(*init(keeper)).code == 0
    copy = copied(keeper, tmp_path / "copy")
    unlocked = ["--passphrase-file", keeper.passphrase_file]
    with started(keeper, "run", *unlocked) as first:
        waits_for(keeper, first, "running")
        copy.runs("run", *unlocked).fails(8, "another handbill already works with this database")
        with started(copy, "run") as second:
            waits_for(copy, second, "locked")
            copy.types("unlock", *unlocked).fails(8, "another handbill already works with this database")
            assert waits_for(copy, second, "locked") == "locked"
            first.kill()
            first.wait(FOREVER)
            while copy.types("unlock", *unlocked).code == 8:  # until the server has noticed
                assert second.poll() is None
            waits_for(copy, second, "running")
            assert ends(second, signal.SIGTERM)[0] == 0


async def test_another_took_over(keeper: Keeper, postgres: Server, postgres_url: str) -> None:
    """Where another service took the database meanwhile, the first one writes nothing more."""
    await asyncio.to_thread(keeper.types, *init(keeper))
    ending = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1"
    async with (
        Sandbox.start(limits=Limits.off()) as telegram,
        running(keeper, telegram.url, unlocked=True) as found,
    ):
        await found.becomes(State.RUNNING)
        other = await Store.open(
            postgres_url, Vault.unlock(keeper.home, found.key, random=os.urandom), random=os.urandom
        )
        async with AsyncExitStack() as taken:
            while True:
                await postgres.run(ending, make_url(postgres_url).database)
                with suppress(NetworkError):  # the first one was quicker: it looks every ten seconds
                    await taken.enter_async_context(other.alone())
                    break
            await telegram.world.person("Ann").says("/start")
            await found.becomes(State.NO_NETWORK)
        await found.becomes(State.RUNNING)
        await other.close()
