"""Log lines that cannot tell on anybody: constant event names with typed fields, on stderr.

Libraries may speak at WARNING and above, and then only where, never what: their messages hold tokens, texts
and ids. `install` takes over everything that writes to stderr by itself; it is undone when it is left.
"""

import json
import logging
import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import Enum
from types import TracebackType
from typing import Literal, TextIO

Field = int | float | bool | Enum | BaseException
"""What a field may be. A word is always the member of an enum, so it was written down in the program."""

Level = Literal["info", "warning", "error"]

_EVENT = re.compile(r"[a-z]+([._ -][a-z]+){0,7}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z_.]{0,59}")
_TOKEN = re.compile(r"\d{4,}(:|%3[Aa])[A-Za-z0-9_-]{20,}")
_DIGITS = re.compile(r"\d{6,}")
_WITHHELD = "withheld"
_RAISED = "handbill_raised"


class Log:
    """The program's own logger: `log.info("service.started", seconds=0.3)`."""

    def __init__(self, stream: TextIO, *, now: Callable[[], datetime], form: str = "plain") -> None:
        self._stream = stream
        self._now = now
        self._json = form == "json"

    def info(self, event: str, **fields: Field) -> None:
        """Something happened as it should. `event` is a constant: small words joined by dots."""
        self.write("info", event, fields)

    def warning(self, event: str, **fields: Field) -> None:
        """Something went wrong that the program copes with."""
        self.write("warning", event, fields)

    def failure(self, event: str, **fields: Field) -> None:
        """Something went wrong that somebody should look at."""
        self.write("error", event, fields)

    def write(self, level: Level, event: str, fields: "dict[str, Field]") -> None:
        """One line. What is not a constant name or an allowed type is withheld, never an error."""
        values: dict[str, int | float | bool | str] = {}
        for name, value in fields.items():
            key = name if _NAME.fullmatch(name) else _WITHHELD
            if isinstance(value, BaseException):
                error = first(value)
                values[key] = type(error).__name__
                values["place"] = place(error.__traceback__)
            else:
                values[key] = _plain(value)
        self._emit(level, event if _EVENT.fullmatch(event) else _WITHHELD, values)

    def foreign(self, record: logging.LogRecord) -> None:
        """One line for a library's record: which logger, from where, with which exception. Never its text."""
        level: Level = "error" if record.levelno >= logging.ERROR else "warning"
        values: dict[str, int | float | bool | str] = {
            "logger": record.name if _NAME.fullmatch(record.name) else _WITHHELD,
            "place": f"{_short(record.pathname)}:{record.lineno}",
        }
        error = getattr(record, _RAISED, None)
        if isinstance(error, BaseException):
            values |= {"error": type(error).__name__, "raised": place(error.__traceback__)}
        self._emit(level, "library", values)

    def _emit(self, level: Level, event: str, values: "dict[str, int | float | bool | str]") -> None:
        time = self._now().strftime("%Y-%m-%dT%H:%M:%SZ")
        if self._json:
            line = json.dumps({"time": time, "level": level, "event": event, **values})
        else:
            line = " ".join(
                [time, level, event, *(f"{name}={_word(value)}" for name, value in values.items())]
            )
        try:
            self._stream.write(scrubbed(line) + "\n")
            self._stream.flush()
        except (OSError, ValueError):
            return  # nobody reads stderr any more; the service goes on


def scrubbed(line: str) -> str:
    """The last filter: the line without tokens and without numbers of six or more digits."""
    return _DIGITS.sub("[number]", _TOKEN.sub("[token]", line))


def first(error: BaseException) -> BaseException:
    """The first error of a group, which says more than that there was a group."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def place(traceback: TracebackType | None) -> str:
    """Where an exception was raised, as file:line; never what it said."""
    if traceback is None:
        return "nowhere"
    while traceback.tb_next:
        traceback = traceback.tb_next
    return f"{_short(traceback.tb_frame.f_code.co_filename)}:{traceback.tb_lineno}"


@contextmanager
def install(log: Log) -> Iterator[None]:
    """Route all other logging, warnings and unhandled exceptions of the process through `log`.

    Records below WARNING are refused for every logger, whatever level anybody sets. The root's handlers are
    put aside for as long as this lasts; a handler on another logger sees only records without content.
    """
    root = logging.getLogger()
    handlers, level, disabled = root.handlers[:], root.level, root.manager.disable
    factory = logging.getLogRecordFactory()
    hooks = sys.excepthook, sys.unraisablehook, threading.excepthook
    root.handlers[:] = [_Handler(log)]
    logging.setLogRecordFactory(_without_content(factory))
    logging.disable(logging.INFO)
    logging.captureWarnings(capture=True)
    sys.excepthook = lambda _, error, __: log.failure("crash", error=error)
    sys.unraisablehook = lambda args: log.failure("crash.unraisable", error=args.exc_value or RuntimeError())
    threading.excepthook = lambda args: log.failure("crash.thread", error=args.exc_value or RuntimeError())
    try:
        yield
    finally:
        sys.excepthook, sys.unraisablehook, threading.excepthook = hooks
        logging.captureWarnings(capture=False)
        logging.setLogRecordFactory(factory)
        root.handlers[:], root.level = handlers, level
        logging.disable(disabled)


class _Handler(logging.Handler):
    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        self._log.foreign(record)


def _without_content(factory: Callable[..., logging.LogRecord]) -> Callable[..., logging.LogRecord]:
    """Records whose text is gone before any handler sees them, for handlers that libraries bring along."""

    def make(*args: object, **kwargs: object) -> logging.LogRecord:
        record = factory(*args, **kwargs)
        setattr(record, _RAISED, record.exc_info and record.exc_info[1])
        record.msg, record.args, record.exc_info, record.stack_info = _WITHHELD, (), None, None
        return record

    return make


def _plain(value: object) -> int | float | bool | str:
    if isinstance(value, Enum):
        return value.name.lower()
    if isinstance(value, float):
        return round(value, 3)
    return value if isinstance(value, int) else _WITHHELD


def _word(value: float | str) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _short(path: str) -> str:
    """The last two parts of a path: enough to find the file, and no folder of this machine."""
    return "/".join(path.replace("\\", "/").split("/")[-2:])
