"""`handbill run`: the service, in the foreground, until SIGTERM or Ctrl-C."""

import asyncio
import gc
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from bot.cli import access
from bot.cli.terminal import Terminal, of
from bot.config import Config
from bot.control import home as homes
from bot.control.messages import Failure
from bot.control.wire import error
from bot.errors import Exit

if TYPE_CHECKING:
    from bot.observability.logs import Log


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(run)


def run(
    context: typer.Context,
    passphrase_file: list[Path] | None = access.PassphraseFile,
    unlock_fd: list[int] | None = access.UnlockFd,
) -> int:
    """Run the service. Without passphrases it starts locked and silent, until `handbill unlock`.

    They may also be systemd's credentials `handbill.passphrase` and `handbill.passphrase-2`.
    """
    terminal = of(context)
    config = access.configured(terminal)
    sources = access.source(passphrase_file, unlock_fd) or access.credentials(terminal)
    terminal.harden()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # until the service itself listens for it
    with homes.only_one(config.home):
        key = derive(terminal, config.home, sources) if sources else None
        return live(terminal, config, key)


def spare_collector() -> None:
    """Let the collector of cycles pass over what was imported, and look less often at the rest.

    Going through all of it held the event loop for 80 ms at a time (ARCHITECTURE, Measured).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 50, 100)


def live(terminal: Terminal, config: Config, master_key: bytes | None) -> int:
    """Run a service until SIGTERM (0) or Ctrl-C (130).

    With a master key it starts unlocked, and what is wrong then ends it at once: TokenError,
    DamagedVaultError, NewerDatabaseError. Only a missing network does not.
    """
    from bot.app import Service

    return foreground(
        terminal,
        config,
        lambda log: Service(config=config, clock=terminal.clock, random=terminal.random, log=log).run(
            master_key
        ),
    )


def foreground(
    terminal: Terminal, config: Config, begin: "Callable[[Log], Coroutine[Any, Any, None]]"
) -> int:
    """Run something to its end, SIGTERM (0) or Ctrl-C (130), with its log on stderr."""
    import uvloop

    from bot.observability import logs

    spare_collector()
    log = logs.Log(terminal.err, now=terminal.clock.now, form=config.logs.format)
    signalled: list[float] = []

    def stopping() -> None:
        signalled.append(terminal.clock.monotonic())
        log.info("service.stopping")

    with logs.install(log), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        code = runner.run(until_signal(begin(log), stopping))
        for moment in signalled:
            log.info("service.stopped", seconds=round(terminal.clock.monotonic() - moment, 2))
        return code


async def until_signal(
    service: Coroutine[Any, Any, None], stopping: Callable[[], None] = lambda: None
) -> Exit:
    """The first signal calls `stopping` and cancels the service; further ones do not disturb its ending."""
    ended: list[Exit] = []
    main = asyncio.current_task()

    def end(code: Exit) -> None:
        if not ended and main:
            ended.append(code)
            stopping()
            main.cancel()

    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, end, Exit.OK)
    loop.add_signal_handler(signal.SIGHUP, end, Exit.OK)
    loop.add_signal_handler(signal.SIGINT, end, Exit.INTERRUPTED)
    with suppress(asyncio.CancelledError):
        await service
    return ended[0] if ended else Exit.OK


def derive(terminal: Terminal, home: Path, sources: access.Sources) -> bytes:
    """The master key, from a short-lived child: no passphrase ever enters this process."""
    options = [
        part
        for source in sources
        for part in ("--passphrase-fd" if isinstance(source, int) else "--passphrase-file", str(source))
    ]
    descriptors = [source for source in sources if isinstance(source, int)]
    with terminal.working("deriving keys"):
        child = subprocess.run(  # noqa: S603 - our own interpreter and our own module
            [sys.executable, "-m", "bot.vault.derive", "--home", str(home), *options],
            pass_fds=descriptors,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    for descriptor in set(descriptors):
        if descriptor > sys.stderr.fileno():
            os.close(descriptor)  # what was read once could be read again
    if child.returncode or len(child.stdout) != 32:  # noqa: PLR2004 - a master key
        message, _, hint = child.stderr.decode("utf-8", "replace").strip().partition("; ")
        raise error(Failure(exit=child.returncode, message=message or "no keys were derived", hint=hint))
    return child.stdout
