"""A broadcast through a storm of faults, over real sockets: whoever is there gets it, whoever left is erased.

The figures are those of issue 3: one in twenty of each fault, at a thousand messages a second.
"""

import asyncio
import json
import os
import random
import re
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from zlib import crc32

from bot.chat.connections import Connections
from bot.chat.sender import TelegramSender
from bot.clock import SystemClock
from bot.delivery.ends import Finished
from bot.delivery.pacing import Pacer
from bot.delivery.worker import Worker
from bot.domain.broadcast import Tally
from bot.store import Store
from bot.vault.vault import Vault
from tests.delivery.scripted import BROADCAST, broadcast, contact
from tests.delivery.told_clock import running

SOAK = bool(os.environ.get("HANDBILL_TEST_SOAK"))
READERS = 20_000 if SOAK else 1_000
HURRY = 1 if SOAK else 10
"""In `make test` ten seconds pass in one: most of it is waiting that a 429 or a failure asked for."""

RATE = 1000.0
SHARE = 0.05
CALM = 100
"""The first messages meet no fault: three of the very first who are gone would rightly stop everything."""

MOVED = 10**12
SLOW = 1.5
CHAT = re.compile(rb'"chat_id":(-?\d+)')
LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)
FAULTS = ("429", "500", "html", "reset before", "reset after", "slow")
WEIGHTS = (SHARE, SHARE / 2, SHARE / 2, SHARE, SHARE, SHARE)


class HurriedClock(SystemClock):
    """The machine's time, passing faster."""

    def monotonic(self) -> float:
        return time.monotonic() * HURRY

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / HURRY)


@dataclass
class Sea:
    """What happened to each chat. The fault of an attempt depends on chat and attempt alone."""

    seen: int = 0
    attempts: Counter[int] = field(default_factory=Counter)
    delivered: Counter[int] = field(default_factory=Counter)
    lost: Counter[int] = field(default_factory=Counter)
    """Answers that never came, of messages that were delivered."""
    faults: Counter[str] = field(default_factory=Counter)

    def fate(self, chat: int) -> str:
        self.seen += 1
        self.attempts[chat] += 1
        if blocked(chat):
            return "blocked" if self.seen > CALM else "500"
        if -MOVED < chat < 0:
            return "migrated"
        if self.seen <= CALM:
            return ""
        chance = random.Random(f"{chat} {self.attempts[chat]}")
        return chance.choices((*FAULTS, ""), (*WEIGHTS, 1 - sum(WEIGHTS)))[0]


def blocked(chat: int) -> bool:
    return chat > 0 and lot(chat) == 7


def lot(number: int) -> int:
    """One of twenty, without regard to the part of the list."""
    return crc32(b"%d" % number) % 20


class Endpoint(asyncio.Protocol):
    """One connection of a Telegram in bad weather."""

    def __init__(self, sea: Sea) -> None:
        self._sea = sea
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, _, body = self._buffer.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if length and len(body) < int(length[1]):
            return
        self._buffer = b""
        found = CHAT.search(body)
        if found:
            self._meet(int(found[1]))
        else:
            self._say(200, {"ok": True, "result": {"id": 1}})

    def _meet(self, chat: int) -> None:
        sea, fate = self._sea, self._sea.fate(chat)
        sea.faults[fate] += 1
        if fate in {"", "slow", "reset after"}:
            sea.delivered[chat] += 1
        if fate == "reset after":
            sea.lost[chat] += 1
        done = {"ok": True, "result": {"message_id": sea.seen}}
        match fate:
            case "reset before" | "reset after":
                assert self._transport
                self._transport.abort()
            case "slow":
                asyncio.get_running_loop().call_later(SLOW / HURRY, self._say, 200, done)
            case "429":
                self._refuse(429, "Too Many Requests: retry after 1", retry_after=1)
            case "500":
                self._refuse(500, "Internal Server Error")
            case "html":
                self._write(502, b"<html>Bad Gateway</html>")
            case "blocked":
                self._refuse(403, "Forbidden: bot was blocked by the user")
            case "migrated":
                text = "Bad Request: group chat was upgraded to a supergroup chat"
                self._refuse(400, text, migrate_to_chat_id=chat - MOVED)
            case _:
                self._say(200, done)

    def _refuse(self, code: int, description: str, **parameters: int) -> None:
        answer = {"ok": False, "error_code": code, "description": description, "parameters": parameters}
        self._say(code, answer)

    def _say(self, code: int, answer: object) -> None:
        self._write(code, json.dumps(answer).encode())

    def _write(self, code: int, body: bytes) -> None:
        assert self._transport
        self._transport.write(b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n" % (code, len(body)) + body)


@asynccontextmanager
async def listening(sea: Sea) -> AsyncIterator[str]:
    server = await asyncio.get_running_loop().create_server(
        lambda: Endpoint(sea), "127.0.0.1", 0, backlog=1024
    )
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@asynccontextmanager
async def listed(folder: Path, chats: list[int]) -> AsyncIterator[Store]:
    """A database with these readers and a broadcast that may begin."""
    noise = random.Random(7).randbytes
    vault = Vault({1: b"k" * 32}, random=noise)
    store = await Store.open(f"sqlite:///{folder}/handbill.db", vault, random=noise)
    try:
        async with store.begin() as tx:
            for chat in chats:
                await tx.contacts.add(contact(chat, shards=256))
            await tx.broadcasts.add(broadcast())
            await tx.journal.prepare(BROADCAST)
        yield store
    finally:
        await store.close()


async def on_the_list(store: Store) -> set[int]:
    found: set[int] = set()
    async with store.read() as tx:
        for shard in range(256):
            page = await tx.contacts.page(shard, None, READERS)
            found.update(store.unseal(sealed).chat for sealed in page)
    return found


async def test_a_storm(tmp_path: Path, figures: list[str]) -> None:
    """Every reader who is there has it, those who blocked the bot are erased, groups that moved are moved."""
    chats = [-number if lot(number) == 3 else number for number in range(1, READERS + 1)]
    sea, clock, tallies = Sea(), HurriedClock(), [Tally()]
    async with listed(tmp_path, chats) as store, listening(sea) as address:
        connections = Connections(address)
        pacer = Pacer(clock=clock, rate=RATE)
        sender = TelegramSender(connections, "1:x", now=SystemClock().now, paid=True)
        worker = Worker(store=store, sender=sender, pacer=pacer, clock=clock, in_doubt="resend")
        began = clock.monotonic()
        async with running(pacer.run()):
            assert await worker.deliver(broadcast(), tallies.append) == Finished()
        connections.close()
        seconds = clock.monotonic() - began
        there = {chat - MOVED if chat < 0 else chat for chat in chats if not blocked(chat)}
        assert await on_the_list(store) == there
    gone = len(chats) - len(there)
    last = tallies[-1]
    assert (last.sent + last.in_doubt, last.gone, last.failed) == (len(there), gone, 0)
    assert last.in_doubt <= READERS / 1000  # five lost answers of one reader in a row
    assert set(sea.delivered) == there
    assert all(times <= 1 + sea.lost[chat] for chat, times in sea.delivered.items())
    twice = sea.delivered.total() - len(there)
    met = ", ".join(f"{count} {fault}" for fault, count in sorted(sea.faults.items()) if fault)
    figures.append(
        f"storm at {RATE:.0f}/s: {len(chats)} in {seconds:.0f} s, {len(there)} of {len(there)} there have it "
        f"({twice} copies too many, {last.in_doubt} in doubt), {gone} of {gone} gone were erased; met {met}"
    )
