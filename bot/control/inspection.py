"""Looking at a home's database without its keys, for `status` and `doctor`. It changes nothing.

Read-only through the standard library: opening it as the service does would upgrade it.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The number of its newest migration (None before the first), and whether the file is whole."""

    schema: int | None
    whole: bool


def look(file: Path, *, thorough: bool = False) -> Seen:
    """What the database file shows; `thorough` reads all of it."""
    if not file.is_file():
        return Seen(schema=None, whole=False)
    # Without a write-ahead log nobody has it open; SQLite then needs to be told not to make one.
    resting = not file.with_name(f"{file.name}-wal").exists()
    address = f"{file.absolute().as_uri()}?mode=ro" + ("&immutable=1" if resting else "")
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=5)) as database:
            row = database.execute("SELECT version_num FROM alembic_version").fetchone()
            whole = not thorough or database.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    except sqlite3.Error:
        return Seen(schema=None, whole=False)
    return Seen(schema=int(row[0]) if row and str(row[0]).isdecimal() else None, whole=whole)
