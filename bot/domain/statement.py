"""What a statement and a slogan are. Reading them from files and rendering them is `bot/library`."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, NewType

StatementNumber = NewType("StatementNumber", int)
"""Counts a group's statements from 1; all languages of one statement share its number."""


class Previous(NamedTuple):
    """The statement before this one in the same language: its number and its code."""

    number: StatementNumber
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement in one language, as its file says it."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Slogan:
    """One slogan, by language and theme."""

    text: str
    theme: str
    language: str
