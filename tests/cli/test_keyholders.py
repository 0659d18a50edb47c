"""Homes that take two passphrases, and keyholders that come, go and change, at the terminal."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli import access
from bot.cli.doctor import examine
from bot.config import load
from bot.vault import keys
from bot.vault.keyring import parse
from bot.vault.vault import Vault
from tests.cli.helpers import PASSPHRASE, Ended, Keeper
from tests.cli.test_init import Typist
from tests.cli.test_terminal import Screen, terminal

SECOND = "granite willow lantern compass harbour thimble"
THIRD = "saddle orchard canvas meteor tulip anchor"


def with_two(keeper: Keeper) -> list[str]:
    second = keeper.file("second", SECOND + "\n")
    return ["--passphrase-file", keeper.passphrase_file, "--passphrase-file", second]


def init(keeper: Keeper, *more: str) -> Ended:
    return keeper.types("init", "--token-file", keeper.token_file, "--kdf-memory", "8", *more)


@pytest.fixture
def pair(newcomer: Keeper) -> Keeper:
    """A home that takes two passphrases."""
    done = init(newcomer, *with_two(newcomer))
    assert done.code == 0, done.err
    return newcomer


def test_two_files_make_a_home_for_two(pair: Keeper) -> None:
    """With two passphrase files `init` makes a home that neither opens alone, and config.toml says so."""
    assert load(pair.names()).vault.unlock == 2
    both = with_two(pair)
    assert pair.types("organisers", "list", *both).code == 0
    for alone in (both[:2], both[2:], both[:2] * 2):
        pair.types("organisers", "list", *alone).fails(4, "two passphrases", "a second keyholder")
    pair.types("organisers", "list", *both[:2], "--passphrase-file", pair.file("x", THIRD)).fails(5)


def test_two_lines_of_a_descriptor(pair: Keeper) -> None:
    """A descriptor may hold both passphrases, one a line, or be one of two."""
    for contents in ([f"{PASSPHRASE}\n{SECOND}\n"], [f"{SECOND}\n", PASSPHRASE]):
        readers = []
        for content in contents:
            reader, writer = os.pipe()
            os.write(writer, content.encode())
            os.close(writer)
            readers += ["--unlock-fd", str(reader)]
        assert pair.types("organisers", "list", *readers).code == 0


def test_who_opens_alone_can_be_several(newcomer: Keeper) -> None:
    """With `--unlock 1` each of several keyholders opens the home alone."""
    assert init(newcomer, *with_two(newcomer), "--unlock", "1").code == 0
    assert load(newcomer.names()).vault.unlock == 1
    for alone in (with_two(newcomer)[:2], with_two(newcomer)[2:]):
        assert newcomer.types("organisers", "list", *alone).code == 0


def test_too_few_for_two(newcomer: Keeper) -> None:
    """A home for two with one passphrase, or twice the same, is not made."""
    one = ["--passphrase-file", newcomer.passphrase_file]
    init(newcomer, *one, "--unlock", "2").fails(10, "2 to 8 keyholders")
    init(newcomer, *one, *one).fails(10, "same passphrase")
    newcomer.environment["HANDBILL_VAULT__UNLOCK"] = "2"
    init(newcomer, *one).fails(10, "2 to 8 keyholders")
    assert list(newcomer.home.iterdir()) == []


def test_settings_that_do_not_fit_the_keys(pair: Keeper) -> None:
    """Where config.toml or the environment says another number than the keys take, nothing opens."""
    both = with_two(pair)
    pair.environment["HANDBILL_VAULT__UNLOCK"] = "1"
    pair.types("organisers", "list", *both).fails(3, "unlock is 1, but the keys take 2")


class Keyholders(Typist):
    """Two people at one terminal, one after the other."""

    def run(self) -> None:
        self._until("it is not shown")
        os.write(self._screen, b"1234567890:AAcanaryCANARYcanaryCANARYcanaryCAN\n")
        for number in (1, 2):
            self._until(f"keyholder {number} of 2")
            self._until("Type it once: ", times=number)
            os.write(self._screen, self.words()[-1].encode() + b"\n")
        self._until("\x1b[2J", times=2)

    def words(self) -> list[str]:
        lines = [line.strip() for line in self.seen.splitlines() if line.startswith("    ")]
        return [line for line in lines if len(line.split()) == 6]


class Answering(Typist):
    """Somebody who answers each prompt in turn."""

    def __init__(self, answers: dict[str, str]) -> None:
        super().__init__()
        self._answers = answers

    def run(self) -> None:
        for prompt, answer in self._answers.items():
            self._until(prompt)
            os.write(self._screen, answer.encode() + b"\n")


def test_two_at_a_terminal(newcomer: Keeper) -> None:
    """Each keyholder sees only their own words; later both are asked, one after the other."""
    typist = Keyholders()
    typist.start()
    done = newcomer.types("init", "--kdf-memory", "8", "--unlock", "2", tty=typist.tty)
    typist.leave()
    assert done.code == 0, done.err
    one, other = typist.words()
    assert one != other
    assert typist.seen.index(one) < typist.seen.index("\x1b[2J") < typist.seen.index(other)
    for command in (["organisers", "list"], ["slots", "list"]):
        asked = Answering({"Passphrase: ": one, "second keyholder: ": other})
        asked.start()
        assert newcomer.types(*command, tty=asked.tty).code == 0
        asked.leave()


def test_slots(pair: Keeper) -> None:
    """A keyholder joins, changes the passphrase and goes; the numbers of the slots are all that is shown."""
    both = with_two(pair)
    listed = pair.types("slots", "list", "--json", *both)
    assert listed.json["needed"] == 2
    assert sorted(listed.json["given"]) == listed.json["used"]
    third = pair.file("third", THIRD)
    added = pair.types("slots", "add", "--new-passphrase-file", third, *both)
    assert added.code == 0, added.err
    slot = int(added.out.split()[1])
    with_third = ["--passphrase-file", third, *both[2:]]
    assert pair.types("slots", "list", "--json", *with_third).json["given"][0] == slot
    assert f"slot {slot}: passphrase 1 of those given now" in pair.types("slots", "list", *with_third).out
    renewed = pair.file("renewed", THIRD.upper())
    changed = pair.types("slots", "change", "--new-passphrase-file", renewed, *with_third)
    assert changed.out == f"slot {slot} has its new passphrase\n"
    pair.types("organisers", "list", *with_third).fails(5)
    assert pair.types("organisers", "list", "--passphrase-file", renewed, *both[:2]).code == 0
    removed = pair.types("slots", "remove", str(slot), *both)
    assert (removed.code, removed.out) == (0, f"slot {slot} is free\n")
    pair.types("organisers", "list", "--passphrase-file", renewed, *both[:2]).fails(5)
    pair.types("slots", "remove", str(slot), *both).fails(10, "no keyholder")
    assert pair.types("organisers", "list", *both).code == 0


def test_a_weak_passphrase_gets_no_slot(pair: Keeper) -> None:
    """A new keyholder's passphrase must be as strong as the first."""
    before = pair.bytes_of_home()
    weak = pair.file("weak", "canary")
    for command in ("add", "change"):
        pair.types("slots", command, "--new-passphrase-file", weak, *with_two(pair)).fails(10, "too easy")
    assert pair.bytes_of_home() == before


