"""Slogans in turn: each round has another order, and none comes again before all others have come.

The order follows from a number alone, such as the day, so nothing is remembered about anybody. Reading the
files is `library.slogans`.
"""

import hashlib
from collections.abc import Sequence

from bot.domain.statement import Slogan

SHUFFLED_FROM = 3
"""Fewer slogans than this always come in the same order: any other would repeat one at once."""


def themes(slogans: Sequence[Slogan]) -> tuple[str, ...]:
    """The themes in the order of the file, each once."""
    return tuple(dict.fromkeys(slogan.theme for slogan in slogans))


def of_theme(slogans: Sequence[Slogan], theme: str) -> list[Slogan]:
    """Those of one theme, whatever the case it was written in; all of them for no theme."""
    return [slogan for slogan in slogans if theme.casefold() in {"", slogan.theme.casefold()}]


def in_turn(slogans: Sequence[Slogan], number: int, step: int = 0) -> Slogan:
    """The slogan whose turn it is; `step` is how much further in the same round. There must be one at least.

    With as many turns, or steps, as there are slogans every one of them has come once.
    """
    turns, place = divmod(number, len(slogans))
    return _round(slogans, turns)[(place + step) % len(slogans)]


def _round(slogans: Sequence[Slogan], number: int) -> list[Slogan]:
    """The order of one round; it does not begin with the slogan that ended the round before."""
    if len(slogans) < SHUFFLED_FROM:
        return _shuffled(slogans, 0)
    order = _shuffled(slogans, number)
    if order[0] == _shuffled(slogans, number - 1)[-1]:
        order[:2] = reversed(order[:2])
    return order


def _shuffled(slogans: Sequence[Slogan], number: int) -> list[Slogan]:
    return sorted(
        slogans, key=lambda one: hashlib.sha256(f"{number} {one.language} {one.text}".encode()).digest()
    )
