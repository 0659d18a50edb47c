"""What `make run` shows without a home: the sandbox, a bot in a throw-away home, and a short story in it.

People in the sandbox do what people do; each message is printed as its reader sees it. Everything is real
except Telegram: the vault, the database, the codes, HTTP. The home is `.sandbox` in this folder, made anew
each time; your own home is never touched.
"""

import asyncio
import base64
import shutil
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from bot.app import Service
from bot.cli.terminal import Terminal
from bot.config import Config, load
from bot.control import home as homes
from bot.control.founding import make_home
from bot.control.messages import AskStatus, ImportStatements, Invitation, Invite, State, Status
from bot.control.signing import File
from bot.domain.organiser import Role
from bot.errors import BadInputError, NetworkError
from bot.library import shelf
from bot.observability.logs import Log, install
from bot.sandbox import Group, Message, Person, Sandbox, World
from bot.vault import passphrase, totp
from bot.vault.vault import Vault

HOME = Path(".sandbox")
TOKEN = "8100000001:sandbox-token-that-opens-nothing-real"  # noqa: S105 - a token for the sandbox alone
KDF_MEMORY = 8
"""MiB; a home that protects nothing may be quick to open."""

WORKSHOP = Path(__file__).parents[2] / "statements"
WIDTH = 88
SETTINGS = {"cooldown_seconds": "1", "approvals": "1"}


async def tell(terminal: Terminal, port: int) -> None:
    """Start everything, tell the story, stay up until cancelled. OSError when the port is taken."""
    async with Sandbox.start(port=port) as sandbox:
        config, key = await _new_home(terminal, sandbox.url)
        with homes.only_one(HOME), _private("handbill.log").open("w", encoding="utf-8") as file:
            log = Log(file, now=terminal.clock.now)
            service = Service(config=config, clock=terminal.clock, random=terminal.random, log=log)
            sandbox.world.bot(TOKEN)
            with install(log):
                running = asyncio.create_task(service.run(key), name="service")
                story = asyncio.create_task(_tell(terminal, sandbox, service), name="story")
                try:
                    await asyncio.wait({story, running}, return_when=asyncio.FIRST_COMPLETED)
                    await (running if running.done() else story)
                    await running
                finally:
                    story.cancel()
                    running.cancel()
                    await asyncio.wait({story, running})


async def _new_home(terminal: Terminal, url: str) -> tuple[Config, bytes]:
    """A home with a one-second cool-down; its passphrase lies inside, because nothing in it is secret."""
    _clear()
    environment = {"HANDBILL_HOME": str(HOME)}
    words = passphrase.generate(terminal.random)
    await make_home(
        load(environment),
        TOKEN,
        [words],
        kdf_memory_mib=KDF_MEMORY,
        clock=terminal.clock,
        random=terminal.random,
    )
    _write(words, {**SETTINGS, "api_url": f'"{url}"'})
    return load(environment), Vault.open_home(HOME, words)


def _clear() -> None:
    if HOME.is_symlink():
        raise BadInputError(".sandbox is a link", hint="remove it: the folder is made anew each time")
    if homes.is_taken(HOME):
        raise NetworkError("another handbill is running in .sandbox", hint="end it with Ctrl-C first")
    shutil.rmtree(HOME, ignore_errors=True)


def _write(words: str, values: Mapping[str, str]) -> None:
    """The passphrase, and the settings that differ from their defaults."""
    _private("passphrase").write_text(words + "\n", encoding="utf-8")
    file = HOME / "config.toml"
    lines = file.read_text(encoding="utf-8").splitlines()
    changed = [
        f"{name} = {values[name]}" if (name := line.partition(" = ")[0]) in values else line for line in lines
    ]
    file.write_text("\n".join(changed) + "\n", encoding="utf-8")


def _private(name: str) -> Path:
    """A file like every other in a home, its owner's alone, so that `doctor` has nothing to say about it."""
    file = HOME / name
    file.touch(mode=0o600)
    return file


async def _tell(terminal: Terminal, sandbox: Sandbox, service: Service) -> None:
    started = time.monotonic()
    await _Story(terminal, sandbox.world, service).run()
    terminal.say(f"\nThat took {time.monotonic() - started:.0f} s. Everything is still running.\n")
    terminal.say(f"  to talk to it, open      {sandbox.url}/  (over HTTP: bot/sandbox/README.md)")
    terminal.say(f"  the bot's home           {HOME}/  (log: {HOME}/handbill.log)")
    terminal.say("\nOr go on in another terminal:\n")
    terminal.say(f"  HANDBILL_HOME={HOME} .venv/bin/handbill status")
    terminal.say(f"  HANDBILL_HOME={HOME} .venv/bin/handbill organisers invite --name Vera --role approver")
    for person in sandbox.world.people.values():
        talk = f'{sandbox.url}/world/chats/{person.id}/say -d \'{{"text": "/latest"}}\''
        terminal.say(f"  curl {talk}  # as {person.name}")
    terminal.say(f"  curl {sandbox.url}/world/people  # everybody; add /world/chats/ID/messages to read")
    terminal.say("\nCtrl-C ends it.")


