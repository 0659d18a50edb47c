"""Logs: nothing about people, whatever a library says and at whatever level somebody asks for it."""

import ast
import asyncio
import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

import pytest

from bot.errors import NetworkError
from bot.observability import logs

TOKEN = "123456789:AAcanaryCANARYcanaryCANARYcanaryCAN"
CANARIES = ["canary", "CANARY", "7012345678", TOKEN]


class Mood(Enum):
    VERY_GOOD = "x"


def log_to(stream: io.StringIO, form: str = "plain") -> logs.Log:
    return logs.Log(stream, now=lambda: datetime(2026, 11, 22, 17, 36, 39, tzinfo=UTC), form=form)


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    with logs.install(log_to(stream)):
        yield stream


def raised(error: Exception) -> Exception:
    try:
        raise error
    except type(error) as caught:
        return caught


def test_own_lines() -> None:
    """A line is time, level, a constant event and typed fields; an exception is its class and its place."""
    stream = io.StringIO()
    log = log_to(stream)
    log.info("service.started", seconds=0.12345, polling=True, mood=Mood.VERY_GOOD, attempt=3)
    log.warning("delivery.failed", error=raised(NetworkError("canary")))
    first, second = stream.getvalue().splitlines()
    assert first == (
        "2026-11-22T17:36:39Z info service.started seconds=0.123 polling=true mood=very_good attempt=3"
    )
    assert second.startswith(
        "2026-11-22T17:36:39Z warning delivery.failed error=NetworkError place=observability/test_logs.py:"
    )


def test_json_lines() -> None:
    """With format = "json" each line is one JSON object with the same content."""
    stream = io.StringIO()
    log_to(stream, "json").failure("service.failed", count=2)
    assert json.loads(stream.getvalue()) == {
        "time": "2026-11-22T17:36:39Z",
        "level": "error",
        "event": "service.failed",
        "count": 2,
    }


def test_groups_say_what_is_in_them() -> None:
    """Of an error in a group, however deep, the line shows the kind and the place, not that of the group."""
    lines = io.StringIO()
    inner = raised(KeyError("canary"))
    log_to(lines).failure("update.failed", error=ExceptionGroup("x", [ExceptionGroup("y", [inner])]))
    assert "error=KeyError place=observability/test_logs.py:" in lines.getvalue()
    assert "canary" not in lines.getvalue()


def test_free_text_is_withheld() -> None:
    """Free text cannot be logged by mistake: neither as an event, nor as a field, nor as a field's name."""
    stream = io.StringIO()
    log_to(stream).write("info", "canary said 7012345678", {"canary 1": "canary", "id": 7012345678})  # type: ignore[dict-item] # the mistake under test
    assert stream.getvalue() == "2026-11-22T17:36:39Z info withheld withheld=withheld id=[number]\n"


def test_last_filter() -> None:
    """Whatever got that far: token shapes and runs of six or more digits leave the line."""
    assert logs.scrubbed(f"GET /bot{TOKEN}/getMe 99999 123456") == "GET /bot[token]/getMe 99999 [number]"
    assert logs.scrubbed(TOKEN.replace(":", "%3A")) == "[token]"


@pytest.mark.parametrize(
    "name",
    ["httpx", "httpcore", "telegram", "apscheduler", "sqlalchemy", "aiosqlite", "aiohttp", "asyncio", "root"],
)
def test_audit(stream: io.StringIO, name: str) -> None:
    """With every logger at DEBUG a library's line says where it was written and nothing of what it says."""
    logger = logging.getLogger(None if name == "root" else name)
    logging.getLogger().setLevel(logging.DEBUG)
    level = logger.level
    logger.setLevel(logging.DEBUG)
    try:
        for say in (logger.debug, logger.info, logger.warning, logger.error):
            say("canary %s", TOKEN)
            say(f"canary 7012345678 {TOKEN}")
        logger.error("canary", exc_info=raised(ValueError(f"canary {TOKEN}")), stack_info=True)
    finally:
        logger.setLevel(level)
    written = stream.getvalue()
    assert not [canary for canary in CANARIES if canary in written]
    lines = written.splitlines()
    assert len(lines) == 5, "two warnings, two errors and the exception; nothing below"
    assert all("test_logs.py:" in line and f"logger={name}" in line for line in lines)
    assert "error=ValueError" in lines[-1]