def test_generated_for_a_new_keyholder(keeper: Keeper) -> None:
    """Without a file the new passphrase is made, shown once and typed once, like the first."""

    class Newcomer(Typist):
        def run(self) -> None:
            self._until("Type it once: ")
            lines = [line.strip() for line in self.seen.splitlines() if line.startswith("    ")]
            os.write(self._screen, lines[0].encode() + b"\n")

    typist = Newcomer()
    typist.start()
    done = keeper.types("slots", "add", "--passphrase-file", keeper.passphrase_file, tty=typist.tty)
    typist.leave()
    assert done.code == 0, done.err
    words = next(line.strip() for line in typist.seen.splitlines() if line.startswith("    "))
    assert words not in done.out + done.err
    assert keeper.types("organisers", "list", "--passphrase-file", keeper.file("words", words)).code == 0


def test_from_one_to_two_and_back(keeper: Keeper) -> None:
    """`slots require` changes how many it takes; config.toml must follow, and says so."""
    one = ["--passphrase-file", keeper.passphrase_file]
    second = keeper.file("second", SECOND)
    assert keeper.types("slots", "add", "--new-passphrase-file", second, *one).code == 0
    required = keeper.types("slots", "require", "2", *one)
    assert (required.code, required.out) == (0, "passphrases needed: 2\n")
    assert "write unlock = 2" in required.err
    both = with_two(keeper)
    keeper.types("organisers", "list", *both).fails(3, "the keys take 2", "unlock = 2")
    keeper.environment["HANDBILL_VAULT__UNLOCK"] = "2"
    assert keeper.types("organisers", "list", *both).code == 0
    keeper.types("slots", "require", "1", *one).fails(4, "two passphrases")
    assert keeper.types("slots", "require", "1", *both).code == 0


