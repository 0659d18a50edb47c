"""On paper: `handbill statements leaflet` and `poster`, and `handbill paper`. No home, vault or network.

Everything is laid out before the first file is written: what cannot be printed leaves nothing behind.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.cli.terminal import Terminal, of
from bot.errors import BadInputError
from bot.library.print.style import Design, Ink, Sheet, Style

if TYPE_CHECKING:
    from bot.actions.printing import Printer
    from bot.domain.statement import Statement

_BOT = typer.Option("", "--bot", help="The bot's public name: its link and code are printed.")
_MIRROR = typer.Option("", "--mirror", help="Web address of the mirror: a second code.")
_KEYS = typer.Option([], "--key", metavar="NAME=FINGERPRINT", help="A signer's key; may be repeated.")
_DESIGN = typer.Option(Design.SOBER, "--design", help="The look.")
_INK = typer.Option(Ink.BLACK, "--ink", help="Black saves ink and needs no colour printer.")
_OUT = typer.Option(Path(), "--out", help="The folder to write to.")


def add_to(app: typer.Typer) -> None:
    """Add the noun; leaflet and poster belong to `statements`."""
    app.command("paper")(paper)


def leaflet(  # noqa: PLR0913, PLR0917 - the options of a command line
    context: typer.Context,
    paths: list[Path] = typer.Argument(..., metavar="PATH…", help="Statement files, or folders of them."),
    sheet: Sheet = typer.Option(Sheet.A5, "--sheet", help="A5, A4 with two to cut, or A4 to fold."),
    design: Design = _DESIGN,
    ink: Ink = _INK,
    username: str = _BOT,
    mirror: str = _MIRROR,
    keys: list[str] = _KEYS,
    out: Path = _OUT,
) -> None:
    """Lay out statements as leaflets: PDF, ready to print."""
    terminal, printer = of(context), _printer(username, mirror, keys)
    style = Style(sheet=sheet, design=design, ink=ink)
    chosen = _statements(terminal, paths)
    if len({(each.number, each.language) for each in chosen}) < len(chosen):
        raise BadInputError(
            "two of these files are the same statement in the same language",
            hint="their leaflets would have one name; `handbill statements check` says which they are",
        )
    with terminal.working("laying out"):
        made = {
            f"{each.number}-{each.language}-{sheet}-{design}-{ink}.pdf": printer.leaflet(each, style)
            for each in chosen
        }
    _write(terminal, out, made)


def poster(  # noqa: PLR0913, PLR0917 - the options of a command line
    context: typer.Context,
    path: Path = typer.Argument(..., metavar="FILE", help="A slogan file, slogans/<language>.md."),
    number: int = typer.Option(0, "--number", min=0, help="Only this slogan, counted from 1."),
    theme: str = typer.Option("", "--theme", help="Only slogans of this theme."),
    large: bool = typer.Option(False, "--a3", help="A3 as PDF instead of a square picture."),
    design: Design = _DESIGN,
    ink: Ink = _INK,
    username: str = _BOT,
    mirror: str = _MIRROR,
    keys: list[str] = _KEYS,
    out: Path = _OUT,
) -> None:
    """Lay out slogans as posters: PNG for screens, PDF for walls."""
    from bot.library import slogans

    terminal, printer = of(context), _printer(username, mirror, keys)
    found = list(enumerate(slogans.parse(_read(path), path, path.stem), 1))
    chosen = [(n, s) for n, s in found if number in {0, n} and theme in {"", s.theme}]
    if not chosen:
        raise BadInputError("there is no such slogan", hint=f"the file has {len(found)}")
    ending = "a3.pdf" if large else "square.png"
    with terminal.working("laying out"):
        made = {
            f"slogan-{n}-{each.language}-{design}-{ink}-{ending}": printer.poster(
                each, design, ink, large=large
            )
            for n, each in chosen
        }
    _write(terminal, out, made)


def paper(  # noqa: PLR0913, PLR0917 - the options of a command line
    context: typer.Context,
    paths: list[Path] = typer.Argument(..., metavar="FILE…", help="Statements; the first one leads."),
    name: str = typer.Option(..., "--name", help="The newspaper's name."),
    dateline: str = typer.Option("", "--dateline", help="Under the name; else the newest date."),
    points: Path | None = typer.Option(None, "--points", help="Print the numbered points of this file."),
    slogan: list[str] = typer.Option([], "--slogan", help="A slogan; may be repeated."),
    update: list[Path] = typer.Option([], "--update", help="A short plain text file; may be repeated."),
    design: Design = _DESIGN,
    ink: Ink = _INK,
    username: str = _BOT,
    mirror: str = _MIRROR,
    keys: list[str] = _KEYS,
    out: Path = _OUT,
) -> None:
    """Lay out a newspaper of two A4 pages, for a sheet printed on both sides."""
    from bot.actions.printing import Issue

    terminal, printer = of(context), _printer(username, mirror, keys)
    articles = _statements(terminal, paths)
    if len({each.language for each in articles}) > 1:
        raise BadInputError("the statements are in several languages", hint="make a newspaper of each")
    issue = Issue(
        name=_line(name),
        dateline=_line(dateline),
        articles=tuple(articles),
        points=_statements(terminal, [points])[0] if points else None,
        slogans=tuple(_line(each) for each in slogan),
        updates=tuple(_text(each) for each in update),
    )
    with terminal.working("laying out"):
        made = {f"paper-{articles[0].language}-{design}-{ink}.pdf": printer.newspaper(issue, design, ink)}
    _write(terminal, out, made)


def _printer(username: str, mirror: str, keys: list[str]) -> "Printer":
    from bot.actions.printing import Printer, Publisher, keys_of
    from bot.config.values import LONGEST_ADDRESS
    from bot.i18n.translator import Translator
    from bot.library.fields import is_web_address

    if len(mirror) > LONGEST_ADDRESS:
        raise BadInputError(
            f"the mirror's address is longer than {LONGEST_ADDRESS} letters",
            hint="its code would be too fine",
        )
    if mirror and not is_web_address(mirror):
        raise BadInputError("the mirror is no web address", hint="give all of it, with https://")
    return Printer(
        Publisher(username=username.removeprefix("@"), mirror=mirror, keys=keys_of(keys)), Translator()
    )


def _statements(terminal: Terminal, paths: list[Path]) -> "list[Statement]":
    """Every statement named, in this order; the first that is not right ends the command.

    One that may not be shown yet is laid out, because printing takes time; that it waits is said.
    """
    from bot.library import proof, shelf

    files = [
        file for path in paths for file in shelf.find([path]) if file.absolute().parent.name != "slogans"
    ]
    if not files:
        raise BadInputError(
            "no statement file was found", hint="files are called <language>.md, such as en.md"
        )
    found = [proof.accept(file.read_bytes(), file) for file in dict.fromkeys(files)]
    for one in found:
        if one.publish_at and one.publish_at > terminal.clock.now():
            until = one.publish_at.isoformat(timespec="minutes")
            terminal.note(f"statement {one.number} may not be shown before {until}: keep the sheets")
    return found


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise BadInputError(f"{path}: no such file", hint="name a slogan or text file")
    return path.read_bytes()


def _text(path: Path) -> str:
    """A plain text that a person can see all of."""
    from bot.library.source import read_lines

    return "\n".join(read_lines(_read(path), path))


def _line(text: str) -> str:
    from bot.library.source import Spot, refuse_hidden

    refuse_hidden(text, Spot(None, 1))
    return text.strip()


def _write(terminal: Terminal, folder: Path, made: dict[str, bytes]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in made.items():
            (folder / name).write_bytes(data)
            terminal.say(str(folder / name))
    except OSError:
        raise BadInputError("the folder cannot be written to", hint="name another one with --out") from None
