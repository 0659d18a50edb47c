"""Key files as files: private while they are written, read with an upper bound, or called damaged."""

import os
import stat
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


def test_key_files_are_private_from_the_first_moment(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even while it is written can anybody else open a key file, whatever mode new files get here."""
    modes = []
    monkeypatch.setattr(os, "fchmod", lambda file, _: modes.append(stat.S_IMODE(os.fstat(file).st_mode)))
    before = os.umask(0)
    try:
        files.replace(home / "keyring.json", b"new")
    finally:
        os.umask(before)
    assert modes == [0o600]


def test_no_more_is_read_than_a_keyring_may_have(tmp_path: Path) -> None:
    """What has no end in place of the keyring is not read to its end: one byte too many is enough."""
    os.mkfifo(tmp_path / "keyring.json")
    writer = os.open(tmp_path / "keyring.json", os.O_RDWR)
    os.write(writer, bytes(files.KEYRING_LIMIT + 1))
    with pytest.raises(DamagedVaultError, match="too long"):
        files.read_keyring(tmp_path)
    os.close(writer)


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
