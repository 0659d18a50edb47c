"""What goes into a mirror: texts that may be read now, with the signature files that lie beside them.

It publishes what it is given. Whether signatures are good is not judged here, and no page claims it: whoever
reads a mirror must check for themselves, because a false mirror would claim the same.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from bot.domain.statement import Slogan, Statement
from bot.errors import BadInputError
from bot.library.mirror import prose
from bot.library.mirror.prose import Prose
from bot.library.shelf import Report
from bot.library.trust import Trust

SIGNATURE = re.compile(r"(.+)\.([a-z0-9][a-z0-9-]{0,31})\.(sig|minisig)")
"""File, signer and kind: `ru.md.vera.sig` by ssh-keygen, `ru.md.vera.minisig` by minisign."""
LARGEST_SIGNATURE = 16 * 1024

Words = Callable[..., str]
"""A message by its name, with its values filled in."""
Signatures = Mapping[str, bytes]
"""Signature files by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A statement in one language, and what lies beside it."""

    statement: Statement
    prose: Prose
    signatures: Signatures = field(default_factory=dict)
    leaflets: Mapping[str, bytes] = field(default_factory=dict)
    """PDFs by file name."""

    @property
    def folder(self) -> str:
        """Where it stands in the mirror."""
        return str(self.statement.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class SloganText:
    """A slogan file, and its signatures."""

    language: str
    slogans: tuple[Slogan, ...]
    source: bytes
    signatures: Signatures = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """All of one mirror. The same edition gives the same bytes, always and everywhere."""

    name: str
    """Whose statements these are."""
    texts: tuple[Text, ...]
    """Newest number first, then by language."""
    slogans: tuple[SloganText, ...] = ()
    trust: Trust | None = None
    """Who may sign."""
    trust_signatures: Signatures = field(default_factory=dict)
    """Of the policy before it, over this one."""
    addresses: tuple[str, ...] = ()
    """Where else this can be read, announced before it is needed."""
    bots: tuple[str, ...] = ()
    """Names of the bot and of the one that would follow it, with their @."""
    said_on: date | None = None
    """The day on which somebody said that this is the newest; None if nobody did."""

    @property
    def newest(self) -> Statement:
        """The one with the highest number."""
        return self.texts[0].statement

    @property
    def languages(self) -> tuple[str, ...]:
        """Of all statements, sorted."""
        return tuple(sorted({text.statement.language for text in self.texts}))


def texts(
    report: Report,
    *,
    now: datetime,
    without: Collection[int] = (),
    leaflets: Path | None = None,
    read: Mapping[Path, Prose] | None = None,
) -> tuple[Text, ...]:
    """The statements of a checked workshop that may be read now: none withdrawn, none under embargo.

    `read` are those that were read already, by file.
    Raises BadInputError if nothing is left, or if a number in `without` is not there.
    """
    statements = [(file.path, file.statement) for file in report.files if file.statement]
    if unknown := set(without) - {statement.number for _, statement in statements}:
        raise BadInputError(
            f"statement {min(unknown)} is not among these files",
            hint="--without names one that is to be left out",
        )
    found = [
        Text(
            statement=each,
            prose=(read or {}).get(path) or prose.of(each),
            signatures=signatures_beside(path),
            leaflets=_leaflets(leaflets, each),
        )
        for path, each in statements
        if each.number not in without and (each.publish_at is None or each.publish_at <= now)
    ]
    if not found:
        raise BadInputError("there is no statement that may be read now", hint="see Publish-At and --without")
    return tuple(sorted(found, key=lambda text: (-text.statement.number, text.statement.language)))


def slogan_texts(report: Report) -> tuple[SloganText, ...]:
    """The slogan files of a checked workshop; BadInputError for two of one language."""
    found: dict[str, SloganText] = {}
    for file in report.files:
        if not file.slogans:
            continue
        language = file.path.stem
        if language in found:
            raise BadInputError(
                f"{file.path}: there is another slogan file in this language", hint="name one of them"
            )
        found[language] = SloganText(
            language=language, slogans=file.slogans, source=file.data, signatures=signatures_beside(file.path)
        )
    return tuple(found[language] for language in sorted(found))


def signatures_beside(path: Path) -> Signatures:
    """The signature files that lie beside a file; BadInputError for one that is too long to be one."""
    found: dict[str, bytes] = {}
    for each in sorted(path.parent.iterdir()):
        match = SIGNATURE.fullmatch(each.name)
        if not match or match[1] != path.name or not each.is_file():
            continue
        with each.open("rb") as file:
            found[each.name] = file.read(LARGEST_SIGNATURE + 1)
        if len(found[each.name]) > LARGEST_SIGNATURE:
            raise BadInputError(f"{each}: this is too long for a signature", hint="sign the file again")
    return found


def _leaflets(folder: Path | None, statement: Statement) -> Mapping[str, bytes]:
    """`<number>-<language>-<anything>.pdf` in the folder, as `statements leaflet` names them."""
    if folder is None:
        return {}
    named = re.compile(rf"{statement.number}-{statement.language}(?:-[a-z0-9]+)*\.pdf")
    return {
        each.name: each.read_bytes()
        for each in sorted(folder.iterdir())
        if named.fullmatch(each.name) and each.is_file()
    }
