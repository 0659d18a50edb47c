"""What a statement and a slogan are. Reading them from files and rendering them is `bot/library`."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple, NewType

StatementNumber = NewType("StatementNumber", int)
"""Counts a group's statements from 1; all languages of one statement share its number."""


class Previous(NamedTuple):
    """The statement before this one in the same language: its number and its code."""

    number: StatementNumber
    code: str


Day = date
"""The same; for fields that stand behind one that is called `date`."""

SignatureKind = Literal["sig", "minisig"]
"""How a signature file ends: made by ssh-keygen or by minisign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A signature file, `<file>.<signer>.<kind>`. Whether it is good is for `library.trust`."""

    signer: str
    kind: SignatureKind
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement in one language, as its file says it; on the shelf, with what belongs to the file."""

    number: StatementNumber
    date: date
    language: str
    """ISO 639, two or three small letters."""
    title: str
    body: str
    """Markdown, without the header."""
    author: str | None = None
    preface: str | None = None
    """By whoever passes the statement on: who wrote it, when, what has changed since."""
    place: str | None = None
    original: str | None = None
    """The language it was first written in, or where the original stands."""
    translator: str | None = None
    topics: tuple[str, ...] = ()
    publish_at: datetime | None = None
    """Not shown before this moment; aware."""
    links: tuple[str, ...] = ()
    prev: Previous | None = None
    code: str | None = None
    """The code that the file claims; None when it claims none. `library.canon` works out the true one."""
    source: bytes
    """The file's exact bytes: what is signed, and what is sealed."""
    signatures: tuple[Signature, ...] = ()
    accepted: Day | None = None
    """The day on which enough signatures were first sealed with it; None before that."""
    withdrawn: Day | None = None
    """The day since which it is not shown any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slogan:
    """One slogan, by language and theme."""

    text: str
    theme: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SloganFile:
    """The slogans of one language, the exact bytes of their file, and what belongs to it."""

    language: str
    slogans: tuple[Slogan, ...]
    source: bytes = b""
    signatures: tuple[Signature, ...] = ()
    accepted: Day | None = None
    replaced: tuple[bytes, ...] = ()
    """SHA-256 of the files that stood here before: an old one does not come back by being imported again."""
