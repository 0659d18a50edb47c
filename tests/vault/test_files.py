"""Key files as files: private while they are written, and read with an upper bound."""

import os
import stat
from pathlib import Path

import pytest

from bot.errors import DamagedVaultError
from bot.vault import files


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
