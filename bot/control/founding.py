"""Making a home: its folder, settings, keys, and a database that holds the sealed token. Never online."""

from collections.abc import Callable, Sequence
from pathlib import Path

from bot import config as settings
from bot.clock import Clock
from bot.config import Config
from bot.control import home as homes
from bot.control.desk import Desk
from bot.control.messages import SetToken
from bot.errors import BadInputError, UsageError
from bot.store import Store, inspection
from bot.vault import keys
from bot.vault.vault import Vault

PAD = "shred.pad"
TIME, LANES = 3, 4
"""Passes and lanes of Argon2id (RFC 9106, section 4); the memory is the keeper's choice."""


def may_become_home(config: Config) -> None:
    """Raise UsageError where there is a home, or something left of one, already."""
    if homes.is_configured(config.home):
        raise UsageError("there is a home here already", hint="set HANDBILL_HOME to another folder")
    for path in _files(config):
        if path.exists():
            raise UsageError(
                f"there is a file {path.name} already, though no whole home",
                hint="set HANDBILL_HOME to another folder, or move the file away",
            )


async def make_home(
    config: Config,
    token: str,
    passphrases: Sequence[str],
    *,
    needed: int = 1,
    kdf_memory_mib: int,
    clock: Clock,
    random: Callable[[int], bytes],
) -> None:
    """Make everything, or leave nothing behind. The settings file comes last: with it the home is whole."""
    home = config.home
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        home.chmod(0o700)
    except OSError as error:
        raise BadInputError(
            f"the folder of the home cannot be made ({error.strerror})",
            hint="set HANDBILL_HOME to another folder",
        ) from None
    may_become_home(config)
    await _may_become_database(config)
    try:
        key = keys.create(
            home, passphrases, needed=needed, random=random, memory_mib=kdf_memory_mib, time=TIME, lanes=LANES
        )
        await _fill(config, token, key, clock=clock, random=random)
        file = home / settings.FILE
        file.touch(mode=0o600)
        made = settings.template(unlock=needed, encrypt_database=config.vault.encrypt_database)
        file.write_text(made, encoding="utf-8")
    except BaseException:
        for path in _files(config):
            path.unlink(missing_ok=True)
        raise


async def _may_become_database(config: Config) -> None:
    """Raise UsageError where a server's database holds a list already, NetworkError without the server."""
    if config.database_file is None and await inspection.in_use(config.database):
        raise UsageError(
            "the database holds the list of a home already",
            hint="make another one with `createdb`, and name it in HANDBILL_DATABASE_URL",
        )


def _files(config: Config) -> list[Path]:
    """All that is made, the settings first: whoever is interrupted leaves no home that looks whole."""
    made = [config.home / name for name in (settings.FILE, homes.KEYRING, PAD)]
    database = config.database_file
    ends = ("", "-wal", "-shm", "-journal")
    return [*made, *(database.with_name(f"{database.name}{end}") for end in ends)] if database else made


async def _fill(
    config: Config, token: str, key: bytes, *, clock: Clock, random: Callable[[int], bytes]
) -> None:
    vault = Vault.unlock(config.home, key, random=random)
    try:
        store = await Store.open(config.database, vault, random=random, clock=clock)
        try:
            desk = Desk(store=store, config=config, clock=clock, random=random)
            await desk.answer(SetToken(token=token))
        finally:
            await store.close()
    finally:
        vault.close()
