"""A whole Handbill in a test: sealed store, chat application and sandbox, over real HTTP, in one process."""

import asyncio
import base64
import io
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from bot.actions.organisers import Organisers
from bot.actions.reading import Reading
from bot.chat.application import Application
from bot.config import Config, load
from bot.domain.organiser import Role
from bot.observability.logs import Log
from bot.sandbox import Limits, Person, Sandbox, World
from bot.store import Store
from bot.vault import totp
from bot.vault.vault import Vault
from tests.support.clock import RealClock, StoryClock

TOKEN = "1234567890:" + "A" * 35
STATEMENTS = Path(__file__).parents[2] / "statements"


@dataclass
class House:
    """One running bot and the world around it."""

    sandbox: Sandbox
    world: World
    store: Store
    clock: StoryClock | RealClock
    config: Config
    application: Application
    log: io.StringIO
    secrets: dict[int, bytes] = field(default_factory=dict)

    async def organiser(self, name: str, role: Role = Role.AUTHOR, language: str = "en") -> Person:
        """Somebody who went through enrolment as far as the six digits."""
        person = self.world.person(name, language=language)
        await self.enrols(person, name, role)
        return person

    async def enrols(self, person: Person, name: str, role: Role = Role.AUTHOR) -> None:
        """Invited at the terminal, the person sends the code and the digits."""
        organisers = Organisers(
            clock=self.clock, random=os.urandom, approvals=self.config.publishing.approvals
        )
        async with self.store.begin() as tx:
            invited = await organisers.invite(tx, name, role)
        self.secrets[person.id] = secret_of(invited.totp_uri)
        await person.says(f"/start {invited.code}")
        await person.hears()
        await person.says(self.code(person))
        await person.hears()

    def code(self, person: Person) -> str:
        """What the person's authenticator shows: a fresh code, because a minute passes first."""
        self.clock.forward(minutes=1)
        return totp.code(self.secrets[person.id], self.clock.now())

    async def imports(self, *folders: str) -> None:
        """The keeper imports the statements of this repository."""
        paths = sorted(
            path for name in folders for path in (STATEMENTS / name).glob("*.md") if path.name != "README.md"
        )
        reading = Reading(clock=self.clock, random=os.urandom)
        async with self.store.begin() as tx:
            await reading.import_files(tx, [(str(path), path.read_bytes()) for path in paths])


def secret_of(uri: str) -> bytes:
    """The secret in an otpauth address."""
    text = parse_qs(urlsplit(uri).query)["secret"][0]
    return base64.b32decode(text + "=" * (-len(text) % 8))


def settings(home: Path, url: str, **environment: str) -> Config:
    """The settings of a home, with a short cool-down."""
    values = {
        "HANDBILL_HOME": str(home),
        "HANDBILL_TELEGRAM__API_URL": url,
        "HANDBILL_PUBLISHING__COOLDOWN_SECONDS": "1",
    }
    return load(values | environment)


def new_vault(home: Path) -> Vault:
    """A small vault: fast to make, real in everything else."""
    home.mkdir(mode=0o700, exist_ok=True)
    key = Vault.create_home(
        home,
        "a passphrase of six different words",
        random=os.urandom,
        kdf_memory_mib=8,
        kdf_time=1,
        kdf_lanes=1,
    )
    return Vault.unlock(home, key, random=os.urandom)


@asynccontextmanager
async def open_house(
    home: Path,
    *,
    limits: Limits | None = None,
    clock: StoryClock | RealClock | None = None,
    **environment: str,
) -> AsyncIterator[House]:
    """Start everything; at the end stop it, and let nothing be left over."""
    clock = clock or StoryClock()
    log = io.StringIO()
    keeper = asyncio.create_task(clock.keep(), name="story clock")
    try:
        async with Sandbox.start(
            limits=limits or Limits.off(), now=clock.monotonic, wall=clock.wall
        ) as sandbox:
            sandbox.world.bot(TOKEN)
            config = settings(home, sandbox.url, **environment)
            vault = new_vault(home)
            store = await Store.open(config.database, vault, random=os.urandom, clock=clock)
            application = Application(
                config=config,
                store=store,
                token=TOKEN,
                clock=clock,
                random=os.urandom,
                log=Log(log, now=clock.now),
            )
            identity = await application.identify()
            running = asyncio.create_task(application.run(lambda _: None, identity), name="application")
            try:
                await sandbox.world.listening()
                yield House(
                    sandbox=sandbox,
                    world=sandbox.world,
                    store=store,
                    clock=clock,
                    config=config,
                    application=application,
                    log=log,
                )
            finally:
                running.cancel()
                await asyncio.wait({running})
                await application.close()
                await store.close()
            if not running.cancelled():
                running.result()
    finally:
        keeper.cancel()