def test_one_cannot_be_made_two(keeper: Keeper) -> None:
    """A home with one keyholder cannot take two passphrases: nobody could open it."""
    one = ["--passphrase-file", keeper.passphrase_file]
    keeper.types("slots", "require", "2", *one).fails(10, "2 to 8 keyholders")
    assert keeper.types("organisers", "list", *one).code == 0


def test_nobody_to_ask_for_keys(keeper: Keeper) -> None:
    """Without a file, a descriptor or a terminal, nothing about keyholders is shown or changed."""
    for command in (["list"], ["add"], ["change"], ["remove", "1"], ["require", "1"]):
        keeper.types("slots", *command).fails(4, "--passphrase-file")


def test_credentials_of_systemd(keeper: Keeper, tmp_path: Path) -> None:
    """`run` takes the passphrases that systemd hands over, in the folder that it names."""
    folder = tmp_path / "credentials"
    folder.mkdir()
    found = terminal(Screen(), Screen())
    assert access.credentials(found) == ()
    named = replace(found, environment={"CREDENTIALS_DIRECTORY": str(folder)})
    assert access.credentials(named) == ()
    for name in ("handbill.passphrase-2", "handbill.passphrase", "something else"):
        (folder / name).write_text(PASSPHRASE)
    names = [Path(str(file)).name for file in access.credentials(named)]
    assert names == ["handbill.passphrase", "handbill.passphrase-2"]


def test_another_root_key(pair: Keeper) -> None:
    """`database rotate` takes the passphrases; all is found afterwards, and only one root key is left."""
    both = with_two(pair)
    assert pair.types("organisers", "invite", "--name", "Ann", *both).code == 0
    before = (pair.home / "keyring.json").read_bytes()
    pair.types("database", "rotate", *both[:2]).fails(4, "two passphrases")
    assert (pair.home / "keyring.json").read_bytes() == before
    done = pair.types("database", "rotate", *both)
    assert (done.code, done.out) == (0, "the root key is another one\n"), done.err
    assert [epoch.epoch for epoch in parse((pair.home / "keyring.json").read_bytes())[0].epochs] == [2]
    assert pair.types("organisers", "list", *both).code == 0


def test_a_rotation_that_has_not_ended_is_seen(keeper: Keeper) -> None:
    """`doctor` finds two root keys in the keyring and says how to end it."""
    key = Vault.open_home(keeper.home, PASSPHRASE)
    keys.begin_rotation(keeper.home, key, random=os.urandom)
    found = {
        check.name: check.hint for check in examine(keeper.names(), now=datetime.now(UTC)) if not check.ok
    }
    assert "handbill database rotate" in found["keyring"]
    one = ["--passphrase-file", keeper.passphrase_file]
    assert keeper.types("database", "rotate", *one).code == 0
    assert "keyring" not in {
        check.name for check in examine(keeper.names(), now=datetime.now(UTC)) if not check.ok
    }
