"""`handbill sandbox`: a local stand-in for Telegram, to try everything without an account."""

import asyncio

import typer

from bot.cli.run import until_signal
from bot.cli.terminal import Terminal, of
from bot.errors import NetworkError


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(sandbox)


def sandbox(
    context: typer.Context,
    port: int = typer.Option(8081, "--port", min=0, max=65535, help="On this machine only."),
    story: bool = typer.Option(False, "--story", help="Start a bot too, and show what it does."),
) -> int:
    """Serve a local stand-in for Telegram until Ctrl-C."""
    terminal = of(context)
    try:
        return asyncio.run(until_signal(_tell(terminal, port) if story else _serve(terminal, port)))
    except OSError:
        again = "handbill sandbox --story" if story else "handbill sandbox"
        raise NetworkError(f"port {port} is taken", hint=f"choose another: `{again} --port N`") from None


async def _serve(terminal: Terminal, port: int) -> None:
    from bot.sandbox import Sandbox

    async with Sandbox.start(port=port) as running:
        terminal.say(f"Bot API and people: {running.url}")
        await asyncio.Event().wait()


async def _tell(terminal: Terminal, port: int) -> None:
    from bot.cli.story import tell

    await tell(terminal, port)
