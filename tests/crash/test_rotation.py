"""The root key is changed while the machine dies: nobody is lost, and the next try ends what was begun."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.config import load, template
from bot.domain.contact import ChatId, Contact
from bot.store import Store
from bot.store.encryption import is_plain
from bot.vault import keys
from bot.vault.vault import Vault
from tests.store.helpers import person
from tests.store.test_census import verdict
from tests.vault.helpers import PASSPHRASE, create

KILLS = 50 if os.environ.get("HANDBILL_TEST_SOAK") == "1" else 5
PEOPLE = 1500
FILES = {True: "", False: " of an encrypted file"}

CHANGER = """
import asyncio, os, sys
from pathlib import Path
from bot.clock import SystemClock
from bot.config import load
from bot.control.desk import answer_once
from bot.control.messages import Rotate
from bot.vault.vault import Vault
home = Path(sys.argv[1])
key = Vault.open_home(home, sys.argv[2])
config = load({"HANDBILL_HOME": str(home)})
print("ready", flush=True)
while True:
    request = Rotate(master_key=key)
    asyncio.run(answer_once(config, key, request, clock=SystemClock(), random=os.urandom))
    print("rotated", flush=True)
"""


@pytest.fixture(params=[False, True], ids=["plain", "encrypted"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder whose settings say which kind of file its database is."""
    (tmp_path / "config.toml").write_text(template(encrypt_database=request.param))
    return tmp_path


def address(home: Path) -> str:
    return load({"HANDBILL_HOME": str(home)}).database


async def found(home: Path) -> tuple[list[Contact | None], bool, bytes]:
    """Everybody as they are found now, whether a rotation has not ended, and how records begin."""
    vault = Vault.unlock(home, Vault.open_home(home, PASSPHRASE), random=os.urandom)
    store = await Store.open(address(home), vault, random=os.urandom, founded=True)
    async with store.read() as tx:
        people = [await tx.contacts.find(ChatId(number)) for number in range(PEOPLE)]
    assert await verdict(store) is None
    await store.close()
    return people, vault.rotating, vault.header


async def test_killed_while_the_root_key_is_changed(home: Path, figures: list[str]) -> None:
    """Killed at any moment, each record still opens and is found; a rotation after that ends as usual."""
    vault = Vault.unlock(home, create(home), random=os.urandom)
    everybody = [person(number) for number in range(PEOPLE)]
    store = await Store.open(address(home), vault, random=os.urandom)
    async with store.begin() as tx:
        for one in everybody:
            await tx.contacts.add(one)
    await store.close()
    chance, unfinished, headers = random.Random(17), 0, set()
    for kill in range(6 * KILLS):
        # How far a rotation gets in this time says nothing about the code: on a busy machine it gets longer.
        await asyncio.to_thread(killed, home, chance.random() * 0.6 * 2 ** (kill // KILLS))
        people, rotating, header = await found(home)
        assert people == everybody
        unfinished += rotating
        headers.add(header)
        if kill + 1 >= KILLS and unfinished and len(headers) > 1:
            break
    assert unfinished, "no kill came in the middle"
    assert len(headers) > 1, "no rotation ever got on"
    await finish(home)
    assert (await found(home))[:2] == (everybody, False)
    figures.append(
        f"keys: {kill + 1} kills while the root key{FILES[is_plain(home / 'handbill.db')]} was changed, "
        f"{unfinished} of them in the middle, "
        f"{PEOPLE} of {PEOPLE} readers found after each"
    )


def killed(home: Path, after: float) -> None:
    """Change the root key over and over, until the process dies after so many seconds."""
    command = [sys.executable, "-c", CHANGER, str(home), PASSPHRASE]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as changer:
        assert changer.stdout
        changer.stdout.readline()
        time.sleep(after)
        changer.send_signal(signal.SIGKILL)


async def finish(home: Path) -> None:
    """End the last rotation, as the next command of a keeper would."""
    master = Vault.open_home(home, PASSPHRASE)
    vault = Vault.unlock(home, master, random=os.urandom)
    store = await Store.open(address(home), vault, random=os.urandom)
    await store.reseal(keys.begin_rotation(home, master, random=os.urandom))
    keys.end_rotation(home, master, random=os.urandom)
    await store.close()
