"""An endpoint that answers like the Bot API after 50 ms, over TLS, in a process of its own.

`python -m tests.bench.endpoint FOLDER` makes a certificate there, prints its port, and answers until its
standard input ends. Then it prints, as JSON, when each message arrived and how many chats there were.
"""

import asyncio
import datetime as dt
import ipaddress
import json
import re
import ssl
import sys
import time
from pathlib import Path
from typing import cast

import uvloop
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

LATENCY = 0.05
POLL = 2.0
"""Seconds after which a long poll ends without an update."""

CHAT = re.compile(rb'"chat_id":\s*(-?\d+)')
LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)
ME = b'{"ok":true,"result":{"id":1234567890,"is_bot":true,"first_name":"Bench","username":"bench_bot"}}'
SENT = b'{"ok":true,"result":{"message_id":%d,"date":1700000000,"chat":{"id":%d,"type":"private"}}}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"


class Seen:
    """What arrived. Times are those of the machine's monotonic clock, which all its processes share."""

    def __init__(self) -> None:
        self.arrivals: list[float] = []
        self.chats: set[int] = set()
        self.connections = 0


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
        self._request(head.split(b" ", 2)[1], rest)

    def _request(self, path: bytes, body: bytes) -> None:
        if path.endswith(b"/sendMessage"):
            chat = CHAT.search(body)
            number = int(chat[1]) if chat else 0
            self._seen.arrivals.append(time.monotonic())
            self._seen.chats.add(number)
            self._answer(SENT % (len(self._seen.arrivals), number))
        elif path.endswith(b"/getUpdates"):
            self._answer(b'{"ok":true,"result":[]}', after=POLL)
        elif path.endswith(b"/getMe"):
            self._answer(ME)
        else:
            self._answer(b'{"ok":true,"result":true}')

    def _answer(self, body: bytes, *, after: float = LATENCY) -> None:
        asyncio.get_running_loop().call_later(after, self._write, HEAD % len(body) + body)

    def _write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)


def certificate(folder: Path) -> Path:
    """A self-made certificate for 127.0.0.1 with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "bench")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "certificate.pem"
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


async def serve(folder: Path) -> None:
    seen = Seen()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate(folder))
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Answering(seen), "127.0.0.1", 0, ssl=context, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    report = {"arrivals": seen.arrivals, "chats": len(seen.chats), "connections": seen.connections}
    print(json.dumps(report), flush=True)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(Path(sys.argv[1])))
