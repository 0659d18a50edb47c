"""A whole Handbill in a test: sealed store, chat application and sandbox, over real HTTP, in one process."""

import asyncio
import base64
import io
import os
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from bot.actions.organisers import Organisers
from bot.actions.shelving import Shelving
from bot.chat.application import Application
from bot.chat.flood import Limits as FloodLimits
from bot.chat.poller import PollState
from bot.clock import Clock
from bot.config import Config, load
from bot.domain.organiser import Role
from bot.i18n.translator import Translator
from bot.observability.logs import Log
from bot.sandbox import Limits, Message, Person, Sandbox, World
from bot.store import Store
from bot.vault import totp
from bot.vault.vault import Vault
from tests.support.clock import RealClock, StoryClock

TOKEN = "1234567890:" + "A" * 35
CODE_ASK = {"en": "Send the six digits", "ru": "Отправьте шесть цифр"}
PASSPHRASE = "a passphrase of six different words"
TALKATIVE = FloodLimits(at_once=1_000, in_all=10_000)
"""In a story no time passes between what people say, so they may say more than they could really."""

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
    states: list[PollState] = field(default_factory=list)
    """How the connection to Telegram stood, in order."""
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    secrets: dict[int, bytes] = field(default_factory=dict)
    pressed: set[tuple[int, int]] = field(default_factory=set)
    running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """The service runs, and has asked Telegram for updates."""
        identity = await self.application.identify()
        work = self.application.run(self._shown, identity)
        self.running = asyncio.create_task(work, name="application")
        await self.world.listening()

    def _shown(self, state: PollState) -> None:
        self.states.append(state)
        self.changed.set()

    async def becomes(self, state: PollState) -> None:
        """Wait until the connection stands so."""
        async with asyncio.timeout(30):
            while self.states[-1] is not state:
                self.changed.clear()
                await self.changed.wait()

    async def stop(self) -> None:
        """The service stops, as it does when its process is told to."""
        if self.running is not None:
            self.running.cancel()
            await asyncio.wait({self.running})
            if not self.running.cancelled():
                self.running.result()
        await self.application.close()

    async def restart(self) -> None:
        """The service starts anew, on the same home."""
        self.application = application_for(self.config, self.store, self.clock, self.log)
        await self.start()

    async def readers(self) -> int:
        """How many are on the list."""
        async with self.store.read() as tx:
            return await tx.contacts.estimate()

    async def organiser(self, name: str, role: Role = Role.AUTHOR, language: str = "en") -> Person:
        """Somebody who went through enrolment as far as the six digits."""
        person = self.world.person(name, language=language)
        await self.enrols(person, name, role)
        return person

    async def invites(self, person: Person, name: str, role: Role = Role.AUTHOR) -> str:
        """The code and the authenticator that the keeper gives somebody in person."""
        organisers = Organisers(
            clock=self.clock, random=os.urandom, approvals=self.config.publishing.approvals
        )
        async with self.store.begin() as tx:
            invited = await organisers.invite(tx, name, role)
        self.secrets[person.id] = secret_of(invited.totp_uri)
        return invited.code

    async def enrols(self, person: Person, name: str, role: Role = Role.AUTHOR) -> None:
        """Invited at the terminal, the person sends the code and the digits."""
        await person.says(f"/start {await self.invites(person, name, role)}")
        await person.hears()
        await person.says(self.code(person))
        await person.hears()

    async def team(self, *names: str, role: Role = Role.AUTHOR) -> list[Person]:
        """Organisers who are enrolled, each agreed to by as many of those before as it takes."""
        people: list[Person] = []
        for name in names:
            newcomer = await self.organiser(name, role if people else Role.AUTHOR)
            for approver in people[: max(1, self.config.publishing.approvals - 1)]:
                await self.confirms(approver, "Approve")
                await approver.hears("You have agreed")
            await newcomer.sees("You are enrolled")
            people.append(newcomer)
        for person in people:
            await self.deaf(person)
        return people

    async def confirms(self, person: Person, label: str) -> None:
        """Press a button that asks for a code, one that was not pressed before, and send the code."""

        def fresh() -> Message | None:
            shown = [m for m in person.messages if m.button(label) and (person.id, m.id) not in self.pressed]
            return shown[-1] if shown else None

        message = await self.world.until(fresh)
        self.pressed.add((person.id, message.id))
        await person.presses(label, on=message)
        await person.hears(CODE_ASK[person.peer.language or "en"])
        await person.says(self.code(person))

    async def broadcasts(self, author: Person, text: str) -> None:
        """An organiser writes, presses Send and sends the code; what follows is heard by the story."""
        await author.says(f"/broadcast {text}")
        await author.hears("Fingerprint")
        await self.confirms(author, "Send")

    async def silent(self) -> None:
        """Everything was heard, and every answer has left."""
        await self.world.settled()
        await self.application._outbox.settle()

    async def deaf(self, person: Person) -> None:
        """Whatever was on its way to this person is heard: an answer asked for now comes behind it."""
        await person.says("/help")
        await person.hears("/slogan")
        self.hush(person)

    def hush(self, person: Person) -> None:
        """What stands in the chat is heard; only what is new counts from now on."""
        person.chat.heard.update(message.id for message in person.inbox)

    def code(self, person: Person) -> str:
        """What the person's authenticator shows: a fresh code, because half a minute passes first."""
        self.clock.forward(seconds=totp.PERIOD)
        return totp.code(self.secrets[person.id], self.clock.now())

    async def imports(self, *folders: str) -> None:
        """The keeper imports the statements of this repository."""
        paths = sorted(
            path for name in folders for path in (STATEMENTS / name).glob("*.md") if path.name != "README.md"
        )
        shelving = Shelving(clock=self.clock)
        async with self.store.begin() as tx:
            await shelving.import_files(tx, [(str(path), path.read_bytes()) for path in paths])


