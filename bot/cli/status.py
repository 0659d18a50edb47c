"""`handbill status`: how the service is. It needs no passphrase and changes nothing."""

import asyncio

import typer

from bot.cli.terminal import Terminal, of
from bot.config import Config, load
from bot.control import client
from bot.control import home as homes
from bot.control.messages import State, Status


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(status)


def status(
    context: typer.Context, as_json: bool = typer.Option(False, "--json", help="One line of JSON.")
) -> None:
    """Show how the service is."""
    terminal = of(context)
    found = look(load(terminal.environment))
    if as_json:
        terminal.json(
            {
                "state": found.state,
                "bot": found.bot,
                "schema": found.schema,
                "next_due": found.next_due,
                "broadcast": found.broadcast,
                "problems": list(found.problems),
            }
        )
    else:
        _show(terminal, found)


def look(config: Config) -> Status:
    """The service's own answer; without a service, what files and database tell."""
    if not homes.is_configured(config.home):
        return Status(state=State.NO_HOME)
    answer = client.status(config.home)
    if answer:
        return answer
    if homes.is_taken(config.home):
        return Status(state=State.STARTING)
    from bot.store import inspection

    return Status(state=State.STOPPED, schema=asyncio.run(inspection.look(config.database)).schema)


def _show(terminal: Terminal, found: Status) -> None:
    terminal.say(f"state: {found.state}")
    if found.bot:
        terminal.say(f"bot: @{found.bot}")
    if found.schema is not None:
        terminal.say(f"database: version {found.schema}")
    if found.broadcast:
        terminal.say(f"broadcast: {found.broadcast}")
    if found.next_due:
        terminal.say(f"next due: {found.next_due}")
    for problem in found.problems:
        terminal.say(f"problem: {problem}")
