"""`handbill worker`: one more process that delivers beside `handbill run`, until SIGTERM or Ctrl-C."""

import signal
import sys
from pathlib import Path

import typer

from bot.cli import access
from bot.cli.apart import apart
from bot.cli.run import derive, foreground
from bot.cli.terminal import of


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(worker)


def worker(
    context: typer.Context,
    passphrase_file: list[Path] | None = access.PassphraseFile,
    unlock_fd: list[int] | None = access.UnlockFd,
) -> int:
    """Deliver beside the unlocked service, from here too. Only where the list is on a PostgreSQL server."""
    from bot.worker import require_server, work

    terminal = of(context)
    config = access.configured(terminal)
    require_server(config)
    sources = access.source(passphrase_file, unlock_fd) or access.credentials(terminal)
    terminal.harden()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # until the worker itself listens for it
    if sources:
        key = derive(terminal, config.home, sources)
    else:
        key = apart(terminal, lambda: access.master_key(terminal, config.home, ()))
    return foreground(
        terminal,
        config,
        lambda log: work(config, key, clock=terminal.clock, random=terminal.random, log=log),
    )