def secret_of(uri: str) -> bytes:
    """The secret in an otpauth address."""
    text = parse_qs(urlsplit(uri).query)["secret"][0]
    return base64.b32decode(text + "=" * (-len(text) % 8))


def settings(home: Path, url: str, publishing: Mapping[str, str]) -> Config:
    """The settings of a home, with a short cool-down unless `publishing` says otherwise."""
    values = {"cooldown_seconds": "1"} | dict(publishing)
    environment = {f"HANDBILL_PUBLISHING__{name.upper()}": value for name, value in values.items()}
    return load({"HANDBILL_HOME": str(home), "HANDBILL_TELEGRAM__API_URL": url} | environment)


async def new_template(home: Path) -> Path:
    """A home with an empty database, to be copied."""
    store = await Store.open(
        settings(home, "http://127.0.0.1", {}).database, new_vault(home), random=os.urandom
    )
    await store.close()
    return home


def same_vault(home: Path) -> Vault:
    """The vault of a home that is there."""
    return Vault.unlock(home, Vault.open_home(home, PASSPHRASE), random=os.urandom)


def new_vault(home: Path) -> Vault:
    """A small vault: fast to make, real in everything else."""
    home.mkdir(mode=0o700, exist_ok=True)
    key = Vault.create_home(
        home,
        PASSPHRASE,
        random=os.urandom,
        kdf_memory_mib=8,
        kdf_time=1,
        kdf_lanes=1,
    )
    return Vault.unlock(home, key, random=os.urandom)


def application_for(
    config: Config,
    store: Store,
    clock: Clock,
    log: io.StringIO,
    *,
    translator: Translator | None = None,
    flood: FloodLimits = TALKATIVE,
) -> Application:
    """The chat application of a home."""
    return Application(
        config=config,
        store=store,
        token=TOKEN,
        clock=clock,
        random=os.urandom,
        log=Log(log, now=clock.now),
        translator=translator,
        limits=flood,
    )


@asynccontextmanager
async def open_house(
    home: Path,
    *,
    limits: Limits | None = None,
    clock: StoryClock | RealClock | None = None,
    translator: Translator | None = None,
    template: Path | None = None,
    publishing: Mapping[str, str] | None = None,
    flood: FloodLimits = TALKATIVE,
) -> AsyncIterator[House]:
    """Start everything; at the end stop it, and let nothing be left over.

    `template` is a home made by `new_template`, and `translator` one that has read its words: both save time.
    """
    clock = clock or StoryClock()
    log = io.StringIO()
    keeper = asyncio.create_task(clock.keep(), name="story clock")
    try:
        async with Sandbox.start(
            limits=limits or Limits.off(), now=clock.monotonic, wall=clock.wall
        ) as sandbox:
            queue = sandbox.world.bot(TOKEN).queue
            clock.unheard = lambda: bool(len(queue))
            config = settings(home, sandbox.url, publishing or {})
            if template:
                shutil.copytree(template, home)
            vault = same_vault(home) if template else new_vault(home)
            store = await Store.open(config.database, vault, random=os.urandom, clock=clock)
            house = House(
                sandbox=sandbox,
                world=sandbox.world,
                store=store,
                clock=clock,
                config=config,
                application=application_for(config, store, clock, log, translator=translator, flood=flood),
                log=log,
            )
            try:
                await house.start()
                yield house
            finally:
                await house.stop()
                await store.close()
    finally:
        keeper.cancel()
