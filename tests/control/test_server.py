"""The control socket: one bounded line in, one line out, for the service's own user only."""

import asyncio
import os
import socket
import stat
import struct
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.control import client, messages, server, wire
from bot.control import home as homes
from bot.control.messages import Answer, Done, Lock, Request, State, Status, Unlock
from bot.control.signing import File
from bot.errors import (
    BadInputError,
    Exit,
    HandbillError,
    LockedError,
    NetworkError,
    SettingsError,
    WrongPassphraseError,
)
from bot.observability.logs import Log

KEY = bytes(range(32))


class Desk:
    """Answers like a service, and remembers what reached it."""

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.error: Exception | None = None

    async def answer(self, request: Request) -> Answer:
        copied = wire.decode_request(wire.encode(request))  # the server overwrites what it was sent
        assert copied
        self.asked.append(copied)
        if self.error:
            raise self.error
        return Done() if isinstance(request, Lock) else Status(state=State.RUNNING)


@asynccontextmanager
async def serving(home: Path, desk: Desk, stream: StringIO | None = None) -> AsyncIterator[None]:
    log = Log(stream or StringIO(), now=lambda: datetime.now(UTC))
    async with asyncio.TaskGroup() as group:
        task = group.create_task(server.serve(home, desk.answer, log=log), name="control socket")
        await asyncio.sleep(0)  # its first turn: the socket is there before it waits for anything
        try:
            yield
        finally:
            task.cancel()


async def ask(home: Path, request: Request) -> Answer | None:
    return await asyncio.to_thread(client.ask, home, request, patience=10)


async def says(home: Path, line: bytes, *, end: bool = False) -> bytes:
    """Send raw bytes and read to the end, as a program that is not ours would."""
    with homes.socket_address(home) as address:
        reader, writer = await asyncio.open_unix_connection(address)
    with suppress(ConnectionError):
        writer.write(line)
        await writer.drain()
        if end:
            writer.write_eof()
    answer = b""
    with suppress(ConnectionError):
        answer = await reader.read()
    writer.close()
    return answer


async def test_one_line_there_one_back(tmp_path: Path) -> None:
    """What is asked reaches the service, and its answer the terminal; the socket is the owner's alone."""
    desk = Desk()
    async with serving(tmp_path, desk):
        assert stat.S_IMODE((tmp_path / "control.sock").stat().st_mode) == 0o600
        assert await ask(tmp_path, Unlock(master_key=KEY)) == Status(state=State.RUNNING)
        assert await ask(tmp_path, Lock()) == Done()
    assert desk.asked == [Unlock(master_key=KEY), Lock()]
    assert not (tmp_path / "control.sock").exists()


async def test_errors_cross(tmp_path: Path) -> None:
    """An error of the service ends the command with the same line, hint and exit code."""
    desk = Desk()
    desk.error = LockedError("the service is locked", hint="unlock it")
    async with serving(tmp_path, desk):
        with pytest.raises(LockedError) as caught:
            await ask(tmp_path, Lock())
    assert (caught.value.message, caught.value.hint) == ("the service is locked", "unlock it")


async def test_bugs_do_not_cross(tmp_path: Path) -> None:
    """A bug in one request is logged by class and place, answered with a constant, and ends nothing."""
    desk, stream = Desk(), StringIO()
    desk.error = ValueError("canary")
    async with serving(tmp_path, desk, stream):
        with pytest.raises(HandbillError) as caught:
            await ask(tmp_path, Lock())
        desk.error = None
        assert await ask(tmp_path, Lock()) == Done()
    assert caught.value.exit_code == Exit.BUG
    assert "canary" not in caught.value.message + stream.getvalue()
    assert "control.failed error=ValueError place=control/test_server.py" in stream.getvalue()


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"{}\n",
        b"hello\n",
        b"[" * 100_000 + b"\n",
        b'{"op":"publish","text":"canary"}\n',
        b'{"op":"status","more":1}\n',
        b'{"op":"unlock"}\n',
        b'{"op":"unlock","master_key":"AAAA"}\n',
        b'{"op":"unlock","master_key":7}\n',
        b'{"op":"lock"}\n{"op":"lock"}\n',
        b'\xff\xfe{"op":"lock"}\n',
        b'{"op":"statements.import","files":[{"name":"en.md"}]}\n',
    ],
)
async def test_malformed(tmp_path: Path, line: bytes) -> None:
    """Whatever cannot be read gets one constant answer, and the connection is closed."""
    desk = Desk()
    async with serving(tmp_path, desk):
        assert await says(tmp_path, line) == wire.encode(wire.MALFORMED)
        assert await ask(tmp_path, Lock()) == Done()
    assert desk.asked == [Lock()]


async def test_half_a_line(tmp_path: Path) -> None:
    """A client that ends in the middle of its line asked nothing."""
    desk = Desk()
    async with serving(tmp_path, desk):
        await says(tmp_path, b'{"op":"lock"}', end=True)
    assert desk.asked == []


