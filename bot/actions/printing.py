"""Leaflets, posters and newspapers with the words of their language, for the chat and for the terminal.

What is laid out how is `library.print`; here is what stands around a text: addresses, keys, words, dates.
Nothing is kept, and nothing says who asked.
"""

import asyncio
import hashlib
import re
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from importlib.metadata import version

from bot.domain.statement import Slogan, Statement
from bot.errors import BadInputError
from bot.i18n.translator import Translator
from bot.library.print.leaflet import leaflet
from bot.library.print.newspaper import Article, Newspaper, newspaper
from bot.library.print.poster import picture, wall
from bot.library.print.press import LAYOUT, Press
from bot.library.print.style import Address, Design, Imprint, Ink, Key, Labels, Style

Keys = Sequence[Key]

SHARE = 0.001
"""Seconds for which the thread of the press keeps the interpreter while others want it."""
_BOT = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Where a sheet leads: the bot's public name, the mirror's address, and the keys that may sign."""

    username: str = ""
    mirror: str = ""
    keys: tuple[Key, ...] = ()

    def __post_init__(self) -> None:
        if self.username and not _BOT.fullmatch(self.username):
            raise BadInputError("this is no name of a bot", hint="give it without @, as in t.me/NAME")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """What goes into a newspaper; `articles` share one language."""

    name: str
    articles: tuple[Statement, ...]
    dateline: str = ""
    points: Statement | None = None
    slogans: tuple[str, ...] = ()
    updates: tuple[str, ...] = ()


class Printer:
    """One at a time: a press, and a thread of its own for those who must not wait for it."""

    def __init__(self, publisher: Publisher, translator: Translator) -> None:
        self._publisher, self._translator = publisher, translator
        self._press = Press()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="press")

    def leaflet(self, statement: Statement, style: Style, keys: Keys = ()) -> bytes:
        """The PDF, with these keys besides the publisher's. `BadInputError` for what cannot be printed."""
        imprint = self._imprint(statement.language, f"s{statement.number}", keys)
        day = self._day(statement.language, statement.date)
        return leaflet(self._press, statement, style, imprint, date=day)

    def poster(self, slogan: Slogan, design: Design, ink: Ink, *, large: bool, keys: Keys = ()) -> bytes:
        """A square PNG, or where `large` an A3 PDF; keys and errors as of `leaflet`."""
        imprint = self._imprint(slogan.language, keys=keys)
        return (wall if large else picture)(self._press, slogan, design, ink, imprint)

    def newspaper(self, issue: Issue, design: Design, ink: Ink) -> bytes:
        """The PDF. `BadInputError` for what cannot be printed."""
        first = issue.articles[0]
        words = self._translator.speaking(first.language)
        articles = [Article(statement=s, date=self._day(s.language, s.date)) for s in issue.articles]
        newest = max(issue.articles, key=lambda each: each.date)
        made = Newspaper(
            name=issue.name,
            dateline=issue.dateline or self._day(newest.language, newest.date),
            articles=tuple(articles),
            points=issue.points,
            slogans=issue.slogans,
            updates=issue.updates,
            points_label=words("paper-points"),
            update_label=words("paper-update"),
        )
        return newspaper(self._press, made, design, ink, self._imprint(first.language))

    def about(self, language: str, *how: object, keys: Keys = ()) -> bytes:
        """What a print depends on besides its text: everything around it, and how sheets are laid out now."""
        around = f"{self._imprint(language, keys=keys)} {how} {self._day(language, date.min)}"
        return hashlib.sha256(self._edition + around.encode()).digest()

    @cached_property
    def _edition(self) -> bytes:
        """Changes with whatever may change the look of a sheet."""
        files = sorted(each for each in LAYOUT.rglob("*") if each.suffix in {".py", ".typ", ".ttf"})
        parts = [version("typst").encode(), *(each.read_bytes() for each in files)]
        return hashlib.sha256(b"".join(parts)).digest()

    async def beside(self, work: Callable[[], bytes]) -> bytes:
        """Do one of these in the thread, behind what it does already; the event loop goes on meanwhile."""
        working = asyncio.get_running_loop().run_in_executor(self._thread, _gently, work)
        await asyncio.wait({working})
        broken = working.exception()
        if broken and not isinstance(
            broken, Exception
        ):  # how a panic of Typst arrives: it must end nothing else
            raise RuntimeError(f"the press broke: {type(broken).__name__}")
        return working.result()

    def close(self) -> None:
        """Drop what waits. What is being laid out now ends by itself."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _imprint(self, language: str, start: str = "", keys: Keys = ()) -> Imprint:
        words, who = self._translator.speaking(language), self._publisher
        labels = Labels(
            language=words.language,
            call=words("paper-call"),
            key=words("paper-key"),
            pass_on=words("paper-pass-on"),
        )
        addresses = list[Address]()
        if who.username:
            url = f"https://t.me/{who.username}" + (f"?start={start}" if start else "")
            addresses.append(_address(url, words("paper-telegram")))
        if who.mirror:
            addresses.append(_address(who.mirror, words("paper-mirror")))
        return Imprint(labels=labels, addresses=tuple(addresses), keys=(*who.keys, *keys))

    def _day(self, language: str, value: date) -> str:
        """In words where we have them; a date in English would be odd under a text in another language."""
        if language not in self._translator.languages:
            return value.isoformat()
        words = self._translator.speaking(language)
        return words("date", day=value.day, month=value.month, year=str(value.year))


def _gently(work: Callable[[], bytes]) -> bytes:
    """Let the event loop have the interpreter whenever it wants it: the usual 5 ms add up to a hold."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(SHARE)
    try:
        return work()
    finally:
        sys.setswitchinterval(usual)


def _address(url: str, label: str) -> Address:
    return Address(url=url, shown=url.split("://", 1)[-1].rstrip("/"), label=label)


def keys_of(texts: Sequence[str]) -> tuple[Key, ...]:
    """From `NAME=FINGERPRINT` to keys. `BadInputError` for anything else."""
    found = []
    for text in texts:
        name, _, fingerprint = (part.strip() for part in text.partition("="))
        if not name or not fingerprint:
            raise BadInputError(
                "a key is given as NAME=FINGERPRINT", hint="see `handbill statements leaflet -h`"
            )
        found.append(Key(name=name, fingerprint=fingerprint))
    return tuple(found)
