"""`handbill panic`: the keys go first, then all the rest, whatever state the home is in."""

import asyncio
import os
from pathlib import Path

import pytest

from bot.control import destroying
from bot.control.messages import Done, Invitation, Invite, Panic, State
from bot.domain.audit import Event
from bot.sandbox import Limits, Sandbox
from bot.vault.files import PAD_SIZE
from tests.cli.helpers import Keeper
from tests.cli.test_service import enrol, running
from tests.cli.test_watching import entries

YES = "--yes-destroy-everything"


def test_everything_goes(keeper: Keeper) -> None:
    """Nothing of the home is left, and what cannot be reached is said."""
    ended = keeper.types("panic", YES)
    assert ended.code == 0
    assert ended.out == "keys destroyed\nhome destroyed\n"
    assert "SSD" in ended.err
    assert "may itself be" in ended.err
    assert not keeper.home.exists()
    keeper.types("panic", YES).fails(3, "no home")


def test_keys_first(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pad and keyring are overwritten where they lie before they are removed, and before anything else."""
    written: list[tuple[str, int]] = []
    names = {path.stat().st_ino: path.name for path in keeper.home.iterdir()}
    real = os.fsync

    def watched(descriptor: int) -> None:
        found = os.fstat(descriptor)
        if found.st_ino in names:
            written.append((names[found.st_ino], found.st_size))
            assert (keeper.home / "handbill.db").exists()
        real(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    before = {name: (keeper.home / name).read_bytes() for name in ("shred.pad", "keyring.json")}
    kept = {name: (keeper.home / name).open("rb") for name in before}
    assert keeper.types("panic", YES).code == 0
    assert written[:2] == [("shred.pad", PAD_SIZE), ("keyring.json", len(before["keyring.json"]))]
    for name, file in kept.items():
        with file:
            left = file.read()
        assert len(left) == len(before[name])
        assert sum(one == other for one, other in zip(left, before[name], strict=True)) < len(left) / 16


def test_it_asks(keeper: Keeper) -> None:
    """Without somebody who types the words, nothing is touched."""
    before = keeper.bytes_of_home()
    keeper.types("panic").fails(4)
    assert keeper.bytes_of_home() == before


def test_a_broken_home(keeper: Keeper) -> None:
    """It works with settings that cannot be read, and where it was interrupted; strangers' files stay."""
    (keeper.home / "config.toml").write_text("nonsense")
    (keeper.home / "keyring.json").unlink()
    (keeper.home / ".shred.pad.new").write_bytes(b"half a pad")
    (keeper.home / "backup.copy").write_bytes(b"a copy that a kill left")
    (keeper.home / "holiday.jpg").write_bytes(b"not ours")
    ended = keeper.types("panic", YES)
    assert ended.code == 0
    assert "holiday.jpg" in ended.err
    assert [path.name for path in keeper.home.iterdir()] == ["holiday.jpg"]


@pytest.mark.parametrize("name", ["keyring.json", "shred.pad", "handbill.db", "census.mark", "config.toml"])
@pytest.mark.parametrize("kind", ["folder", "pipe", "link to nothing", "link to itself"])
def test_something_else_in_its_place(keeper: Keeper, name: str, kind: str) -> None:
    """Whatever stands where a file of ours should: it goes, and everything else goes all the same."""
    path = keeper.home / name
    path.unlink(missing_ok=True)
    if kind == "folder":
        path.mkdir()
        (path / "inside").write_bytes(b"something")
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("nowhere" if kind == "link to nothing" else name)
    assert keeper.types("panic", YES).code == 0
    assert not keeper.home.exists()


def test_a_key_that_stays(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a file of the keys cannot be removed all else goes, and that is said, with an exit code."""
    real = Path.unlink

    def refusing(path: Path, missing_ok: bool = False) -> None:
        if path.name == "shred.pad":
            raise PermissionError(1, "Operation not permitted")
        real(path, missing_ok=missing_ok)

    before = (keeper.home / "shred.pad").read_bytes()
    monkeypatch.setattr(Path, "unlink", refusing)
    done = keeper.types("panic", YES)
    done.fails(10, "shred.pad", "destroy the disk")
    assert "destroyed" not in done.out
    assert [path.name for path in keeper.home.iterdir()] == ["shred.pad"]
    assert (keeper.home / "shred.pad").read_bytes() != before, "it was overwritten"


def test_a_database_elsewhere(keeper: Keeper, tmp_path: Path) -> None:
    """An SQLite file outside the home goes as well."""
    elsewhere = tmp_path / "list.db"
    (keeper.home / "handbill.db").rename(elsewhere)
    keeper.environment["HANDBILL_DATABASE_URL"] = f"sqlite+aiosqlite:///{elsewhere}"
    assert keeper.types("panic", YES).code == 0
    assert not elsewhere.exists()


async def test_a_running_service(keeper: Keeper, sandbox_: Sandbox) -> None:
    """A service that runs tells the organisers, drops everything and ends."""
    ann = sandbox_.world.person("Ann")
    async with running(keeper, sandbox_.url, unlocked=True) as found:
        await found.becomes(State.RUNNING)
        invited = await found.service.answer(Invite(name="Ann", role="author"))
        assert isinstance(invited, Invitation)
        await enrol(found, ann, invited)
        assert destroying.destroy_keys(keeper.home, os.urandom)
        assert await found.service.answer(Panic()) == Done()
        await ann.hears("everything destroyed")
        while not found.task.done():
            await found.clock.sleep(0.01)
        assert found.task.cancelled()
    assert destroying.destroy_rest(keeper.home, None) == []
    assert not keeper.home.exists()


async def test_a_trace_where_the_tables_are_left(keeper: Keeper, sandbox_: Sandbox) -> None:
    """What is left of the tables says that it was destroyed: to those alone who have a copy of the keys."""
    keys = {name: (keeper.home / name).read_bytes() for name in ("shred.pad", "keyring.json")}
    async with running(keeper, sandbox_.url, unlocked=True) as found:
        await found.becomes(State.RUNNING)
        assert destroying.destroy_keys(keeper.home, os.urandom)
        assert await found.service.answer(Panic()) == Done()
        await asyncio.wait({found.task})
    for name, data in keys.items():
        (keeper.home / name).write_bytes(data)
    async with running(keeper, sandbox_.url, unlocked=True) as found:
        await found.becomes(State.RUNNING)
        events = [Event(line.event) for line in await entries(found)]
    assert events[-3:] == [Event.PANIC, Event.LOCKED, Event.UNLOCKED]


@pytest.fixture
async def sandbox_() -> object:
    async with Sandbox.start(limits=Limits.off()) as sandbox:
        yield sandbox


def test_a_real_service(keeper: Keeper) -> None:
    """The process of a locked service ends with 0, and leaves nothing in the home."""
    service = keeper.starts("run")
    try:
        while keeper.types("status", "--json").json["state"] != "locked":
            assert service.poll() is None
        assert keeper.runs("panic", YES).code == 0
        assert service.wait(30) == 0
        assert not keeper.home.exists()
    finally:
        service.kill()
        service.communicate()