def test_own_handlers_of_libraries(stream: io.StringIO) -> None:
    """A handler that a library hangs on its own logger gets no content either."""
    other = io.StringIO()
    logger, handler = logging.getLogger("handbill-test"), logging.StreamHandler(other)
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        logger.debug("canary")
        logger.info("canary")
        logger.error("canary", exc_info=raised(ValueError("canary")))
    finally:
        logger.removeHandler(handler)
    assert other.getvalue() == "withheld\n"
    assert "error=ValueError" in stream.getvalue()


def test_what_python_prints_by_itself(stream: io.StringIO, capsys: pytest.CaptureFixture[str]) -> None:
    """Warnings, crashes of threads, of finalisers and of the program itself are one line without content."""

    def crash() -> None:
        raise ValueError("canary")

    class Finaliser:
        def __del__(self) -> None:
            raise ValueError("canary")

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("canary", stacklevel=1)
    Finaliser()
    thread = threading.Thread(target=crash)
    thread.start()
    thread.join()
    error = raised(ValueError("canary"))
    sys.excepthook(ValueError, error, error.__traceback__)
    lines = stream.getvalue().splitlines()
    assert [line.split()[2] for line in lines] == ["library", "crash.unraisable", "crash.thread", "crash"]
    assert "canary" not in stream.getvalue() + "".join(capsys.readouterr())


async def test_lost_task(stream: io.StringIO) -> None:
    """Python puts an exception's text into its message about a lost task; the log shows only its class."""

    async def fail() -> None:
        raise ValueError("canary")

    asyncio.get_running_loop().call_exception_handler(
        {"message": "canary", "exception": raised(ValueError("canary"))}
    )
    with pytest.raises(ExceptionGroup):
        async with asyncio.TaskGroup() as group:
            group.create_task(fail())
    assert "logger=asyncio" in stream.getvalue()
    assert "canary" not in stream.getvalue()


def test_undone() -> None:
    """Leaving `install` gives the process its old logging back."""
    before = (logging.getLogger().handlers[:], logging.root.manager.disable, sys.excepthook)
    with logs.install(log_to(io.StringIO())):
        assert logging.getLogger().handlers != before[0]
    assert (logging.getLogger().handlers[:], logging.root.manager.disable, sys.excepthook) == before


def test_closed_stderr() -> None:
    """A service whose stderr was closed goes on."""
    stream = io.StringIO()
    log = log_to(stream)
    stream.close()
    log.info("service.started")


def _event_of(node: ast.Call) -> ast.expr | None:
    """What a call hands to the log as its event; None where it is no such call."""
    if isinstance(node.func, ast.Name) and node.func.id == "Seldom":
        return node.args[2]
    if not isinstance(node.func, ast.Attribute):
        return None
    owner = ast.unparse(node.func.value).split(".")[-1].strip("_")
    told = owner in {"log", "logs"} and node.func.attr in {"info", "warning", "error", "failure"}
    return node.args[0] if told else None


def test_events_are_constants() -> None:
    """Every event in the program is a literal, and no field of a log line is a formatted text."""
    seen = 0
    for path in Path("bot").rglob("*.py"):
        if path.name == "seldom.py":  # it passes on the literal that it was made with, which is seen there
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            event = _event_of(node) if isinstance(node, ast.Call) else None
            if event is None:
                continue
            seen += 1
            assert isinstance(event, ast.Constant), f"{path}:{event.lineno}"
            assert isinstance(event.value, str)
            assert logs._EVENT.fullmatch(event.value), f"{path}:{event.lineno}"
    assert seen
