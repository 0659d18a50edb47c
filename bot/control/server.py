"""The service's end of the control socket: one bounded line in, one line out, for its own user only.

It knows nothing of what is asked: `answer` does. A request that cannot be read gets one constant answer.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.control import home as homes
from bot.control.messages import LINE_LIMIT, Answer, Failure, Request
from bot.control.wire import MALFORMED, decode_request, encode, failure, secrets
from bot.errors import Exit, HandbillError
from bot.observability.logs import Log
from bot.vault.memory import wipe

PATIENCE = 10.0
"""Seconds a client may take to send its line or to take the answer."""
AT_ONCE = 8
"""Connections served at the same time; the rest wait in the socket's queue."""
QUEUE = 128
"""Connections that may wait; a client beyond them is refused at once (unix(7))."""

_CHUNK = 65536


async def serve(home: Path, answer: Callable[[Request], Awaitable[Answer]], *, log: Log) -> None:
    """Answer until cancelled. The caller holds `home.only_one`, so a socket found here is a dead one's."""
    loop, room = asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE)
    with _listening(home) as listener:
        async with asyncio.TaskGroup() as group:
            while True:
                await room.acquire()
                connection, _ = await loop.sock_accept(listener)
                task = group.create_task(_converse(connection, answer, log), name="control connection")
                task.add_done_callback(lambda _: room.release())


@contextmanager
def _listening(home: Path) -> Iterator[socket.socket]:
    path = home / homes.SOCKET
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.settimeout(0)
        with homes.socket_address(home) as address:
            listener.bind(address)
        path.chmod(0o600)
        listener.listen(QUEUE)
        try:
            yield listener
        finally:
            path.unlink(missing_ok=True)


async def _converse(
    connection: socket.socket, answer: Callable[[Request], Awaitable[Answer]], log: Log
) -> None:
    loop = asyncio.get_running_loop()
    with connection:
        if not homes.peer_is_us(connection):
            log.warning("control.stranger")
            return
        try:
            async with asyncio.timeout(PATIENCE):
                line = await _line(connection)
            request = decode_request(line) if line else None
            wipe(line or b"")
            reply = await _reply(request, answer, log) if request else MALFORMED
            wipe(*secrets(request))
            async with asyncio.timeout(PATIENCE):
                await loop.sock_sendall(connection, encode(reply))
        except (OSError, TimeoutError):
            return  # the client went away or fell asleep; what it asked for has been done or not begun


async def _line(connection: socket.socket) -> bytes | None:
    """One line without its newline; None when it is too long, or the client ended in the middle of it."""
    loop, received = asyncio.get_running_loop(), bytearray()
    while not received.endswith(b"\n"):
        chunk = await loop.sock_recv(connection, _CHUNK)
        received += chunk
        if not chunk or len(received) > LINE_LIMIT:
            return None
        wipe(chunk)
    with memoryview(received) as whole:
        line = bytes(whole[:-1])
    wipe(received)
    return line


async def _reply(request: Request, answer: Callable[[Request], Awaitable[Answer]], log: Log) -> Answer:
    (outcome,) = await asyncio.gather(answer(request), return_exceptions=True)
    if isinstance(outcome, HandbillError):
        log.info("control.refused", error=outcome)
        return failure(outcome)
    if isinstance(outcome, BaseException):  # a bug in one request must not end the service
        log.failure("control.failed", error=outcome)
        return Failure(exit=Exit.BUG, message="something went wrong inside the service", hint="see its log")
    return outcome
