"""A backup of a home that opens with two passphrases, and one from before its keys were changed."""

from pathlib import Path

import pytest

from bot.vault import keys
from tests.cli.helpers import PASSPHRASE, Keeper
from tests.cli.test_backup import another
from tests.cli.test_keyholders import SECOND, init, with_two


@pytest.fixture
def pair(newcomer: Keeper) -> Keeper:
    """A home that takes two passphrases."""
    assert init(newcomer, *with_two(newcomer)).code == 0
    return newcomer


def files_of(keeper: Keeper) -> tuple[str, ...]:
    return ("--data", str(keeper.folder / "one.data"), "--keys", str(keeper.folder / "one.keys"))


def test_both_keyholders_restore_it(pair: Keeper) -> None:
    """Backup and restore take both passphrases; with one of them nothing is written at all."""
    both = with_two(pair)
    pair.types("backup", *files_of(pair), *both[:2]).fails(4, "a second keyholder")
    assert not (pair.folder / "one.data").exists()
    assert pair.types("backup", *files_of(pair), *both).code == 0
    newcomer = another(pair)
    newcomer.types("restore", *files_of(pair), *both[:2]).fails(4, "a second keyholder")
    assert not newcomer.home.exists()
    done = newcomer.types("restore", *files_of(pair), *both)
    assert done.code == 0, done.err
    assert newcomer.types("database", "check", *both).code == 0
    found = keys.overview(newcomer.home, [PASSPHRASE, SECOND])
    assert (found.holders.needed, len(found.holders.used)) == (2, 2)


def test_from_before_a_rotation(pair: Keeper) -> None:
    """A backup has the keys of its time: a later change of the root key takes nothing from it."""
    both = with_two(pair)
    assert pair.types("backup", *files_of(pair), *both).code == 0
    assert pair.types("database", "rotate", *both).code == 0
    assert pair.types("database", "check", *both).code == 0
    newcomer = another(pair)
    assert newcomer.types("restore", *files_of(pair), *both).code == 0
    assert newcomer.types("database", "rotate", *both).code == 0
    assert newcomer.types("database", "check", *both).code == 0


def test_panic_with_two_slots(pair: Keeper) -> None:
    """Every key file of a home with several keyholders goes, a half-written one too."""
    (Path(pair.home) / ".keyring.json.new").write_bytes((pair.home / "keyring.json").read_bytes())
    assert pair.types("panic", "--yes-destroy-everything").out == "keys destroyed\nhome destroyed\n"
    assert not pair.home.exists()
