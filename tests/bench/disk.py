"""How much room a contact and a delivered message take on the disk, on SQLite and on PostgreSQL.

SQLite: the file written anew by VACUUM INTO, against the same without them. PostgreSQL: what the server says
of its tables after VACUUM FULL; left out, with the reason, where the binaries are missing.
"""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench import homes, nginx, rounds
from tests.bench.rounds import FAST, Round, Spec
from tests.support import postgres

DURABLE = "listen_addresses = ''\nmax_connections = 50\n"
"""As a server comes: it waits for the disk. The tests' own does not."""

SIZES = "SELECT pg_total_relation_size('contacts'), pg_total_relation_size('journal')"


def measured(folder: Path, people: int, keep: Callable[[Round], None]) -> Iterator[tuple[str, float]]:
    """Bytes, each with its name. `keep` gets the rounds that were needed."""
    yield from on_sqlite(folder, people, keep)
    try:
        yield from on_postgres(folder, people, keep)
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        print(f"PostgreSQL is left out: {type(error).__name__}", flush=True)


def delivering(people: int, home: Path, database: str = "") -> Spec:
    """Everybody gets it, as fast as it goes."""
    far = 0.0 if nginx.missing() else FAST
    store = "PostgreSQL" if database else "SQLite"
    return Spec(
        scenario="disk",
        people=people,
        rate=0,
        seconds=120,
        latency=far,
        home=str(home),
        database=database,
        note=store,
    )


def on_sqlite(folder: Path, people: int, keep: Callable[[Round], None]) -> Iterator[tuple[str, float]]:
    empty, full = folder / "disk-empty", folder / "disk-full"
    for home, number in ((empty, 0), (full, people)):
        command = [sys.executable, "-m", "tests.bench.homes", str(home), str(number), "0"]
        subprocess.run(command, check=True)
    bare, filled = packed(empty), packed(full)
    yield "disk a contact", (filled - bare) / people
    as_written = (full / "handbill.db").stat().st_size - (empty / "handbill.db").stat().st_size
    yield "disk a contact, before VACUUM", as_written / people
    one = rounds.run(delivering(people, full))
    keep(one)
    if one.figures.get("sent") == people:
        yield "disk a delivered message", (packed(full) - filled) / people


def packed(home: Path) -> int:
    """Bytes of the database without its gaps; the home stays as it is."""
    copy = home / "packed.db"
    with sqlite3.connect(home / "handbill.db") as database:
        database.execute("VACUUM INTO ?", (str(copy),))
    database.close()
    size = copy.stat().st_size
    copy.unlink()
    return size


def on_postgres(folder: Path, people: int, keep: Callable[[Round], None]) -> Iterator[tuple[str, float]]:
    postgres.SETTINGS = DURABLE
    with postgres.serving() as server, server.database() as name:
        home, address = folder / "disk-postgres", server.address(name)
        homes.create(home)
        asyncio.run(homes.fill(home, people, database=address))
        contacts, bare = sizes_of(server, name)
        yield "disk a contact, PostgreSQL", contacts / people
        for number in range(2):
            pace = Spec(
                scenario="postgres",
                people=people,
                rate=1000,
                seconds=10,
                home=str(home),
                database=address,
                note=str(number),
            )
            keep(rounds.run(pace))
        one = rounds.run(delivering(people, home, address))
        keep(one)
        if one.figures.get("sent") == people:
            yield "disk a delivered message, PostgreSQL", (sizes_of(server, name)[1] - bare) / people


def sizes_of(server: postgres.Server, name: str) -> tuple[int, int]:
    """Bytes of contacts and journal, without gaps."""
    asyncio.run(server.run("VACUUM FULL contacts", database=name))
    asyncio.run(server.run("VACUUM FULL journal", database=name))
    found: list[tuple[int, int]] = asyncio.run(server.run(SIZES, database=name))
    return found[0]
