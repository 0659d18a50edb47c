"""A mirror is put in place in one step, and nothing of anybody else is ever deleted."""

import ctypes
import os
from datetime import date
from pathlib import Path

import pytest

from bot.errors import BadInputError
from bot.library.mirror import folder, manifest

DAY = date(2026, 11, 18)


def mirror(**files: bytes) -> dict[str, bytes]:
    """A very small one."""
    found = {name.replace("_", "."): data for name, data in files.items()}
    lines = [f"{manifest.digest(data)}  {name}" for name, data in sorted(found.items())]
    index = "\n".join((manifest.FIRST_LINE, *lines, "")).encode()
    return {**found, manifest.INDEX: index, manifest.HEARTBEAT: manifest.digest(index).encode()}


def held(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


OLD, NEW = mirror(a_html=b"old"), mirror(a_html=b"new", b_html=b"more")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def test_a_new_folder_is_made_and_an_old_mirror_replaced(out: Path) -> None:
    """What the new one lacks is gone; nothing is left beside it."""
    assert folder.put(out, NEW, dated=DAY)
    assert held(out) == NEW
    assert folder.put(out, OLD, dated=DAY)
    assert held(out) == OLD
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_an_empty_folder_will_do(out: Path) -> None:
    """Whoever made it for this purpose."""
    out.mkdir()
    assert folder.put(out, NEW, dated=DAY)
    assert held(out) == NEW


def test_nothing_is_written_when_nothing_changed(out: Path) -> None:
    """Programs that copy it have nothing to do."""
    folder.put(out, NEW, dated=DAY)
    before = out.stat().st_ino
    assert not folder.put(out, NEW, dated=DAY)
    assert out.stat().st_ino == before


def test_files_tell_no_hour_of_work(out: Path) -> None:
    """Their times come from the newest statement and from their content, and everybody may read them."""
    folder.put(out, NEW, dated=DAY)
    times = {path.name: int(path.stat().st_mtime) for path in out.iterdir()}
    assert {time // 86400 for time in times.values()} == {(DAY - date(1970, 1, 1)).days}
    assert times["a.html"] != times["b.html"]
    assert out.stat().st_mode & 0o777 == 0o755
    assert (out / "a.html").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("name", ["notes.txt", "sub/notes.txt", ".htaccess", "a.html.vera.sig"])
def test_a_folder_with_other_files_is_refused(out: Path, name: str) -> None:
    """Even among those of a mirror: what is not ours is never deleted."""
    folder.put(out, OLD, dated=DAY)
    (out / name).parent.mkdir(exist_ok=True)
    (out / name).write_text("mine")
    with pytest.raises(BadInputError, match="not written by this command"):
        folder.put(out, NEW, dated=DAY)
    assert held(out) == {**OLD, name: b"mine"}


def test_a_folder_that_never_was_a_mirror_is_refused(out: Path) -> None:
    """Somebody's documents, a file, a link to elsewhere."""
    out.mkdir()
    (out / "letter.txt").write_text("mine")
    with pytest.raises(BadInputError, match="other files"):
        folder.put(out, NEW, dated=DAY)
    assert held(out) == {"letter.txt": b"mine"}
    for other in (out / "letter.txt", out.with_name("link")):
        if other.name == "link":
            other.symlink_to(out)
        with pytest.raises(BadInputError, match="no folder"):
            folder.put(other, NEW, dated=DAY)


def test_what_was_changed_by_hand_is_not_ours_any_more(out: Path) -> None:
    """Its work would be lost; a link in the place of a file would lead elsewhere."""
    folder.put(out, OLD, dated=DAY)
    (out / "a.html").write_text("better")
    with pytest.raises(BadInputError, match="changed since"):
        folder.put(out, NEW, dated=DAY)
    (out / "a.html").unlink()
    (out / "a.html").symlink_to(out / "index.txt")
    with pytest.raises(BadInputError, match="changed since"):
        folder.put(out, NEW, dated=DAY)


def test_signatures_stay_with_what_they_sign(out: Path) -> None:
    """As long as it is the same; a signature of an older index would only mislead."""
    folder.put(out, OLD, dated=DAY)
    (out / "index.txt.vera.sig").write_bytes(b"S")
    (out / "heartbeat.txt.vera.minisig").write_bytes(b"M")
    later = {**OLD, manifest.HEARTBEAT: b"later"}
    assert folder.put(out, later, dated=DAY)
    assert held(out) == {**later, "index.txt.vera.sig": b"S"}
    assert folder.put(out, NEW, dated=DAY)
    assert held(out) == NEW


class Cut(BaseException):
    """The end of a process, as far as files go."""


@pytest.mark.parametrize("step", ["write_bytes", "utime", "sync", "_exchange"])
def test_a_crash_leaves_the_old_one_whole(out: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """At whatever step it comes; the next run then succeeds."""
    folder.put(out, OLD, dated=DAY)

    def cut(*_: object, **__: object) -> None:
        raise Cut

    with monkeypatch.context() as patch:
        owner = {"write_bytes": Path, "utime": os, "sync": os, "_exchange": folder}[step]
        patch.setattr(owner, step, cut)
        with pytest.raises(Cut):
            folder.put(out, NEW, dated=DAY)
    assert held(out) == OLD
    assert folder.put(out, NEW, dated=DAY)
    assert held(out) == NEW


def test_file_systems_that_cannot_exchange_do_as_well(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old one steps aside for a moment."""
    folder.put(out, OLD, dated=DAY)
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: object())
    assert folder.put(out, NEW, dated=DAY)
    assert held(out) == NEW
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_a_missing_parent_is_named(out: Path) -> None:
    """A slip in a path makes no new folders."""
    with pytest.raises(BadInputError, match="no such folder"):
        folder.put(out / "a" / "b", NEW, dated=DAY)


def test_where_nothing_can_be_written() -> None:
    """A folder that takes no files is one clear line, not a bug."""
    with pytest.raises(BadInputError, match="cannot be written") as caught:
        folder.put(Path("/proc/mirror"), NEW, dated=DAY)
    assert caught.value.hint
