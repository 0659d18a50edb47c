"""`handbill statements mail`: statements as files that any mail program opens. No home, and nothing is sent.

Everything is made before the first file is written; a file that is there already with other content stays.
"""

import re
from pathlib import Path

import typer

from bot.cli.terminal import of
from bot.errors import BadInputError, Exit

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_OUT = typer.Argument(..., metavar="OUT", help="The folder for the e-mails.")
_PATHS = typer.Argument(..., metavar="PATH…", help="Statement files, or folders of them.")
_WITHOUT = typer.Option([], "--without", metavar="N", help="A statement that was withdrawn.")
_SENDER = typer.Option("", "--from", metavar="ADDRESS", help="The sender; else an address that never exists.")


def mail(
    context: typer.Context,
    out: Path = _OUT,
    paths: list[Path] = _PATHS,
    without: list[int] = _WITHOUT,
    sender: str = _SENDER,
) -> int:
    """Write statements as e-mails: plain text, the signed file and its signatures attached."""
    from bot.library import mail as letters
    from bot.library import shelf
    from bot.library.mirror import edition

    terminal = of(context)
    report = shelf.check(paths)
    for problem in report.problems:
        terminal.failed(problem)
    if not report.ok:
        return Exit.BAD_INPUT
    if sender and not _ADDRESS.fullmatch(sender):
        raise BadInputError("this is no e-mail address", hint="for example press@example.org")
    texts = edition.texts(report, now=terminal.clock.now(), without=without)
    made = {
        out / letters.name_of(text): letters.message(text, sender=sender or letters.NOBODY) for text in texts
    }
    for path, data in made.items():
        if path.exists() and path.read_bytes() != data:
            raise BadInputError(f"{path} exists already", hint="move it away, or name another folder")
    out.mkdir(parents=True, exist_ok=True)
    for path, data in made.items():
        path.write_bytes(data)
    terminal.say("1 e-mail" if len(made) == 1 else f"{len(made)} e-mails")
    return Exit.OK