class _Story:
    """Two readers, a group, an organiser, one broadcast."""

    def __init__(self, terminal: Terminal, world: World, service: Service) -> None:
        self._terminal = terminal
        self._console = Console(file=terminal.out, width=WIDTH, highlight=False)
        self._world = world
        self._service = service

    async def run(self) -> None:
        """From the first /start to the report."""
        await self._import()
        await self._world.listening()
        alice, boris = self._world.person("Alice", language="en"), self._world.person("Boris", language="ru")
        olga = self._world.person("Olga", language="en")
        depot = self._world.group("Depot 3", admin=alice)
        self._chapter("Two people and a group subscribe")
        await depot.add_bot(by=alice)
        self._show(depot, await depot.hears())
        await self._subscribe(alice, "Subscribe")
        await self._subscribe(boris, "Подписаться")
        await self._subscribe_group(depot, alice)
        self._chapter("An organiser enrols: a code handed over in person, and six digits")
        secret = await self._enrol(olga)
        self._chapter("She broadcasts, and everybody gets it in their own language")
        await self._broadcast(olga, secret)
        for reader in (alice, boris, depot):
            self._show(reader, await reader.hears("Update ·"))
        self._show(olga, await olga.hears("Report"))
        self._chapter("Boris asks for the latest statement")
        await self._says(boris, "/latest")
        self._show(boris, await boris.hears("№"))

    async def _import(self) -> None:
        """The keeper fills the shelf."""
        names = shelf.find([WORKSHOP])
        files = [File(name=f"{path.parent.name}/{path.name}", data=path.read_bytes()) for path in names]
        while not await self._is_unlocked():
            await self._terminal.clock.sleep(0.02)
        await self._service.answer(ImportStatements(files=tuple(files)))

    async def _is_unlocked(self) -> bool:
        status = await self._service.answer(AskStatus())
        return isinstance(status, Status) and status.state is not State.LOCKED

    async def _subscribe(self, person: Person, label: str) -> None:
        await self._says(person, "/start")
        self._show(person, await person.hears())
        self._act(person, f"presses [ {label} ]")
        await person.presses(label)
        self._show(person, await person.hears())

    async def _subscribe_group(self, group: Group, admin: Person) -> None:
        command = f"/subscribe@{self._world.bot_username}"
        self._act(admin, f"in {group.title}: {command}")
        await admin.says(command, chat=group)
        self._show(group, await group.hears())

    async def _enrol(self, olga: Person) -> bytes:
        """The code of the step before this one is used, so that the next thing has a fresh one at once."""
        invited = await self._service.answer(Invite(name="Olga", role=Role.AUTHOR))
        if not isinstance(invited, Invitation):
            raise TypeError
        self._act("the keeper", "handbill organisers invite --name Olga --role author")
        await self._says(olga, f"/start {invited.code}")
        self._show(olga, await olga.hears())
        text = parse_qs(urlsplit(invited.totp_uri).query)["secret"][0]
        secret = base64.b32decode(text + "=" * (-len(text) % 8))
        await self._digits(
            olga, totp.code(secret, self._terminal.clock.now() - timedelta(seconds=totp.PERIOD))
        )
        self._show(olga, await olga.hears())
        return secret

    async def _broadcast(self, olga: Person, secret: bytes) -> None:
        text = (
            "The depot meeting is tonight at six, gate 2. Bring a colleague."
            "\n== ru ==\nСобрание в депо сегодня в шесть, ворота 2. Приведите коллегу."  # noqa: RUF001 - Russian
        )
        await self._says(olga, f"/broadcast {text}")
        for part in ("gate 2", "ворота 2", "Fingerprint"):
            self._show(olga, await olga.hears(part))
        self._act(olga, "presses [ Send ]")
        await olga.presses("Send")
        self._show(olga, await olga.hears())
        await self._digits(olga, totp.code(secret, self._terminal.clock.now()))
        self._show(olga, await olga.hears("Starts in"))

    async def _says(self, person: Person, text: str) -> None:
        self._act(person, text)
        await person.says(text)

    async def _digits(self, person: Person, digits: str) -> None:
        self._act(person, f"{digits}  (the bot deletes this message)")
        await person.says(digits)

    def _chapter(self, title: str) -> None:
        self._console.print()
        self._console.rule(f"[bold]{title}", align="left")

    def _act(self, who: Person | str, what: str) -> None:
        name = who if isinstance(who, str) else who.name
        self._console.print(Text(f"{name}: {what}", style="cyan"))

    def _show(self, reader: Person | Group, message: Message) -> None:
        title = reader.name if isinstance(reader, Person) else reader.title
        self._console.print(Panel(Text(message.render()), title=f"{title} reads", title_align="left"))
