"""A backup is two files for two places: the drill, and every way in which a pair of files is no backup."""

import asyncio
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.control.messages import Backup, Done, State
from bot.domain.broadcast import Reason
from bot.domain.broadcast import State as Stage
from bot.domain.contact import ChatId
from bot.sandbox import Limits, Sandbox
from tests.cli.helpers import Keeper
from tests.cli.test_census import lives, opened
from tests.cli.test_service import running
from tests.store.helpers import broadcast


@pytest.fixture
def pair(keeper: Keeper) -> tuple[Path, Path]:
    """A home with readers and something under way, backed up."""
    asyncio.run(lives(keeper))
    return backed_up(keeper, "one")


def backed_up(keeper: Keeper, name: str) -> tuple[Path, Path]:
    data, keys = keeper.folder / f"{name}.data", keeper.folder / f"{name}.keys"
    done = keeper.types(
        "backup", "--data", str(data), "--keys", str(keys), "--passphrase-file", keeper.passphrase_file
    )
    assert done.code == 0, done.err
    assert "cannot reach them" in done.err
    assert {path.stat().st_mode & 0o777 for path in (data, keys)} == {0o600}
    assert not (keeper.home / "backup.copy").exists()
    return data, keys


def another(keeper: Keeper) -> Keeper:
    """The same person on another machine, without a home."""
    folder = keeper.folder / "elsewhere"
    folder.mkdir(exist_ok=True)
    return Keeper(folder)


def restores(keeper: Keeper, data: Path, keys: Path) -> tuple[str, ...]:
    return ("restore", "--data", str(data), "--keys", str(keys), "--passphrase-file", keeper.passphrase_file)


def test_drill(keeper: Keeper, pair: tuple[Path, Path]) -> None:
    """From the two files another machine has the list; what was unfinished is held, and who left is back."""
    asyncio.run(leaves(keeper))
    newcomer = another(keeper)
    done = newcomer.types(*restores(newcomer, *pair))
    assert done.code == 0, done.err
    assert f"{datetime.now(UTC):%Y-%m-%d}" in done.out
    assert {path.name for path in newcomer.home.iterdir()} == {
        *("config.toml", "keyring.json", "shred.pad", "handbill.db", "census.mark"),
    }
    assert newcomer.types("doctor", "--json").json["checks"][0]["ok"]
    secret = ("--passphrase-file", newcomer.passphrase_file)
    assert newcomer.types("database", "check", *secret).code == 0
    asyncio.run(is_as_it_was(newcomer))


async def leaves(keeper: Keeper) -> None:
    async with opened(keeper) as store, store.begin() as tx:
        found = await tx.contacts.find(ChatId(1))
        assert found
        await tx.contacts.erase(found.id)


