"""A home whose database is encrypted as a whole: every command of a keeper does what it always does."""

import asyncio
from pathlib import Path

import pytest

from bot.control.messages import State
from bot.sandbox import Limits, Sandbox
from bot.store import encryption
from tests.cli.helpers import Keeper
from tests.cli.test_backup import another, backed_up, is_as_it_was, restores
from tests.cli.test_census import lives
from tests.cli.test_service import running

SETTING = "HANDBILL_VAULT__ENCRYPT_DATABASE"


@pytest.fixture
def encrypted(newcomer: Keeper) -> Keeper:
    """A home that was made so; afterwards its settings say so by themselves."""
    newcomer.environment[SETTING] = "true"
    files = ["--token-file", newcomer.token_file, "--passphrase-file", newcomer.passphrase_file]
    assert newcomer.types("init", *files, "--kdf-memory", "8").code == 0
    del newcomer.environment[SETTING]
    return newcomer


def is_plain(keeper: Keeper) -> bool:
    return encryption.is_plain(keeper.home / "handbill.db")


def secret(keeper: Keeper) -> tuple[str, ...]:
    return ("--passphrase-file", keeper.passphrase_file)


def test_looked_at(encrypted: Keeper) -> None:
    """The settings say so; without keys its version does not show, and `doctor` finds that right."""
    assert "encrypt_database = true" in (encrypted.home / "config.toml").read_text()
    assert not is_plain(encrypted)
    assert encrypted.types("status", "--json").json["schema"] is None
    for ok, said in ((True, "encrypted"), (False, "missing")):
        done = encrypted.types("doctor", "--json").json["checks"]
        (database,) = [check for check in done if check["name"] == "database"]
        assert database["ok"] is ok
        assert said in database["hint"]
        (encrypted.home / "handbill.db").unlink(missing_ok=True)


def test_drill(encrypted: Keeper) -> None:
    """A backup of it is restored as it was, encrypted; in between nothing of it was plain."""
    asyncio.run(lives(encrypted))
    newcomer = another(encrypted)
    done = newcomer.types(*restores(newcomer, *backed_up(encrypted, "one")))
    assert done.code == 0, done.err
    assert not is_plain(newcomer)
    assert newcomer.types("database", "check", *secret(newcomer)).code == 0
    asyncio.run(is_as_it_was(newcomer))
    assert not is_plain(newcomer)


def test_rotated(encrypted: Keeper) -> None:
    """Another root key, and the list is the one that was written last."""
    asyncio.run(lives(encrypted))
    before = (encrypted.home / "handbill.db").read_bytes()
    for command in ("rotate", "check"):
        assert encrypted.types("database", command, *secret(encrypted)).code == 0
    assert (encrypted.home / "handbill.db").read_bytes()[4096:8192] != before[4096:8192]


def test_there_and_back(keeper: Keeper) -> None:
    """Whoever changes the setting gets the other kind of file with the next command that opens it.

    Until then `doctor` tells nobody to put a backup in its place.
    """
    asyncio.run(lives(keeper))
    file = keeper.home / "config.toml"
    text = file.read_text()
    for word, plain in (("true", False), ("false", True)):
        file.write_text(text.replace("encrypt_database = false", f"encrypt_database = {word}"))
        hints = [check["hint"] for check in keeper.types("doctor", "--json").json["checks"]]
        assert any("unlocking tells" in hint for hint in hints) is plain
        assert not any("put a backup" in hint for hint in hints)
        assert keeper.types("database", "check", *secret(keeper)).code == 0
        assert is_plain(keeper) is plain


def test_panic(encrypted: Keeper) -> None:
    """Nothing is left, not even what a killed change of the file left."""
    for end in encryption.DRAFTS:
        (encrypted.home / f"handbill.db{end}").write_bytes(b"half")
    assert encrypted.types("panic", "--yes-destroy-everything").code == 0
    assert not encrypted.home.exists()


def test_a_server(newcomer: Keeper) -> None:
    """Only a file can be encrypted so; nobody is left in the belief that a server's tables are."""
    newcomer.environment |= {SETTING: "true", "HANDBILL_DATABASE_URL": "postgresql+asyncpg://u@h/name"}
    newcomer.types("doctor", "--json")
    newcomer.types("status").fails(3, "encrypt_database", "SQLite")


async def test_a_day(encrypted: Keeper) -> None:
    """Somebody subscribes and is remembered over a restart; the file shows nothing at any time."""
    async with Sandbox.start(limits=Limits.off()) as sandbox:
        ann = sandbox.world.person("Ann")
        for said, answer in (("/subscribe", "subscribed"), ("/mydata", "This is all")):
            async with running(encrypted, sandbox.url, unlocked=True) as service:
                await service.becomes(State.RUNNING)
                await ann.says(said)
                assert answer in (await ann.hears()).text
                assert not is_plain(encrypted)
    assert shown(encrypted.home) == set()


def shown(home: Path) -> set[bytes]:
    """Which words of the tables stand in any file of the home."""
    content = b"".join(path.read_bytes() for path in home.iterdir())
    return {word for word in (b"CREATE TABLE", b"contacts", b"SQLite format") if word in content}
