"""Making a home from a backup: both files and a passphrase, into an empty folder. All or nothing.

Whatever was unfinished is held, and the next broadcast says that the list came from a copy. Never online.
"""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bot import config as settings
from bot.actions.holding import hold
from bot.clock import Clock
from bot.config import Config
from bot.control.home import KEYRING
from bot.domain.broadcast import Reason
from bot.errors import BadInputError, UsageError
from bot.store import Store
from bot.store.backup import Pair
from bot.store.encryption import is_plain
from bot.store.restored import Copied
from bot.vault.files import PAD
from bot.vault.mark import MARK, Mark
from bot.vault.vault import Vault

STAGE = ".restoring"
DATABASE = "handbill.db"


async def restore(
    config: Config,
    pair: Pair,
    master_key: Callable[[Path], bytes],
    *,
    clock: Clock,
    random: Callable[[int], bytes],
) -> datetime:
    """Put a backup into an empty home; returns when it was taken. Errors leave nothing behind.

    `master_key` asks for what opens the keys in a folder.
    """
    home = config.home
    if config.database_file != home.absolute() / DATABASE:
        raise UsageError(
            "a backup is restored into the home, and the database is elsewhere",
            hint="unset HANDBILL_DATABASE_URL",
        )
    fresh = not home.exists()
    if not fresh and any(home.iterdir()):
        raise UsageError("the home is not empty", hint="set HANDBILL_HOME to a new folder")
    stage = home / STAGE
    try:
        stage.mkdir(mode=0o700, parents=True)
        home.chmod(0o700)
        taken = await _stage(stage, pair, master_key, clock=clock, random=random)
        for name in (PAD, MARK, DATABASE, KEYRING, settings.FILE):  # with the last one the home is whole
            if (stage / name).exists():
                (stage / name).replace(home / name)
        stage.rmdir()
    except OSError as error:
        _clear(home, stage, fresh=fresh)
        raise BadInputError(
            f"the home cannot be written ({error.strerror})", hint="set HANDBILL_HOME to another folder"
        ) from None
    except BaseException:
        _clear(home, stage, fresh=fresh)
        raise
    return taken


async def _stage(
    stage: Path,
    pair: Pair,
    master_key: Callable[[Path], bytes],
    *,
    clock: Clock,
    random: Callable[[int], bytes],
) -> datetime:
    pair.write_keys(stage)
    vault = Vault.unlock(stage, master_key(stage), random=random)
    try:
        about = pair.write_database(vault, stage / DATABASE)
        kind = "aiosqlite" if is_plain(stage / DATABASE) else "sqlcipher"  # as the copy is, so it stays
        url = f"sqlite+{kind}:///{(stage / DATABASE).absolute()}"
        mark = Mark(stage, vault)
        store = await Store.open(url, vault, random=random, clock=clock, founded=True, mark=mark)
        try:
            await store.reckoning.compare()
            async with store.begin() as tx:
                await hold(tx, Reason.RESTORED, clock.now())
                await tx.restored.set(Copied(taken=about.taken, since=clock.now()))
        finally:
            await store.close()
    finally:
        vault.close()
    file = stage / settings.FILE
    file.touch(mode=0o600)
    file.write_text(about.settings, encoding="utf-8")
    return about.taken


def _clear(home: Path, stage: Path, *, fresh: bool) -> None:
    """Leave nothing behind, so that another try finds an empty home."""
    shutil.rmtree(stage, ignore_errors=True)
    for name in (settings.FILE, KEYRING, DATABASE, MARK, PAD):
        (home / name).unlink(missing_ok=True)
    if fresh and home.exists():
        home.rmdir()
