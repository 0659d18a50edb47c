"""Work with passphrases in a short-lived child: none stays in the memory of a process that runs for long."""

import os
from collections.abc import Callable
from typing import NoReturn

from bot.cli.terminal import Terminal
from bot.control.messages import Failure
from bot.control.wire import decode_answer, encode, error, failure
from bot.errors import Exit, HandbillError

KEY = 32
"""Bytes of a master key."""


def apart(terminal: Terminal, work: Callable[[], bytes]) -> bytes:
    """The key that `work` finds in a child that ends with it. Raises the HandbillError that it raises there.

    Call it before there is an event loop or a thread.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        _work(terminal, work, writer)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        found = pipe.read()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if len(found) == KEY:
        return found
    failed = decode_answer(found)
    if isinstance(failed, Failure):
        raise error(failed)
    raise KeyboardInterrupt if code == Exit.INTERRUPTED else RuntimeError("no key came back")


def _work(terminal: Terminal, work: Callable[[], bytes], writer: int) -> NoReturn:
    """In the child, which nothing leaves alive."""
    code = Exit.BUG
    try:
        terminal.harden()
        os.write(writer, work())
        code = Exit.OK
    except HandbillError as problem:
        os.write(writer, encode(failure(problem)))
    except KeyboardInterrupt:
        code = Exit.INTERRUPTED
    finally:
        os._exit(code)
