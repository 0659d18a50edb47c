"""What a parser is to the hunts, and what it may answer: something read, or one clear refusal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.errors import BadInputError, StatementError

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One parser; `seeds` are good inputs to begin with."""

    run: Callable[[bytes], None]
    seeds: Sequence[bytes]


def refused(read: Callable[[], object]) -> StatementError | None:
    """The refusal, which says what to do; None when it was read."""
    try:
        read()
    except StatementError as error:
        told = error
    else:
        return None
    assert told.problem
    assert told.hint
    return told


def accepted(read: Callable[[], T]) -> T | None:
    """What was read; None when it was refused with one line and a hint."""
    try:
        return read()
    except BadInputError as error:
        told = error
    assert "\n" not in told.message
    assert told.hint
    return None
