"""What each header line of a statement may say: its text to a value, or a `StatementError` with a hint.

Each function takes the text behind the colon, never empty and without white space at its ends, and the spot
where it stands. Whether a value fits the body or the other files is decided in `proof` and `shelf`.
"""

import re
from datetime import date, datetime
from urllib.parse import urlsplit

from bot.domain.statement import Previous, StatementNumber
from bot.library.source import Spot

MAX_LINE = 300
MAX_PREFACE = 1000
YEARS = range(2000, 3000)
"""Of a moment: at the ends of the calendar it could not be told in another zone."""
_NUMBER = re.compile(r"[1-9][0-9]{0,5}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_CODE = re.compile(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}")
_TOPIC = re.compile(r"[^\W_]+(?:[ -][^\W_]+)*")
_MAX_TOPIC = 40


def number(value: str, spot: Spot) -> StatementNumber:
    """1 to 999999."""
    if not _NUMBER.fullmatch(value):
        raise spot.error(
            "the number of a statement is written in digits, from 1 to 999999", hint="for example 12"
        )
    return StatementNumber(int(value))


def day(value: str, spot: Spot) -> date:
    """A date of the calendar, ISO."""
    hint = "write year-month-day, for example 2026-10-01"
    if not _DATE.fullmatch(value):
        raise spot.error("this is not a date", hint=hint)
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise spot.error("there is no such day", hint=hint) from None


def language(value: str, spot: Spot) -> str:
    """Two or three small letters."""
    if not _LANGUAGE.fullmatch(value):
        raise spot.error(
            "a language is two or three small letters, without a region", hint="for example en, ru or uk"
        )
    return value


def line(value: str, spot: Spot, *, limit: int = MAX_LINE) -> str:
    """Any words, up to a length."""
    if len(value) > limit:
        raise spot.error(
            f"{len(value)} characters are too many here, {limit} is the most",
            hint="shorten it, or move it into the body",
        )
    return value


def preface(value: str, spot: Spot) -> str:
    """A paragraph in one line."""
    return line(value, spot, limit=MAX_PREFACE)


def topics(value: str, spot: Spot) -> tuple[str, ...]:
    """Words separated by commas."""
    found = tuple(topic.strip() for topic in value.split(","))
    for topic in found:
        if not _TOPIC.fullmatch(topic) or len(topic) > _MAX_TOPIC:
            raise spot.error(
                "topics are words separated by commas",
                hint="for example: labour, students, political prisoners",
            )
    return _once(found, spot)


def publish_at(value: str, spot: Spot) -> datetime:
    """A moment with its offset from UTC."""
    hint = "write it with an offset, for example 2026-10-01T09:00+03:00"
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise spot.error("this is not a moment", hint=hint) from None
    if moment.tzinfo is None:
        raise spot.error("the offset from UTC is missing", hint=hint)
    if moment.year not in YEARS:
        raise spot.error(f"the year is not one from {YEARS[0]} to {YEARS[-1]}", hint=hint)
    return moment


def links(value: str, spot: Spot) -> tuple[str, ...]:
    """Addresses separated by single spaces."""
    found = tuple(value.split(" "))
    for url in found:
        if not is_web_address(url):
            raise spot.error(
                "Links holds addresses that begin with https:// or http://, separated by one space",
                hint="for example: https://example.org/a https://example.org/b",
            )
    return _once(found, spot)


def is_web_address(url: str) -> bool:
    """Whether it is http or https, names a host, and holds neither white space nor a user name."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    plain = url.startswith(("https://", "http://")) and not re.search(r"\s", url)
    return plain and bool(host) and "@" not in parts.netloc


def prev(value: str, spot: Spot) -> Previous:
    """A number and a code, separated by one space."""
    name, _, rest = value.partition(" ")
    if not _NUMBER.fullmatch(name) or not _CODE.fullmatch(rest):
        raise spot.error(
            "Prev is the number and the code of the statement before",
            hint="for example: 11 ABCD-EFGH-IJKL-MNOP",
        )
    return Previous(StatementNumber(int(name)), rest)


def code(value: str, spot: Spot) -> str:
    """The form of a code; whether it is the right one is for `proof`."""
    if not _CODE.fullmatch(value):
        raise spot.error(
            "a code is four groups of four characters from A-Z and 2-7",
            hint="run `handbill statements check --fix` to fill it in",
        )
    return value


def _once(values: tuple[str, ...], spot: Spot) -> tuple[str, ...]:
    for value in values:
        if values.count(value) > 1:
            raise spot.error("the same is named twice here", hint="keep it once")
    return values