async def test_endless_line(tmp_path: Path) -> None:
    """A line over 8 MiB is not read to its end."""
    desk = Desk()
    async with serving(tmp_path, desk):
        line = b'{"op":"lock"' + b" " * (messages.LINE_LIMIT + 2_000_000) + b"}\n"
        assert await says(tmp_path, line) in (b"", wire.encode(wire.MALFORMED))
        assert await ask(tmp_path, Lock()) == Done()
    assert desk.asked == [Lock()]


async def test_silent_clients(tmp_path: Path) -> None:
    """Clients that say nothing do not keep others out."""
    async with serving(tmp_path, Desk()):
        with homes.socket_address(tmp_path) as address:
            silent = [await asyncio.open_unix_connection(address) for _ in range(server.AT_ONCE - 1)]
        assert await ask(tmp_path, Lock()) == Done()
        for _, writer in silent:
            writer.close()


async def test_patience_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever says nothing for too long is dropped."""
    monkeypatch.setattr(server, "PATIENCE", 0.0)
    async with serving(tmp_path, Desk()):
        assert await says(tmp_path, b"") == b""


async def test_strangers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another user is not heard, even where the socket's mode would let them in."""
    desk, stream = Desk(), StringIO()
    monkeypatch.setattr(homes, "peer_is_us", lambda _: False)
    async with serving(tmp_path, desk, stream):
        assert await says(tmp_path, b'{"op":"lock"}\n') == b""
    assert desk.asked == []
    assert "control.stranger" in stream.getvalue()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")
def test_peer_is_us() -> None:
    """The user at the other end is asked of the kernel (SO_PEERCRED)."""
    here, there = socket.socketpair(socket.AF_UNIX)
    with here, there:
        assert homes.peer_is_us(here)
    address = f"\0handbill-{os.urandom(8).hex()}"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        script = (
            "import os, socket; os.setuid(65534); s = socket.socket(socket.AF_UNIX);"
            f"s.connect({address!r}); s.recv(1)"
        )
        stranger = subprocess.Popen([sys.executable, "-I", "-c", script])
        connection, _ = listener.accept()
        with connection:
            uid = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[1]
            assert uid == 65534
            assert not homes.peer_is_us(connection)
            connection.sendall(b".")
        assert stranger.wait(10) == 0


async def test_long_path(tmp_path: Path) -> None:
    """A home whose path is longer than a socket's may be works like any other."""
    home = tmp_path / ("a" * 100) / ("b" * 100)
    home.mkdir(parents=True)
    async with serving(home, Desk()):
        assert await ask(home, Lock()) == Done()


async def test_stale_socket(tmp_path: Path) -> None:
    """A socket that a killed service left behind is replaced; until then nobody listens."""
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / "control.sock"))
    assert client.ask(tmp_path, Lock()) is None
    async with serving(tmp_path, Desk()):
        assert await ask(tmp_path, Lock()) == Done()


def test_nobody_listens(tmp_path: Path) -> None:
    """Without a service there is no answer, and that is no error."""
    assert client.ask(tmp_path, Lock()) is None
    assert client.status(tmp_path) is None


def test_only_one(tmp_path: Path) -> None:
    """One process works in a home; the second is told so, and the lock ends with the first."""
    with homes.only_one(tmp_path):
        assert homes.is_taken(tmp_path)
        with pytest.raises(NetworkError, match="already running"), homes.only_one(tmp_path):
            pass
    assert not homes.is_taken(tmp_path)


def test_too_many_files(tmp_path: Path) -> None:
    """An import that would not fit into one line is refused before anything is sent."""
    files = (File(name="en.md", data=bytes(messages.LINE_LIMIT)),)
    with pytest.raises(BadInputError, match="too many"):
        client.ask(tmp_path, messages.ImportStatements(files=files))


async def test_a_service_that_talks_nonsense(tmp_path: Path) -> None:
    """What is no answer ends the command with 8, not with a trace."""

    async def nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b'{"op":"done","surprise":1}\n')
        writer.close()

    async with await asyncio.start_unix_server(nonsense, tmp_path / "control.sock"):
        with pytest.raises(NetworkError, match="does not answer"):
            await ask(tmp_path, Lock())


@given(st.binary(max_size=200))
def test_nothing_breaks_the_decoders(line: bytes) -> None:
    """Any bytes are a request or they are not; there is no third outcome."""
    assert wire.decode_request(line) is None or b"op" in line
    assert wire.decode_answer(line) is None or b"op" in line


def test_messages_show_nothing() -> None:
    """A message that ends in a log or a trace shows its kind and no more."""
    assert repr(messages.SetToken(token="canary")) == "<SetToken>"
    assert repr(Unlock(master_key=KEY)) == "<Unlock>"


def test_failures_keep_their_kind() -> None:
    """Every error of the tree has the same class on both sides of the socket."""
    for kind in (SettingsError, LockedError, WrongPassphraseError, NetworkError, BadInputError):
        error = wire.error(wire.failure(kind("what", hint="why")))
        assert (type(error), error.message, error.hint) == (kind, "what", "why")
