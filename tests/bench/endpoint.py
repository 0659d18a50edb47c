"""An endpoint that answers like the Bot API after a while, over TLS, in a process of its own.

`python -m tests.bench.endpoint FOLDER '{"latency": 0.05}'` prints its port and answers until its standard
input ends. Then it prints, as JSON, when each message arrived and what else there is to tell. With `penalty`
it has the sandbox's limits: 30/s, 1/s a chat, 20 a minute a group; a refusal closes everything for so long.
"""

import asyncio
import json
import re
import ssl
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import uvloop

from bot.sandbox.limits import Gate, Limits
from tests.bench.certificate import certificate
from tests.bench.people import FIRST_PERSON, People

LATENCY = 0.05
POLL = 2.0
"""Seconds after which a long poll ends without an update."""

CHAT = re.compile(rb'chat_id"?\s*[:=]\s*"?(-?\d+)')
OFFSET = re.compile(rb'offset"?\s*[:=]\s*"?(-?\d+)')
LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)
ME = b'{"ok":true,"result":{"id":1234567890,"is_bot":true,"first_name":"Bench","username":"bench_bot"}}'
SENT = b'{"ok":true,"result":{"message_id":%d,"date":1700000000,"chat":{"id":%d,"type":"private"}}}'
FLOOD = (
    b'{"ok":false,"error_code":429,"description":"Too Many Requests: retry after %d",'
    b'"parameters":{"retry_after":%d}}'
)
HEAD = b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
OK, REFUSED = b"200 OK", b"429 Too Many Requests"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How the endpoint answers. Seconds; `people` write so many a second, `writers` of them in all."""

    latency: float = LATENCY
    penalty: float | None = None
    people: float = 0.0
    writers: int = 10**9


class Seen:
    """What arrived. Times are those of the machine's monotonic clock, which all its processes share."""

    def __init__(self, manner: Manner) -> None:
        self.manner = manner
        self.people = People(manner.people, manner.writers)
        limits = Limits.off() if manner.penalty is None else Limits(penalty_seconds=manner.penalty)
        self._gate = Gate(limits)
        self._limited = manner.penalty is not None
        self.arrivals: list[float] = []
        self.others: list[float] = []
        """Answers and edits: they take slots too."""
        self.chats: set[int] = set()
        self.refused = 0
        self.connections = 0

    def message(self, body: bytes) -> tuple[bytes, bytes]:
        """Status and answer for one message."""
        found, now = CHAT.search(body), time.monotonic()
        chat = int(found[1]) if found else 0
        wait = self._gate.ask(chat, now, paid=b"allow_paid_broadcast" in body) if self._limited else 0
        if wait:
            self.refused += 1
            return REFUSED, FLOOD % (wait, wait)
        if chat >= FIRST_PERSON:
            self.others.append(now)
            self.people.answer(chat, now)
        else:
            self.people.begin(now)
            self.arrivals.append(now)
            self.chats.add(chat)
        return OK, SENT % (len(self.arrivals), chat)

    def told(self) -> str:
        """The report."""
        return json.dumps(
            {
                "arrivals": self.arrivals,
                "others": self.others,
                "chats": len(self.chats),
                "refused": self.refused,
                "connections": self.connections,
                **self.people.told(),
            }
        )


class Answering(asyncio.Protocol):
    """One connection. Requests on it come one after the other."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by birth
        self._seen.connections += 1

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length = LENGTH.search(head)
        if length and len(rest) < int(length[1]):
            return
        self._buffer = b""
        self._request(head.split(b" ", 2)[1].lower(), rest)

    def _request(self, path: bytes, body: bytes) -> None:
        if path.endswith(b"/sendmessage"):
            self._answer(*self._seen.message(body))
        elif path.endswith(b"/getupdates"):
            offset = OFFSET.search(body)
            self._seen.people.confirmed = max(
                self._seen.people.confirmed, int(offset[1]) - 1 if offset else 0
            )
            self._poll(time.monotonic() + POLL)
        elif path.endswith(b"/getme"):
            self._answer(OK, ME)
        else:
            self._answer(OK, b'{"ok":true,"result":true}')

    def _poll(self, until: float) -> None:
        """Answer as soon as somebody has written, or with nothing at the end of the poll."""
        people, now = self._seen.people, time.monotonic()
        who = people.pending(now)
        if who or now >= until:
            asyncio.get_running_loop().call_later(self._seen.manner.latency, self._hand, who)
        else:
            wait = min(people.next(now), until - now, 0.1) + 0.0005
            asyncio.get_running_loop().call_later(wait, self._poll, until)

    def _hand(self, who: range) -> None:
        people = self._seen.people
        body = people.updates(who)
        self._write(HEAD % (OK, len(body)) + body)
        people.hand(who, time.monotonic())

    def _answer(self, status: bytes, body: bytes) -> None:
        data = HEAD % (status, len(body)) + body
        if self._seen.manner.latency:
            asyncio.get_running_loop().call_later(self._seen.manner.latency, self._write, data)
        else:
            self._write(data)

    def _write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)


async def serve(folder: Path, manner: Manner) -> None:
    seen = Seen(manner)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate(folder))
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Answering(seen), "127.0.0.1", 0, ssl=context, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    print(seen.told(), flush=True)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(Path(sys.argv[1]), Manner(**json.loads(sys.argv[2]))))
