"""Keyrings that are changed: while the machine dies, out of the first version, and to the last root key."""

import os
import random
import signal
import subprocess
import sys
import time
from itertools import count
from pathlib import Path

import pytest

from bot.errors import BadInputError
from bot.vault import files, keyring, keys
from bot.vault.vault import Vault
from tests.vault.helpers import seeded
from tests.vault.test_slots import NEW, PEOPLE, keyring_of, make

SOAK = os.environ.get("HANDBILL_TEST_SOAK") == "1"
FIRST = Path(__file__).parent / "vectors" / "first-opens.txt"


@pytest.fixture
def five(tmp_path: Path) -> Path:
    make(tmp_path, *PEOPLE)
    return tmp_path


CHANGER = """
import os, sys
from pathlib import Path
from bot.vault import keys
home, people = Path(sys.argv[1]), sys.argv[2:4]
print("ready", flush=True)
while True:
    slot = keys.add(home, people, sys.argv[4], random=os.urandom)
    keys.remove(home, people, slot, random=os.urandom)
"""


def test_killed_while_keyholders_change(five: Path, figures: list[str]) -> None:
    """Whenever the machine dies while somebody is added or removed, the others open the vault afterwards."""
    chance, numbers = random.Random(5), count()
    sealed = Vault.unlock(five, Vault.open_home(five, *PEOPLE[:2]), random=seeded()).seal(
        "bot", "x", b"", b"1"
    )
    seen = set()
    kills = 200 if SOAK else 20
    for _ in range(kills):
        command = [sys.executable, "-c", CHANGER, str(five), *PEOPLE[:2], f"{NEW} {next(numbers)}"]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as changer:
            assert changer.stdout
            changer.stdout.readline()
            time.sleep(chance.random() / 5)
            changer.send_signal(signal.SIGKILL)
        master = Vault.open_home(five, *PEOPLE[3:])
        assert Vault.unlock(five, master, random=seeded()).open("bot", "x", b"", sealed) == b"1"
        found = keys.overview(five, PEOPLE[:2]).holders.used
        seen.add(len(found))
        for slot in found - set(keys.overview(five, PEOPLE).opened):
            keys.remove(five, PEOPLE[:2], slot, random=seeded())
    assert seen <= {5, 6}
    figures.append(f"keys: {kills} kills while keyholders came and went, the others opened it after each")


def test_the_first_version_of_a_keyring(five: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A keyring of version 1 opens as ever, changes its root key, and is version 2 after its first change."""
    fields = dict(line.split(": ", 1) for line in FIRST.read_text("utf-8").splitlines())
    words, home = fields["passphrase"], five
    (home / files.KEYRING).write_text(fields["file"] + "\n")
    monkeypatch.setattr(files, "pad_hash", lambda _: bytes.fromhex(fields["pad"]))
    master = Vault.open_home(home, words)
    assert master.hex() == fields["master"]
    keys.begin_rotation(home, master, random=seeded("begin"))
    keys.end_rotation(home, master, random=seeded("end"))
    assert keyring_of(home)["version"] == 1
    with pytest.raises(BadInputError, match="1 to 8"):
        keys.remove(home, [words], keys.overview(home, [words]).opened[0], random=seeded())
    keys.add(home, [words], NEW, random=seeded("add"))
    assert keyring_of(home)["version"] == 2
    assert Vault.open_home(home, NEW) == Vault.open_home(home, words)


def test_a_rotation_has_an_end(tmp_path: Path) -> None:
    """Epochs are numbered in two bytes: after the last one the keyring stays as it is."""
    master = make(tmp_path, *PEOPLE)

    def last(data: bytes) -> bytes:
        made, mac = keyring.parse(data)
        [root] = keyring.root_keys(made, mac, master).values()
        return keyring.encode(keyring.with_roots(made, {0xFFFF: root}, master, random=seeded()), master)

    files.change_keyring(tmp_path, last)
    before = files.read_keyring(tmp_path)
    with pytest.raises(BadInputError, match="all the root keys"):
        keys.begin_rotation(tmp_path, master, random=seeded())
    assert files.read_keyring(tmp_path) == before


def test_a_rotation_that_was_begun_is_gone_on_with(tmp_path: Path) -> None:
    """Beginning twice makes one new root key, not two: nothing is sealed under a third."""
    master = make(tmp_path, *PEOPLE)
    first = keys.begin_rotation(tmp_path, master, random=seeded("first"))
    assert keys.begin_rotation(tmp_path, master, random=seeded("second")) == first
    assert list(first) == [1, 2]
    keys.end_rotation(tmp_path, master, random=seeded("end"))
    made, mac = keyring.parse(files.read_keyring(tmp_path))
    assert keyring.root_keys(made, mac, master) == {2: first[2]}
