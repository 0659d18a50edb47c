"""What lies in the place of a key file is read with an end, or called damaged."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import DamagedVaultError
from bot.vault import files

ODD: dict[str, Callable[[Path], object]] = {
    "a folder": Path.mkdir,
    "a pipe": os.mkfifo,
    "a link to itself": lambda path: path.symlink_to(path),
    "a link without an end": lambda path: path.symlink_to("/dev/zero"),
}


@pytest.mark.parametrize("odd", ODD)
def test_odd_things_in_the_place_of_key_files(tmp_path: Path, odd: str) -> None:
    """Nobody waits for them, and the command ends with the line and the exit code of a damaged vault."""
    ODD[odd](tmp_path / files.PAD)
    with pytest.raises(DamagedVaultError):
        files.pad_hash(tmp_path)


@pytest.mark.parametrize("odd", sorted(set(ODD) - {"a pipe"}))
def test_odd_keyrings(tmp_path: Path, odd: str) -> None:
    """The same of the keyring."""
    ODD[odd](tmp_path / files.KEYRING)
    with pytest.raises(DamagedVaultError):
        files.read_keyring(tmp_path)


def test_an_empty_keyring(tmp_path: Path) -> None:
    """A pipe nobody writes to is an empty file: damage, said by whoever parses it."""
    os.mkfifo(tmp_path / files.KEYRING)
    assert files.read_keyring(tmp_path) == b""
