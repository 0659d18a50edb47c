"""`handbill mirror`: the statements as a web site of plain files. No home, no vault, no network.

It reads the workshop and not the bot's database, because the signers sign its index on their own machines,
where the workshop is and where no reader's data ever was.
"""

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.cli.signing import warn
from bot.cli.terminal import Terminal, of
from bot.errors import BadInputError, Exit
from bot.library import fields
from bot.library.source import Spot, refuse_hidden

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.statement import Statement
    from bot.library.markdown import Body
    from bot.library.mirror.edition import Edition, Text
    from bot.library.mirror.prose import Prose
    from bot.library.shelf import Report
    from bot.library.trust import Trust

_BOT = re.compile(r"[A-Za-z0-9_]{5,32}")
_OUT = typer.Argument(..., metavar="OUT", help="A new or empty folder, or the mirror of last time.")
_PATHS = typer.Argument(
    [Path("statements")], metavar="[PATH]…", help="Statement and slogan files, or folders of them."
)
_NAME = typer.Option("", "--name", help="Whose statements these are; else the newest one's author.")
_TRUST = typer.Option(None, "--trust", metavar="FILE", help="trust.toml: who may sign.")
_WITHOUT = typer.Option([], "--without", metavar="N", help="A statement that was withdrawn.")
_LEAFLETS = typer.Option(None, "--leaflets", metavar="FOLDER", help="PDFs to lay beside the pages.")
_ADDRESSES = typer.Option([], "--address", metavar="URL", help="Where else this can be read.")
_NAMES = typer.Option([], "--bot", metavar="NAME", help="The bot, and the one that stands by.")
_HEARTBEAT = typer.Option(
    None, "--heartbeat", formats=["%Y-%m-%d"], metavar="DATE", help="A day on which nothing newer was known."
)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(mirror)


def mirror(  # noqa: PLR0913, PLR0917 - the options of a command line
    context: typer.Context,
    out: Path = _OUT,
    paths: list[Path] = _PATHS,
    name: str = _NAME,
    trust: Path | None = _TRUST,
    without: list[int] = _WITHOUT,
    leaflets: Path | None = _LEAFLETS,
    addresses: list[str] = _ADDRESSES,
    names: list[str] = _NAMES,
    heartbeat: datetime | None = _HEARTBEAT,
) -> int:
    """Write the statements as a web site: no script, nothing from elsewhere, the same bytes every time."""
    from bot.library.mirror import edition, folder

    terminal = of(context)
    read: dict[Path, Prose] = {}
    _refuse_inside(out, paths)
    report = _checked(terminal, paths, read)
    if report is None:
        return Exit.BAD_INPUT
    if leaflets and not leaflets.is_dir():
        raise BadInputError(f"{leaflets}: no such folder", hint="name the folder with the PDFs")
    with terminal.working("writing"):
        texts = edition.texts(report, now=terminal.clock.now(), without=without, leaflets=leaflets, read=read)
        newest = max(text.statement.date for text in texts)
        whole = edition.Edition(
            name=_name(name) or texts[0].statement.author or "Statements",
            texts=texts,
            slogans=edition.slogan_texts(report),
            trust=_trust(terminal, trust, paths, _published(report, texts)),
            trust_signatures=edition.signatures_beside(trust) if trust else {},
            addresses=tuple(_address(each) for each in addresses),
            bots=tuple(_bot(each) for each in names),
            said_on=_said_on(heartbeat, newest, terminal.clock.now()) if heartbeat else None,
        )
        files = _files(whole)
        changed = folder.put(out, files, dated=newest)
    terminal.say(f"{len(files)} files in {out}" if changed else f"{out} is as it was")
    return Exit.OK


def _checked(terminal: Terminal, paths: list[Path], read: "dict[Path, Prose]") -> "Report | None":
    """What the workshop holds, read; None, once it was said why, if something is not right."""
    from bot.library import shelf
    from bot.library.mirror import prose

    def note(path: Path, statement: "Statement", body: "Body") -> None:
        read[path] = prose.of(statement, body)

    with terminal.working("reading"):
        report = shelf.check(paths, note)
    for problem in report.problems:
        terminal.failed(problem)
    for warning in report.warnings:
        terminal.note(f"warning: {warning}")
    return report if report.ok else None


def _files(whole: "Edition") -> dict[str, bytes]:
    from bot.i18n.translator import Translator
    from bot.library.mirror import build

    translator = Translator()
    return build.build(whole, speaking=translator.speaking, known=translator.languages)


def _published(report: "Report", texts: "Sequence[Text]") -> set[Path]:
    """The files that go into the mirror."""
    shown = {(text.statement.number, text.statement.language) for text in texts}
    return {
        file.path
        for file in report.files
        if file.slogans or (file.statement and (file.statement.number, file.statement.language) in shown)
    }


def _trust(terminal: Terminal, path: Path | None, paths: list[Path], published: set[Path]) -> "Trust | None":
    """The keys to show. BadInputError if one published file is not signed by enough of them."""
    from bot.library import trust, verifying

    if path is None:
        return None
    if path.name != trust.FILE or not path.is_file():
        raise BadInputError(f"{path} is no {trust.FILE}", hint="name the file with the public keys")
    policy = trust.parse(path.read_bytes(), path)
    warn(terminal, policy)
    for file in verifying.verify(paths, policy, terminal.clock.now().date()):
        if file.path in published and not file.authentic:
            raise BadInputError(
                f"{file.path} is not authentic: {file.reason}", hint="sign it, or leave it out"
            )
    return policy


def _refuse_inside(out: Path, paths: list[Path]) -> None:
    """The mirror holds copies of the files, and the next check would find each of them twice."""
    for path in paths:
        if path.is_dir() and out.resolve().is_relative_to(path.resolve()):
            raise BadInputError(
                f"{out} lies in {path}, which it is made from", hint="name a folder beside it"
            )


def _said_on(heartbeat: datetime, newest: date, now: datetime) -> date:
    """A day on which somebody can have looked, wherever on Earth."""
    day = heartbeat.date()
    if day < newest:
        raise BadInputError(
            f"on {day} the newest statement was not there: it is from {newest}",
            hint="name a day on which you looked",
        )
    if day > max(newest, now.date() + timedelta(days=1)):
        raise BadInputError(f"{day} is still to come", hint="name a day on which you looked")
    return day


def _name(text: str) -> str:
    if len(text) > fields.MAX_LINE or "\n" in text:
        raise BadInputError("the name is too long", hint="one line, please")
    refuse_hidden(text, Spot(None, 1))
    return text.strip()


def _address(url: str) -> str:
    if not fields.is_web_address(url) or not url.isprintable():
        raise BadInputError(
            "an address begins with https:// or http://", hint="for example https://example.org/"
        )
    return url


def _bot(name: str) -> str:
    bare = name.removeprefix("@")
    if not _BOT.fullmatch(bare):
        raise BadInputError("this is no name of a bot", hint="for example @example_bot")
    return f"@{bare}"
