"""A database file gets another key, or becomes the other kind, while the machine dies: no row is lost."""

import asyncio
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from bot.store import encryption

KILLS = 100 if os.environ.get("HANDBILL_TEST_SOAK") == "1" else 8
ROWS = 20_000
KEYS = bytes(range(32)), bytes(range(32, 64))

CHANGER = """
import sys
from pathlib import Path
from bot.store import encryption
from tests.crash.test_encryption import KEYS
file = Path(sys.argv[1])
print("ready", flush=True)
while True:
    old = encryption.prepare(file, KEYS, encrypted=True)
    encryption.change_key(file, old, KEYS[KEYS[0] == old])
    encryption.change_key(file, KEYS[KEYS[0] == old], old)
    encryption.prepare(file, KEYS, encrypted=False)
"""


async def test_killed_while_the_file_changes(tmp_path: Path, figures: list[str]) -> None:
    """Killed at any moment, the file opens with one of the two keys or none, and holds what it held."""
    file = tmp_path / "handbill.db"
    with closing(encryption.connect(file, KEYS[0], isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, rec BLOB NOT NULL)")
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO rows VALUES (?, ?)", ((n, os.urandom(95)) for n in range(ROWS)))
        connection.execute("COMMIT")
        content = everything(connection)
    chance, plain, keys = random.Random(23), 0, set()
    for kill in range(4 * KILLS):
        await asyncio.to_thread(killed, file, chance.random() * 0.5 * 2 ** (kill // KILLS))
        if encryption.is_plain(file):
            plain += 1
        else:
            keys.add(encryption.prepare(file, KEYS, encrypted=True))
        key = encryption.prepare(file, KEYS, encrypted=True)
        with closing(encryption.connect(file, key)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert everything(connection) == content
        if kill + 1 >= KILLS and plain and len(keys) == len(KEYS):
            break
    assert plain, "no kill found it plain"
    assert len(keys) == len(KEYS), "no kill found the other key"
    figures.append(f"encryption: {kill + 1} kills while a file of {ROWS} rows changed key and kind, 0 lost")


def everything(connection: sqlite3.Connection) -> int:
    return hash(tuple(connection.execute("SELECT id, rec FROM rows ORDER BY id")))


def killed(file: Path, after: float) -> None:
    """Change the file over and over, until the process dies after so many seconds."""
    with subprocess.Popen([sys.executable, "-c", CHANGER, str(file)], stdout=subprocess.PIPE) as changer:
        assert changer.stdout
        changer.stdout.readline()
        time.sleep(after)
        changer.send_signal(signal.SIGKILL)
