"""census.mark: how far the list had come, as a home remembers it."""

import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.vault.mark import MARK, Mark, Marked
from bot.vault.vault import Vault
from tests.vault.helpers import create, seeded


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**64 - 1), st.text("abcdefghijklmnopqrstuvwxyz", max_size=16))
def test_what_was_marked_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, vault: Vault, generation: int, doubt: str
) -> None:
    """The newest generation and the doubt about it are remembered; nothing else lies beside the file."""
    home = tmp_path_factory.mktemp("marked")
    mark = Mark(home, vault)
    mark.write(Marked(1))
    mark.write(Marked(generation, doubt))
    assert Mark(home, vault).read() == Marked(generation, doubt)
    assert [path.name for path in home.iterdir()] == ["census.mark"]
    assert (home / MARK).stat().st_mode & 0o777 == 0o600


def test_without_a_word_there_is_no_doubt(vault: Vault, tmp_path: Path) -> None:
    """A generation that was noted alone is not in doubt."""
    Mark(tmp_path, vault).write(Marked(7))
    found = Mark(tmp_path, vault).read()
    assert found
    assert (found.generation, found.doubt) == (7, "")


def test_where_nothing_was_marked(vault: Vault, tmp_path: Path) -> None:
    """No file, an empty one, and anything but what these keys have sealed for it tell nothing."""
    mark, file = Mark(tmp_path, vault), tmp_path / MARK
    assert mark.read() is None
    for odd in (b"", b"x" * 5000, vault.seal("census", "count", b"", bytes(25))):
        file.write_bytes(odd)
        assert mark.read() is None
    mark.write(Marked(7))
    whole = file.read_bytes()
    file.write_bytes(whole + b"\0")
    assert mark.read() is None
    file.write_bytes(whole)
    other = tmp_path / "other"
    other.mkdir()
    assert Mark(tmp_path, Vault.unlock(other, create(other, seed="other"), random=seeded())).read() is None
    assert mark.read() == Marked(7)


@pytest.mark.parametrize(
    "plain",
    [struct.pack(">BQ16s", 2, 7, b""), struct.pack(">BQ16s", 0, 7, b""), bytes([1]), bytes([1]) * 30],
)
def test_a_mark_of_another_version(vault: Vault, tmp_path: Path, plain: bytes) -> None:
    """What another version of Handbill may write one day is not read as if it were of this one."""
    (tmp_path / MARK).write_bytes(vault.seal("census", "mark", b"", plain))
    assert Mark(tmp_path, vault).read() is None


def test_the_mark_says_nothing_without_the_keys(vault: Vault, tmp_path: Path) -> None:
    """Every mark has the same size, and a word of doubt cannot be read in it."""
    sizes = set()
    for marked in (Marked(0), Marked(2**64 - 1, "rolled")):
        Mark(tmp_path, vault).write(marked)
        data = (tmp_path / MARK).read_bytes()
        sizes.add(len(data))
        assert b"rolled" not in data
    assert len(sizes) == 1
