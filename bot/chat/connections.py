"""Connections for bulk messages: many at once to one server, each with one HTTP/1.1 request at a time.

Bulk delivery spends most of its CPU here, and aiohttp's client four times as much (tests/bench, `floor`), so
this is the one place with an HTTP client of our own. It knows nothing of Telegram. An address is never told.
"""

import asyncio
import ssl
from enum import Enum
from typing import NamedTuple, cast

import httptools
from aiohappyeyeballs import start_connection
from python_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError
from python_socks.async_.asyncio import Proxy
from yarl import URL

CONNECT_TIMEOUT = 10.0
READ_TIMEOUT = 25.0
"""Seconds. The server itself sleeps through flood waits of up to 8 s before it answers."""

HANDSHAKES = 4
"""Connections that are being made at once: a TLS handshake holds the event loop for a millisecond or two."""

IDLE = 15.0
"""Seconds after which an unused connection is not trusted any more: servers close theirs without a word."""

HAPPY_EYEBALLS = 0.25
"""Seconds until the next address of a name is tried beside the first (RFC 8305)."""

LARGEST = 1 << 20
"""Bytes of an answer; a Bot API answer to a message has a few hundred."""

FIRST_FINAL = 200
"""Below are the interim answers of HTTP, after which the real one comes."""


class Heard(NamedTuple):
    """One whole answer."""

    status: int
    body: bytes


class Silence(Enum):
    """Why there is no answer."""

    NOT_SENT = "no connection was made: DNS, TLS, refused, proxy"
    LOST = "the request may have arrived: reset, time-out, half an answer"


class Connections:
    """Requests to one server over connections that are kept. `close` ends them."""

    def __init__(self, address: str, *, proxy: str = "", read_timeout: float = READ_TIMEOUT) -> None:
        """`address`: scheme, host, port and the beginning of every path. `proxy`: `socks5h://…`, `http://…`."""
        self._url = URL(address)
        self._proxy = proxy.replace("socks5h://", "socks5://", 1)
        self._tls = ssl.create_default_context() if self._url.scheme == "https" else None
        self._read_timeout = read_timeout
        self._idle: list[_Connection] = []
        self._making = asyncio.Semaphore(HANDSHAKES)
        path = self._url.raw_path.rstrip("/")
        host = f" HTTP/1.1\r\nHost: {self._url.host_port_subcomponent}\r\n"
        self._path, self._host = path.encode(), host.encode()

    async def post(self, path: bytes, body: bytes) -> Heard | Silence:
        """Send JSON and wait for the answer."""
        kind = b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        return await self._ask(b"POST %b%b%b%b%b" % (self._path, path, self._host, kind, body))

    async def get(self, path: bytes) -> Heard | Silence:
        """Ask without a body."""
        return await self._ask(b"GET %b%b%b\r\n" % (self._path, path, self._host))

    async def open(self, number: int) -> None:
        """Have so many connections ready; one that cannot be made is the next request's business."""
        missing = range(number - len(self._idle))
        made = await asyncio.gather(*(self._connect() for _ in missing))
        self._idle += [connection for connection in made if connection]

    def close(self) -> None:
        """Hang up all that are idle; the others hang up when their request is cancelled or answered."""
        for connection in self._idle:
            connection.hang_up()
        self._idle.clear()

    async def _ask(self, request: bytes) -> Heard | Silence:
        connection = self._free() or await self._connect()
        if connection is None:
            return Silence.NOT_SENT
        heard = await connection.ask(request, self._read_timeout)
        if connection.usable:
            self._idle.append(connection)
        return heard

    def _free(self) -> "_Connection | None":
        """The connection that was used last, and still stands."""
        since = asyncio.get_running_loop().time() - IDLE
        while self._idle:
            connection = self._idle.pop()
            if connection.usable and connection.used > since:
                return connection
            connection.hang_up()
        return None

    async def _connect(self) -> "_Connection | None":
        loop = asyncio.get_running_loop()
        host, port = self._url.host or "", self._url.port or 0
        try:
            async with self._making, asyncio.timeout(CONNECT_TIMEOUT):
                if self._proxy:
                    # Names are resolved at the far end, whatever the scheme.
                    sock = await Proxy.from_url(self._proxy, rdns=True).connect(host, port)
                else:
                    addresses = await loop.getaddrinfo(host, port, type=1)
                    sock = await start_connection(addresses, happy_eyeballs_delay=HAPPY_EYEBALLS)
                name = host if self._tls else None
                _, made = await loop.create_connection(
                    _Connection, sock=sock, ssl=self._tls, server_hostname=name
                )
        except (OSError, TimeoutError, ProxyConnectionError, ProxyError, ProxyTimeoutError, UnicodeError):
            # UnicodeError: a proxy that names itself in no letters at all.
            return None
        return made


class _Connection(asyncio.Protocol):
    """One connection; also what its parser calls."""

    def __init__(self) -> None:
        self.used = 0.0
        """When it was made or answered last, by the event loop's clock."""
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._turn: asyncio.Future[Heard | Silence] | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._body = b""
        self._answering = False

    @property
    def usable(self) -> bool:
        """Whether another request may be sent on it."""
        return self._transport is not None and not self._transport.is_closing()

    async def ask(self, request: bytes, seconds: float) -> Heard | Silence:
        """Send one request and wait so long at most for the whole answer."""
        if self._transport is None:
            return Silence.NOT_SENT
        turn: asyncio.Future[Heard | Silence] = self._loop.create_future()
        self._turn = turn
        late = self._loop.call_later(seconds, self.hang_up)
        self._transport.write(request)
        try:
            return await turn
        finally:
            late.cancel()
            if turn.cancelled():
                self.hang_up()

    def hang_up(self) -> None:
        """Close at once. Whatever was asked has no answer."""
        if self._transport:
            self._transport.abort()
        self._transport = None
        self._answer(Silence.LOST)

    def _answer(self, heard: Heard | Silence) -> None:
        turn, self._turn = self._turn, None
        if turn and not turn.done():
            turn.set_result(heard)

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by birth
        self.used = self._loop.time()

    def data_received(self, data: bytes) -> None:
        asked = self._turn is not None
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            asked = False
        if not asked or len(self._body) > LARGEST:
            # What nobody asked for, and what is no HTTP, is the end of a connection.
            self.hang_up()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answering and exc is None:
            # The end of the connection may be that of the body; one cut short is no JSON any more.
            self._answer(Heard(self._parser.get_status_code(), self._body))
        self.hang_up()

    # What the parser calls.

    def on_headers_complete(self) -> None:
        self._answering = self._parser.get_status_code() >= FIRST_FINAL

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        body, self._body = self._body, b""
        if not self._answering:
            return
        self._answering = False
        self.used = self._loop.time()
        keep = self._turn is not None and self._parser.should_keep_alive()
        self._answer(Heard(self._parser.get_status_code(), body))
        if not keep:
            self.hang_up()
