"""`handbill organisers`: invite somebody in person, and see who is one."""

import io
from pathlib import Path

import msgspec
import typer

from bot.cli import access
from bot.cli.terminal import Terminal, of
from bot.control.messages import (
    Invitation,
    Invite,
    ListOrganisers,
    RemoveOrganiser,
    Roster,
    UnfreezeOrganiser,
)
from bot.domain.organiser import Role
from bot.errors import NetworkError


def add_to(app: typer.Typer) -> None:
    """Add the noun."""
    organisers = typer.Typer(help="Who may publish and approve.", no_args_is_help=True)
    organisers.command("invite")(invite)
    organisers.command("list")(show)
    organisers.command("remove")(remove)
    organisers.command("unfreeze")(unfreeze)
    app.add_typer(organisers, name="organisers")


def invite(
    context: typer.Context,
    name: str = typer.Option(..., "--name", help="What the other organisers will call them."),
    role: Role = typer.Option(Role.AUTHOR, "--role", help="What they may do."),
    as_json: bool = typer.Option(False, "--json", help="One line of JSON."),
    passphrase_file: list[Path] | None = access.PassphraseFile,
    unlock_fd: list[int] | None = access.UnlockFd,
) -> None:
    """Make a way in for one organiser: to be handed over in person, within 30 minutes."""
    terminal = of(context)
    config = access.configured(terminal)
    request = Invite(name=name, role=role)
    answer = access.ask(terminal, config, request, access.source(passphrase_file, unlock_fd))
    if not isinstance(answer, Invitation):
        raise _other_version()
    if as_json:
        terminal.json(
            {"link": answer.link, "code": answer.code, "totp_uri": answer.totp_uri, "expires": answer.expires}
        )
    else:
        _hand_over(terminal, answer)


def show(
    context: typer.Context,
    as_json: bool = typer.Option(False, "--json", help="One line of JSON."),
    passphrase_file: list[Path] | None = access.PassphraseFile,
    unlock_fd: list[int] | None = access.UnlockFd,
) -> None:
    """Show the organisers by name, role and standing."""
    terminal = of(context)
    config = access.configured(terminal)
    answer = access.ask(terminal, config, ListOrganisers(), access.source(passphrase_file, unlock_fd))
    if not isinstance(answer, Roster):
        raise _other_version()
    if as_json:
        terminal.json({"organisers": msgspec.to_builtins(answer.organisers)})
        return
    for line in answer.organisers:
        terminal.say(f"{line.name}  {line.role}  {line.standing}  since {line.since}")
    if not answer.organisers:
        terminal.note("There is no organiser yet: `handbill organisers invite`.")


def remove(
    context: typer.Context,
    name: str = typer.Argument(help="As `organisers list` shows it."),
    passphrase_file: list[Path] | None = access.PassphraseFile,
    unlock_fd: list[int] | None = access.UnlockFd,
) -> None:
    """Propose that an organiser is removed. It is done once the others have agreed in chat, with codes."""
    terminal = of(context)
    config = access.configured(terminal)
    request = RemoveOrganiser(name=name)
    access.ask(terminal, config, request, access.source(passphrase_file, unlock_fd))
    terminal.say("proposed: the other organisers are asked in chat, for 24 hours")


def unfreeze(
    context: typer.Context,
    name: str = typer.Argument(help="As `organisers list` shows it."),
    passphrase_file: list[Path] | None = access.PassphraseFile,
    unlock_fd: list[int] | None = access.UnlockFd,
) -> None:
    """End one side of a freeze. It takes a passphrase, even while the service is unlocked."""
    terminal = of(context)
    config = access.configured(terminal)
    terminal.harden()
    key = access.master_key(terminal, config.home, access.source(passphrase_file, unlock_fd))
    access.ask_with(terminal, config, UnfreezeOrganiser(name=name, master_key=key), key)
    terminal.say("not suspended any more; the organisers are told")


def _hand_over(terminal: Terminal, answer: Invitation) -> None:
    """The two things a newcomer needs, as text and, on a terminal, as pictures to scan."""
    terminal.say("1. The secret for an authenticator app. Never send it through Telegram.")
    _picture(terminal, answer.totp_uri)
    terminal.say(answer.totp_uri)
    if answer.link:
        terminal.say("2. The way in, once the app shows six digits:")
        _picture(terminal, answer.link)
        terminal.say(answer.link)
    else:
        terminal.say("2. The way in: send this to the bot, once the app shows six digits:")
        terminal.say(f"/start {answer.code}")
    terminal.say(f"Both work once, until {answer.expires}.")


def _picture(terminal: Terminal, content: str) -> None:
    if not terminal.out.isatty():
        return
    import segno

    drawn = io.StringIO()
    segno.make(content, micro=False).terminal(out=drawn, compact=True)
    terminal.say(drawn.getvalue())


def _other_version() -> NetworkError:
    return NetworkError("the running service is of another version", hint="start it again")
