"""The terminal's end of the control socket: ask a running service one thing and wait for its answer."""

import socket
from pathlib import Path

from bot.control import home as homes
from bot.control.messages import LINE_LIMIT, Answer, AskStatus, Failure, Request, Status
from bot.control.wire import decode_answer, encode, error
from bot.errors import BadInputError, NetworkError

PATIENCE = 120.0
"""Seconds to wait for an answer: unlocking may have to bring a large database up to date."""


def ask(home: Path, request: Request, *, patience: float = PATIENCE) -> Answer | None:
    """The service's answer, or None where no service listens.

    Raises the error that the service answered; NetworkError when it does not answer as it should.
    """
    line = encode(request)
    if len(line) > LINE_LIMIT:
        raise BadInputError("these files are too many for one import", hint="import them in several parts")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(patience)
        try:
            with homes.socket_address(home) as address:
                connection.connect(address)
        except (FileNotFoundError, NotADirectoryError, ConnectionRefusedError):
            return None
        except OSError:
            raise _silent() from None
        if not homes.peer_is_us(connection):
            raise NetworkError(
                "the service on this home runs as another user", hint="run handbill as the service's user"
            )
        answer = decode_answer(_exchange(connection, line))
    if answer is None:
        raise _silent()
    if isinstance(answer, Failure):
        raise error(answer)
    return answer


def status(home: Path) -> Status | None:
    """How the service is, or None where none listens."""
    answer = ask(home, AskStatus(), patience=5.0)
    return answer if isinstance(answer, Status) else None


def _exchange(connection: socket.socket, line: bytes) -> bytes:
    received = bytearray()
    try:
        connection.sendall(line)
        while not received.endswith(b"\n"):
            chunk = connection.recv(65536)
            if not chunk or len(received) > 2 * LINE_LIMIT:
                raise _silent()
            received += chunk
    except OSError:
        raise _silent() from None
    return bytes(received)


def _silent() -> NetworkError:
    return NetworkError("the service does not answer as it should", hint="see its log, or start it again")