async def is_as_it_was(keeper: Keeper) -> None:
    async with opened(keeper) as store:
        async with store.read() as tx:
            assert await tx.contacts.estimate() == 8
            assert await tx.contacts.find(ChatId(1))
            (held,) = await tx.broadcasts.in_states(Stage.HELD)
            assert held.reason is Reason.RESTORED
            copied = await tx.restored.get()
        assert copied
        before = broadcast(Stage.DONE, created=copied.taken.replace(year=2000))
        after = broadcast(Stage.DONE, created=copied.since)
        to_groups = broadcast(Stage.DONE, created=copied.since, audience="groups")
        for one, told in ((before, False), (to_groups, False), (after, True)):
            async with store.begin() as tx:
                await tx.restored.told(one)
                assert (await tx.restored.get() is None) is told


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def last_byte(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def flipped(path: Path) -> None:
    found = bytearray(path.read_bytes())
    found[len(found) // 2] ^= 1
    path.write_bytes(found)


def without_the_last_piece(path: Path) -> None:
    """Cut exactly between two pieces."""
    found = path.read_bytes()
    at, ends = 32, []
    while at < len(found):
        at += 4 + int.from_bytes(found[at : at + 4], "big")
        ends.append(at)
    assert len(ends) > 1
    path.write_bytes(found[: ends[-2]])


def nothing(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("which", [0, 1], ids=["data", "keys"])
@pytest.mark.parametrize(
    ("harm", "code"), [(cut, 6), (last_byte, 6), (flipped, 6), (nothing, 10)], ids=lambda one: str(one)[:20]
)
def test_half_a_file(
    keeper: Keeper, pair: tuple[Path, Path], which: int, harm: Callable[[Path], None], code: int
) -> None:
    """A file that is not whole ends with one line, and nothing is written."""
    harm(pair[which])
    refused(keeper, pair, code)


def test_a_piece_less(keeper: Keeper, pair: tuple[Path, Path]) -> None:
    """A file that was cut between two pieces is not whole either."""
    without_the_last_piece(pair[0])
    refused(keeper, pair, 6)


@pytest.mark.parametrize("content", [b"", b"\0\0\0", bytes(4), b"\xff" * 40])
def test_forged_keys(keeper: Keeper, pair: tuple[Path, Path], content: bytes) -> None:
    """The sum over the keys needs no key, so anybody can write one; what it covers is read with care."""
    head = pair[1].read_bytes()[:32]
    pair[1].write_bytes(head + hashlib.sha256(content).digest() + content)
    refused(keeper, pair, 6)


def refused(keeper: Keeper, pair: tuple[Path, Path], code: int, *words: str) -> None:
    newcomer = another(keeper)
    newcomer.types(*restores(newcomer, *pair)).fails(code, *words)
    assert not newcomer.home.exists()


def test_wrong_files(keeper: Keeper, pair: tuple[Path, Path]) -> None:
    """Swapped files, files of two backups, other files and missing ones: one line and exit code 10."""
    other = backed_up(keeper, "other")
    refused(keeper, (pair[1], pair[0]), 10, "wrong way round")
    refused(keeper, (pair[0], other[1]), 10, "different backups")
    refused(keeper, (other[0], pair[1]), 10, "different backups")
    refused(keeper, (pair[0], pair[0]), 10, "not a backup")
    refused(keeper, (pair[0], keeper.folder / "none"), 10, "cannot be read")


def test_another_id(keeper: Keeper, pair: tuple[Path, Path]) -> None:
    """Who makes files of two backups look like one gets no further."""
    data, keys = backed_up(keeper, "other")
    found = bytearray(keys.read_bytes())
    found[16:32] = pair[0].read_bytes()[16:32]
    keys.write_bytes(found)
    assert another(keeper).types(*restores(keeper, pair[0], keys)).code == 0, "the same keys open both"
    found = bytearray(data.read_bytes())
    found[16:32] = pair[1].read_bytes()[16:32]
    data.write_bytes(found)
    third = Keeper(keeper.folder / "elsewhere", {"HANDBILL_HOME": str(keeper.folder / "third")})
    third.types(*restores(keeper, data, pair[1])).fails(6)
    assert not (keeper.folder / "third").exists()


def test_wrong_passphrase_and_full_home(keeper: Keeper, pair: tuple[Path, Path]) -> None:
    """A wrong passphrase leaves nothing behind; a home that is not empty is not touched."""
    newcomer = another(keeper)
    wrong = newcomer.file("wrong", "six other words that open nothing\n")
    newcomer.types(*restores(newcomer, *pair)[:-1], wrong).fails(5)
    assert not newcomer.home.exists()
    before = keeper.bytes_of_home()
    keeper.types(*restores(keeper, *pair)).fails(2, "not empty")
    assert keeper.bytes_of_home() == before


def test_nothing_is_overwritten(keeper: Keeper, pair: tuple[Path, Path]) -> None:
    """`backup` writes new files only, both or none."""
    secret = ("--passphrase-file", keeper.passphrase_file)
    fresh = keeper.folder / "fresh"
    before = pair[1].read_bytes()
    keeper.types("backup", "--data", str(fresh), "--keys", str(pair[1]), *secret).fails(10, "already")
    assert not fresh.exists()
    assert pair[1].read_bytes() == before
    keeper.types("backup", "--data", str(fresh), "--keys", str(fresh), *secret).fails(2, "same file")
    nowhere = keeper.folder / "no" / "folder"
    keeper.types("backup", "--data", str(fresh), "--keys", str(nowhere), *secret).fails(10, "cannot be")
    assert not fresh.exists()


async def test_while_it_runs(keeper: Keeper) -> None:
    """A backup is written by the running service, while people come and go."""
    data, keys = keeper.folder / "data", keeper.folder / "keys"
    async with (
        Sandbox.start(limits=Limits.off()) as sandbox,
        running(keeper, sandbox.url, unlocked=True) as found,
    ):
        await found.becomes(State.RUNNING)
        ann = sandbox.world.person("Ann")
        await ann.says("/subscribe")
        await ann.hears()
        backing = found.service.answer(Backup(data=str(data), keys=str(keys)))
        async with asyncio.TaskGroup() as group:
            done = group.create_task(backing)
            for name in ("Bert", "Dora"):
                await sandbox.world.person(name).says("/subscribe")
        assert done.result() == Done()
    newcomer = another(keeper)
    assert (await asyncio.to_thread(newcomer.types, *restores(newcomer, data, keys))).code == 0
    async with opened(newcomer) as store, store.read() as tx:
        assert 1 <= await tx.contacts.estimate() <= 3
