"""A keeper in a test: a machine with a home on it, the real command, and an authenticator program.

Everything the command writes lies below `machine`: home, temporary files, output, working folder. What the
keeper holds, token and passphrase, lies elsewhere. Time is real here, for the command runs by itself.
"""

import asyncio
import base64
import copy
import json
import secrets
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from bot.vault import passphrase as passphrases
from bot.vault import totp

COMMAND = Path(sys.executable).with_name("handbill")
MARGIN = 4.0
"""Seconds that a code may be under way."""


@dataclass(frozen=True, slots=True)
class Invited:
    """What a newcomer is given in person."""

    code: str = field(repr=False)
    secret: bytes = field(repr=False)


class Authenticator:
    """Shows codes, each step's once. In a hurry it shows the last step's and the next one's too."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._last = 0

    async def code(self) -> str:
        """Six digits that the bot will take; waits where the clock has to move on first."""
        number = self._last = self._next()
        await asyncio.sleep(max(0.0, (number - 1) * totp.PERIOD - time.time()))
        return totp.code(self._secret, datetime.fromtimestamp(number * totp.PERIOD, UTC))

    def _next(self) -> int:
        on_arrival = int(time.time() + MARGIN) // totp.PERIOD
        return max(self._last + 1, on_arrival - 1)


class Running:
    """A started service."""

    def __init__(self, process: Process) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        return self._process.pid

    async def kill(self) -> None:
        """As a power cut would: nothing can be done about it."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    async def stop(self) -> int:
        """As the system does it; the exit code."""
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        return await self._process.wait()


class Keeper:
    """Types the commands."""

    def __init__(self, folder: Path, url: str, *, token: str = "", **settings: str) -> None:
        """`settings` are environment variables without HANDBILL_."""
        self.token = token or f"{secrets.randbelow(10**9) + 6 * 10**9}:{secrets.token_urlsafe(26)}"
        self.passphrase = passphrases.generate(secrets.token_bytes)
        self.machine = folder / "machine"
        self.home = self.machine / "home"
        self.log = self.machine / "log"
        self._token_file = folder / "token"
        self.passphrase_file = folder / "passphrase"
        self._command = "run"
        self.environment = {"HANDBILL_HOME": str(self.home), "HANDBILL_TELEGRAM__API_URL": url} | {
            f"HANDBILL_{name}": value for name, value in settings.items()
        }
        self.environment |= {"TMPDIR": str(self.machine / "tmp"), "PATH": str(COMMAND.parent)}
        (self.machine / "tmp").mkdir(parents=True)
        self._token_file.write_text(self.token + "\n")
        self.passphrase_file.write_text(self.passphrase + "\n")

    async def init(self) -> None:
        """Make the home."""
        files = ("--token-file", str(self._token_file), "--passphrase-file", str(self.passphrase_file))
        await self.types("init", *files, "--kdf-memory", "8")

    async def run(self) -> Running:
        """Start the service; it may not be there yet when this returns."""
        with self.log.open("ab") as log:
            return Running(
                await asyncio.create_subprocess_exec(
                    COMMAND,
                    *self.running,
                    env=self.environment,
                    cwd=self.machine,
                    stdin=DEVNULL,
                    stdout=log,
                    stderr=log,
                )
            )

    def at(self, home: Path, **settings: str) -> "Keeper":
        """The same keeper at a copy of the home."""
        twin = copy.copy(self)
        twin.home = home
        twin.environment = self.environment | {f"HANDBILL_{name}": value for name, value in settings.items()}
        twin.environment["HANDBILL_HOME"] = str(home)
        return twin

    def beside(self, url: str) -> "Keeper":
        """The same keeper, who starts workers that reach Telegram by another way."""
        twin = self.at(self.home, TELEGRAM__API_URL=url)
        twin._command = "worker"
        return twin

    @property
    def running(self) -> tuple[str, ...]:
        """The arguments of `run` or `worker`."""
        return (self._command, "--passphrase-file", str(self.passphrase_file))

    async def invite(self, name: str, role: str = "author") -> Invited:
        """Invite an organiser through the running service. What is printed goes to nobody's log."""
        answer = json.loads(
            await self.types("organisers", "invite", "--name", name, "--role", role, "--json", kept=False)
        )
        secret = parse_qs(urlsplit(answer["totp_uri"]).query)["secret"][0]
        return Invited(answer["code"], base64.b32decode(secret + "=" * (-len(secret) % 8)))

    async def types(self, *arguments: str, kept: bool = True) -> str:
        """Run one command to its end; what it said on stdout. Its stderr, and if `kept` that, is logged."""
        with self.log.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                COMMAND,
                *arguments,
                env=self.environment,
                cwd=self.machine,
                stdin=DEVNULL,
                stdout=PIPE,
                stderr=log,
            )
            said, _ = await process.communicate()
            if kept:
                log.write(said)
        assert process.returncode == 0, f"`handbill {arguments[0]}` ended with {process.returncode}"
        return said.decode()
