"""`handbill token set`: after the token was renewed at BotFather."""

from pathlib import Path

import typer

from bot.cli import access
from bot.cli.terminal import of
from bot.control.messages import SetToken


def add_to(app: typer.Typer) -> None:
    """Add the noun."""
    token = typer.Typer(help="The bot's token.", no_args_is_help=True)
    token.command("set")(set_token)
    app.add_typer(token, name="token")


def set_token(
    context: typer.Context,
    token_file: Path | None = typer.Option(
        None, "--token-file", metavar="FILE", help="The new token, as BotFather gave it.", show_default=False
    ),
    new_bot: bool = typer.Option(
        False, "--new-bot", help="It is another bot; whatever is unfinished is held."
    ),
    passphrase_file: list[Path] | None = access.PassphraseFile,
    unlock_fd: list[int] | None = access.UnlockFd,
) -> None:
    """Seal another token of the same bot."""
    terminal = of(context)
    config = access.configured(terminal)
    from bot.control.desk import read_token

    given = (
        access.content(token_file, 400, "token")
        if token_file
        else terminal.ask_secret("Token from BotFather (it is not shown): ").encode()
    )
    request = SetToken(token=read_token(given), new_bot=new_bot)
    access.ask(terminal, config, request, access.source(passphrase_file, unlock_fd))
    terminal.say("token sealed")
