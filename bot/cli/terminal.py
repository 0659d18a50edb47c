"""How the program speaks. Results go to stdout, prompts to the terminal itself, everything else to stderr.

One line each: no banners, no traces. What is typed at a prompt for a secret is not shown.
"""

import json
import os
import termios
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import typer

from bot.clock import Clock
from bot.control.process import harden
from bot.errors import BadInputError, HandbillError, LockedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """Everything a command is given by the outside world."""

    environment: Mapping[str, str]
    out: TextIO
    err: TextIO
    clock: Clock
    random: Callable[[int], bytes]
    tty: Path = Path("/dev/tty")
    harden: Callable[[], None] = harden
    """What the process does before it touches a secret; a test process does not."""

    def say(self, line: str) -> None:
        """A result, for people or scripts. Whoever stops reading (`| head`) has read enough."""
        try:
            self.out.write(line + "\n")
            self.out.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.out.fileno())

    def json(self, value: Any) -> None:
        """A result, for scripts: one line."""
        self.say(json.dumps(value, ensure_ascii=False))

    def note(self, line: str) -> None:
        """What is not a result."""
        self.err.write(line + "\n")
        self.err.flush()

    def failed(self, error: HandbillError) -> None:
        """An error: what is wrong, and what to do."""
        self.note(f"error: {error.message.removesuffix('.')}")
        if error.hint:
            self.note(f"hint: {error.hint.removesuffix('.')}")

    def has_tty(self) -> bool:
        """Whether somebody can be asked."""
        try:
            os.close(os.open(self.tty, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC))
        except OSError:
            return False
        return True

    def tell(self, line: str) -> None:
        """Show something on the terminal only, so that it ends in no file and no pipe."""
        with self._open_tty() as (reader, writer):
            del reader
            writer.write(line + "\n")

    def confirm(self, warning: str, phrase: str) -> None:
        """Go on only when somebody types these words. LockedError where nobody can be asked."""
        with self._open_tty() as (reader, writer):
            writer.write(f"{warning}\nType: {phrase}\n> ")
            writer.flush()
            typed = reader.readline()
        if " ".join(typed.split()) != phrase:
            raise BadInputError("that is something else", hint="nothing was done")

    def ask_secret(self, prompt: str) -> str:
        """What somebody types, unseen. Raises LockedError where nobody can be asked."""
        with self._open_tty() as (reader, writer), _unseen(reader):
            writer.write(prompt)
            writer.flush()
            line = reader.readline()
            writer.write("\n")
        if not line:
            raise KeyboardInterrupt
        return line.removesuffix("\n")

    @contextmanager
    def working(self, what: str) -> Iterator[None]:
        """Show that something longer is going on, where stderr is a terminal."""
        if not self.err.isatty():
            yield
            return
        from rich.console import Console

        with Console(file=self.err).status(what):
            yield

    @contextmanager
    def _open_tty(self) -> Iterator[tuple[TextIO, TextIO]]:
        try:
            descriptor = os.open(self.tty, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
        except OSError:
            raise LockedError(
                "this needs a secret, and there is no terminal to ask at",
                hint="give it with --passphrase-file, --unlock-fd or --token-file",
            ) from None
        with os.fdopen(descriptor) as reader, os.fdopen(os.dup(descriptor), "w") as writer:
            yield reader, writer


def of(context: typer.Context) -> Terminal:
    """The terminal that the running command was given."""
    found = context.find_object(Terminal)
    if found is None:
        raise RuntimeError("the command was not started by cli.main")
    return found


@contextmanager
def _unseen(reader: TextIO) -> Iterator[None]:
    """No echo while a secret is typed; what was typed before is thrown away."""
    before = termios.tcgetattr(reader)
    silent = [*before]
    silent[3] &= ~termios.ECHO
    termios.tcsetattr(reader, termios.TCSAFLUSH, silent)
    try:
        yield
    finally:
        termios.tcsetattr(reader, termios.TCSAFLUSH, before)
