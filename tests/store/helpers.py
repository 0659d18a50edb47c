"""Values that the store's tests are filled with, and the few looks behind the store that they need."""

import asyncio
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Executable, Table, select, update

from bot.domain.bot_record import BotRecord
from bot.domain.broadcast import Broadcast, BroadcastId, State
from bot.domain.contact import ChatId, Contact, ContactId, Kind, Month
from bot.domain.organiser import Invitation, Organiser, OrganiserId, Role, Standing
from bot.domain.outcome import Outcome
from bot.domain.rich_text import Entity, RichText
from bot.domain.statement import Previous, Slogan, Statement, StatementNumber
from bot.domain.stepup import Button, StepUp
from bot.store import Entry, Store

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


EVERY_KIND = ("sqlite", "postgres", "sqlite+sqlcipher")


def empty(request: pytest.FixtureRequest, folder: Path) -> str:
    """The address of an empty database of the kind that a fixture is asked for."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    return f"{request.param}:///{folder}/handbill.db"


class StillClock:
    """Time that moves only when somebody sleeps; `pauses` are the sleeps."""

    def __init__(self) -> None:
        self.at = 1000.0
        self.pauses: list[float] = []

    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.at += seconds
        await asyncio.sleep(0)


def contact_id(shard: int | None = None) -> ContactId:
    return ContactId(os.urandom(16) if shard is None else bytes([shard]) + os.urandom(15))


def person(chat: int, *, shard: int | None = None, language: str = "en") -> Contact:
    return Contact(
        id=contact_id(shard), chat=ChatId(chat), kind=Kind.PERSON, language=language, joined=Month(24322)
    )


def broadcast(state: State = State.DRAFT, **more: Any) -> Broadcast:
    text = RichText("Tonight at the fountain", (Entity(kind="bold", offset=0, length=7),))
    link = RichText("Сегодня", (Entity(kind="text_link", offset=0, length=7, url="https://example.org"),))
    values: dict[str, Any] = {
        "id": BroadcastId(os.urandom(16)),
        "state": state,
        "author": OrganiserId(os.urandom(16)),
        "texts": {"": text, "ru": link},
        "digest": os.urandom(32),
        "created": NOW,
        "needed": 2,
        "cooldown": 120,
        "approved_by": (OrganiserId(os.urandom(16)),),
    }
    return Broadcast(**values | more)


def organiser(chat: int, standing: Standing = Standing.ENROLLED) -> Organiser:
    return Organiser(
        id=OrganiserId(os.urandom(16)),
        name="Vera",
        role=Role.AUTHOR,
        chat=ChatId(chat),
        language="ru",
        standing=standing,
        since=NOW,
        last_step=59_000_000,
        wrong_codes=(NOW - HOUR, NOW),
        approved_by=(OrganiserId(os.urandom(16)),),
    )


def invitation(expires: datetime = NOW + HOUR) -> Invitation:
    return Invitation(id=os.urandom(16), name="Vera", role=Role.APPROVER, expires=expires)


def button(expires: datetime = NOW + HOUR, subject: bytes = b"s" * 16) -> Button:
    return Button(
        organiser=OrganiserId(os.urandom(16)),
        action="send",
        subject=subject,
        digest=os.urandom(32),
        expires=expires,
    )


def stepup() -> StepUp:
    return StepUp(action="approve", subject=os.urandom(16), digest=os.urandom(32), expires=NOW)


def statement(number: int = 12, language: str = "en", **more: Any) -> Statement:
    values: dict[str, Any] = {
        "number": StatementNumber(number),
        "date": date(2023, 6, 24),
        "language": language,
        "title": "On the bridges",
        "body": "# Bridges\n\nKeep them open.",
        "author": "Example Circle",
        "topics": ("bridges", "roads"),
        "publish_at": NOW,
        "links": ("https://example.org",),
        "prev": Previous(StatementNumber(number - 1), "ABCD-EFGH-IJKL-MNOP"),
        "source": b"Statement: 12\n",
    }
    return Statement(**values | more)


def slogan(text: str, language: str = "en") -> Slogan:
    return Slogan(text=text, theme="bridges", language=language)


def record() -> BotRecord:
    return BotRecord(token="1000001:made-for-tests", bot_id=1000001, username="example_bot")


def sent(contact: ContactId, message: int = 1) -> Entry:
    return Entry(contact=contact, outcome=Outcome.SENT, message=message)


def came_out(contact: ContactId, outcome: Outcome) -> Entry:
    return Entry(contact=contact, outcome=outcome)


async def blobs(store: Store, table: Table, column: str = "rec") -> list[bytes]:
    """Every sealed blob of a table, as it lies there."""
    async with store._engine.reading() as connection:
        rows = await connection.all(select(table.c[column]).order_by(*table.primary_key))
    return [row[0] for row in rows]


async def tamper(store: Store, table: Table, **values: Any) -> None:
    """Write into every row of a table, as somebody with access to the database could."""
    await execute(store, update(table).values(**values))


async def execute(store: Store, *statements: Executable) -> None:
    """Run statements in one transaction, behind the repositories."""
    async with store._engine.writing() as connection:
        for statement in statements:
            await connection.run(statement)
