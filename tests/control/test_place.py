"""What tells a home from its copies, so that a service that starts again may go on at once."""

import shutil
from pathlib import Path

import pytest

from bot.control import home as homes


def test_a_copy_is_another_place(tmp_path: Path) -> None:
    """The same home is the same place each time it is asked for, also under another name; a copy is not."""
    first = tmp_path / "first"
    first.mkdir()
    (first / "config.toml").write_text("")
    place = homes.place(first)
    shutil.copytree(first, tmp_path / "copy")
    assert place
    assert homes.place(tmp_path / "copy") != place
    assert homes.place(first.rename(tmp_path / "renamed")) == place


def test_a_system_that_does_not_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a name of the machine's start, every start is a new process to the others."""
    monkeypatch.setattr(homes, "BOOT", tmp_path / "nothing")
    assert homes.place(tmp_path) == b""
