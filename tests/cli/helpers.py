"""Running the command as a keeper does: in this process where that is enough, else as one of its own."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.cli.main import execute
from bot.cli.terminal import Terminal
from bot.clock import SystemClock

TOKEN = "1234567890:AAcanaryCANARYcanaryCANARYcanaryCAN"
PASSPHRASE = "copper ladder violin meadow sturdy pickle"
HANDBILL = [sys.executable, "-m", "bot.cli.main"]
NO_TTY = Path("/nonexistent/tty")
FOREVER = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    def fails(self, code: int, *words: str) -> None:
        """One line that says what is wrong, one with a hint, and the exit code; nothing secret in either."""
        assert self.code == code, self.err
        error, hint, *rest = self.err.splitlines()[-2:]
        assert not rest
        assert error.startswith("error: ")
        assert hint.startswith("hint: ")
        assert len(hint) > len("hint: ")
        assert not [word for word in words if word not in self.err], self.err
        assert self.is_silent()

    def is_silent(self) -> bool:
        """Whether neither the token nor a passphrase shows."""
        return not any(secret in self.out + self.err for secret in (TOKEN, "canary", PASSPHRASE, "violin"))


@dataclass
class Keeper:
    """Somebody at the terminal, with a home and two files of secrets beside it."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    random: Callable[[int], bytes] = os.urandom

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def token_file(self) -> str:
        return self.file("token", TOKEN + "\n")

    @property
    def passphrase_file(self) -> str:
        return self.file("passphrase", PASSPHRASE + "\n")

    def file(self, name: str, text: str | bytes) -> str:
        path = self.folder / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return str(path)

    def names(self) -> dict[str, str]:
        """The environment: the machine's, without settings of whoever runs the tests."""
        machine = {name: value for name, value in os.environ.items() if not name.startswith("HANDBILL_")}
        return machine | {"HANDBILL_HOME": str(self.home)} | self.environment

    def types(self, *arguments: str, tty: Path = NO_TTY, out: io.StringIO | None = None) -> Ended:
        """Run a command in this process."""
        out, err = out or io.StringIO(), io.StringIO()
        terminal = Terminal(
            environment=self.names(),
            out=out,
            err=err,
            clock=SystemClock(),
            random=self.random,
            tty=tty,
            harden=lambda: None,
        )
        return Ended(code=execute(arguments, terminal), out=out.getvalue(), err=err.getvalue())

    def runs(self, *arguments: str, **options: Any) -> Ended:
        """Run a command as a process of its own, without a terminal."""
        done = subprocess.run(
            [*HANDBILL, *arguments],
            env=self.names(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=FOREVER,
            start_new_session=True,
            check=False,
            **options,
        )
        return Ended(code=done.returncode, out=done.stdout, err=done.stderr)

    def starts(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start a command that stays, such as `run`."""
        return subprocess.Popen(
            [*HANDBILL, *arguments],
            env=self.names(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def bytes_of_home(self) -> dict[str, bytes]:
        """Every file of the home: to see that nothing was lost."""
        return {path.name: path.read_bytes() for path in self.home.iterdir() if path.is_file()}
