"""The command `handbill`: every noun put together, and what becomes of errors.

The only place of the terminal where errors are caught: one line, a hint, and an exit code that scripts can
rely on (bot.errors.Exit). An error nobody foresaw shows its class and place, never its text.
"""

import errno
import os
import re
import sys
from collections.abc import Sequence

import typer
from typer.exceptions import Abort, TyperException

from bot.cli import (
    audit,
    backup,
    database,
    doctor,
    init,
    locking,
    mirror,
    organisers,
    panic,
    paper,
    run,
    sandbox,
    schedule,
    signers,
    slots,
    statements,
    status,
    token,
    worker,
)
from bot.cli.terminal import Terminal
from bot.clock import SystemClock
from bot.errors import BadInputError, Exit, HandbillError, UsageError
from bot.observability.logs import place

_NO_COMMAND = re.compile(r"No such command '([a-z-]{1,20})'\.")
_OF_DISKS = (errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG)
_VALUE = re.compile(r"'([a-z-]{1,20})'")


def main() -> None:
    """Run the command that was typed, and end with its exit code."""
    terminal = Terminal(
        environment=dict(os.environ), out=sys.stdout, err=sys.stderr, clock=SystemClock(), random=os.urandom
    )
    sys.exit(execute(sys.argv[1:], terminal))


def execute(arguments: Sequence[str], terminal: Terminal) -> int:
    """Run one command; returns its exit code."""
    try:
        ended = build()(list(arguments), prog_name="handbill", obj=terminal, standalone_mode=False)
    except HandbillError as error:
        terminal.failed(error)
        return error.exit_code
    except TyperException as error:
        terminal.failed(_usage(error))
        return Exit.USAGE
    except (Abort, KeyboardInterrupt):
        return Exit.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - what nobody foresaw may hold anything in its text
        if isinstance(error, OSError) and (foreseen := _of_files(error)):
            terminal.failed(foreseen)
            return foreseen.exit_code
        terminal.note(f"error: a bug in Handbill: {type(error).__name__} at {place(error.__traceback__)}")
        terminal.note("hint: report this line; it says nothing about anybody")
        return Exit.BUG
    return ended if isinstance(ended, int) else Exit.OK


def build() -> typer.Typer:
    """The command with all its nouns."""
    app = typer.Typer(
        name="handbill",
        help="Hand out statements and updates over Telegram; keep the list of readers sealed.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for noun in (
        init,
        run,
        worker,
        locking,
        status,
        token,
        slots,
        organisers,
        statements,
        signers,
        mirror,
        schedule,
        audit,
        paper,
        backup,
        database,
        panic,
        sandbox,
        doctor,
    ):
        noun.add_to(app)
    return app


def _of_files(error: OSError) -> BadInputError | None:
    """What is said of a file or disk that cannot be used; None for an error that is about something else."""
    named = error.filename if isinstance(error.filename, str) else ""
    if not named and error.errno not in _OF_DISKS:
        return None
    hint = "check the name, its owner, and that the disk has room"
    said = os.strerror(error.errno or 0)
    return BadInputError(f"{named}: {said}" if named else said, hint=hint)


def _usage(error: TyperException) -> UsageError:
    """What was typed may hold a secret in the wrong place: only options and plain words are repeated."""
    kind = type(error).__name__
    option = getattr(error, "option_name", "") or _parameter(error)
    said = {
        "NoSuchOption": f"there is no option {option.split('=')[0][:40]}",
        "MissingParameter": f"{option} is missing",
        "BadParameter": f"this value does not do for {option}",
        "BadOptionUsage": f"{option} is used in another way",
        "NoArgsIsHelpError": "a command is missing",
    }
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "handbill"
    unknown = _NO_COMMAND.fullmatch(error.message) if kind == "UsageError" else None
    message = f"there is no command {unknown[1]}" if unknown else "the command is used in another way"
    hint = _possible(error.message) if kind == "BadParameter" else ""
    return UsageError(said.get(kind, message), hint=hint or f"see `{command} --help`")


def _possible(message: str) -> str:
    """Which values would do, if the message ends with them; it begins with what was typed."""
    _, listed, values = message.rpartition(" is not one of ")
    if listed:
        return f"one of: {', '.join(_VALUE.findall(values))}"
    return "a day such as 2026-11-23" if " does not match the formats " in message else ""


def _parameter(error: TyperException) -> str:
    parameter = getattr(error, "param", None)
    return max(parameter.opts, key=len) if parameter else "it"


if __name__ == "__main__":
    main()
