"""The rows of RESULTS.md: what was measured beside its gate and its goal (DESIGN, speed and size).

A row whose figure was not measured is left out. Medians of the rounds, unless a row says otherwise.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.bench.chapter import Chapter, Value

MB = 2**20
LONGEST = 2_200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure. `least`: the gate is a lower bound."""

    what: str
    unit: str
    value: float
    gate: float | None
    goal: float | None
    least: bool = False
    beside: str = ""

    def keeps(self, bound: float | None) -> bool:
        """Whether the figure, as it is shown, is within a bound."""
        shown = float(number(self.value).replace(",", ""))
        return bound is not None and (shown >= bound if self.least else shown <= bound)

    @property
    def reached(self) -> str:
        """The words of the last column."""
        if self.keeps(self.goal):
            return "goal"
        if self.gate is None:
            return "not the goal"
        return "gate" if self.keeps(self.gate) else "**no**"

    def bound(self, value: float | None) -> str:
        """A gate or a goal in words."""
        if value is None:
            return ""
        if value == 0 and not self.least:
            return "0"
        return f"{'≥' if self.least else '≤'} {number(value)}{self.spaced}"

    @property
    def spaced(self) -> str:
        return f" {self.unit}" if self.unit not in {"", "/s"} else self.unit

    @property
    def measured(self) -> str:
        """The figure in words."""
        return f"{number(self.value)}{self.spaced}{f' ({self.beside})' if self.beside else ''}"

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        bounds = {"gate": self.gate, "goal": self.goal, "at least": self.least}
        return {
            "what": self.what,
            "value": self.value,
            "unit": self.unit,
            **bounds,
            "reached": self.reached.strip("*"),
        }


def number(value: float) -> str:
    """As many digits as tell something."""
    if value == 0 or abs(value) >= 100 or float(value).is_integer():
        return f"{value:,.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if abs(value) >= 0.3 else f"{value:.3f}"


def rows(plain: dict[str, Any]) -> list[Row]:
    """All rows of which there is a figure."""
    chapter = Chapter(plain)
    every = (
        *_limits(chapter),
        *_paced(chapter),
        *_full(chapter),
        *_crowd(chapter),
        *_long(chapter),
        *_disk(chapter),
    )
    return [row for row in every if row is not None]


def row(
    what: str,
    unit: str,
    value: Value,
    gate: float | None,
    goal: float | None,
    *,
    least: bool = False,
    beside: str = "",
) -> Row | None:
    """A row, if there is a figure."""
    if value is None:
        return None
    return Row(what=what, unit=unit, value=value, gate=gate, goal=goal, least=least, beside=beside)


def times(value: Value, by: float) -> Value:
    return None if value is None else value * by


def share(value: Value, of: Value) -> Value:
    return None if value is None or not of else value / of


def _limits(c: Chapter) -> Iterator[Row | None]:
    slots = times(c.median("slots", "limits"), 100 / 30)
    what = "30/s, people and groups, penalty box on"
    yield row(f"{what}: slots used", "%", slots, 99, 99, least=True)
    yield row(f"{what}: 429 answers", "", c.worst("refused", "limits"), 0, 0)
    yield row(f"{what}: recipients missed", "", c.worst("missed", "limits"), 0, 0)


def _paced(c: Chapter) -> Iterator[Row | None]:
    ours, theirs = c.median("per_message", "paced"), c.median("per_message", "paced", "aiogram-semaphore")
    what = "1000/s over TLS at 50 ms"
    yield row(f"{what}: sustained", "/s", c.median("sustained", "paced"), 990, 990, least=True)
    yield row(
        f"{what}: most in any second", "", c.worst("worst_second", "paced"), 1020, 1020, beside="worst round"
    )
    yield row(f"{what}: CPU a message", "ms", times(ours, 1e3), 0.30, 0.22)
    fresh = times(c.median("per_message", "unlocked", people=10_000), 1e3)
    yield row(f"{what}: CPU a message right after an unlock", "ms", fresh, 0.30, 0.22)
    kind = share(ours, c.median("per_message", "paced", "aiogram-clock"))
    beside = f"{kind:.2f} × aiogram begun by the clock" if kind else ""
    yield row(f"{what}: CPU beside aiogram's", "×", share(ours, theirs), 0.4, 0.4, beside=beside)
    yield row(
        f"{what}: longest hold of the event loop", "ms", _ms(c, "hold", "paced"), 20, 10, beside=_worst(c)
    )
    p99 = _ms(c, "reply_p99", "replies")
    count = c.median("answers", "replies")
    beside = f"{count:.0f} answers" if count else ""
    yield row(f"{what}: /latest answered, 99th of 100", "ms", p99, 100, 50, beside=beside)
    yield row(f"{what}: /latest never answered", "", c.worst("unanswered", "replies"), None, 0)


def _crowd(c: Chapter) -> Iterator[Row | None]:
    confirmed, written = c.median("confirmed", "crowd"), c.over(max, "writers", "crowd")
    before, growth = (c.worst(name, "crowd") for name in ("before", "growth"))
    memory = None if before is None or growth is None else (before + growth) / MB
    what = f"{number(written or 0)} updates in {number((written or 0) / 1000)} s"
    answers = c.median("answers", "crowd")
    beside = f"{number(answers)} answered" if answers else ""
    yield row(
        f"{what}: confirmed within {number(round(c.median('elapsed', 'crowd') or 0))} s",
        "",
        confirmed,
        written,
        written,
        least=True,
        beside=beside,
    )
    yield row(f"{what}: memory", "MB", memory, 200, 200)


def _worst(c: Chapter) -> str:
    worst = times(c.worst("hold", "paced"), 1e3)
    return "" if worst is None else f"worst {number(worst)} ms"


def _ms(c: Chapter, name: str, scenario: str, people: int | None = None) -> Value:
    return times(c.median(name, scenario, people=people), 1e3)


def _full(c: Chapter) -> Iterator[Row | None]:
    what = "full speed to nginx over TLS"
    yield row(f"{what}: CPU a message", "ms", _ms(c, "per_message", "full"), 0.15, 0.10)
    yield row(f"{what}: sustained", "/s", c.median("sustained", "full"), 6000, 9000, least=True)


def _long(c: Chapter) -> Iterator[Row | None]:
    what = "2.2 million contacts"
    yield row(f"{what}: first message after the cool-down", "ms", _ms(c, "first", "sizes", LONGEST), 100, 30)
    fresh = _ms(c, "first", "unlocked", LONGEST)
    yield row(f"{what}: first message right after an unlock", "ms", fresh, 100, 30)
    before, growth = (c.worst(name, "sizes", people=LONGEST) for name in ("before", "growth"))
    memory = None if before is None or growth is None else (before + growth) / MB
    yield row(f"{what}: memory while sending", "MB", memory, 200, 150)
    yield row(f"{what}: its growth", "MB", times(growth, 1 / MB), 60, 45)
    yield row(f"{what}: longest hold of the event loop", "ms", _ms(c, "hold", "sizes", LONGEST), 20, 10)
    cost = {people: c.median("per_message", "sizes", people=people) for people in c.sizes("sizes")}
    longest = cost.get(LONGEST)
    yield row("cost a message, 10,000 → 2.2 million", "×", share(longest, cost.get(10_000)), 1.2, 1.2)
    yield row("cost a message, 100,000 → 2.2 million", "×", share(longest, cost.get(100_000)), 1.2, 1.1)


def _disk(c: Chapter) -> Iterator[Row | None]:
    before = c.note("disk a contact, before VACUUM")
    beside = f"{number(before)} B before VACUUM" if before else ""
    yield row("disk a contact, SQLite", "B", c.note("disk a contact"), 250, 205, beside=beside)
    yield row("disk a delivered message, SQLite", "B", c.note("disk a delivered message"), 60, 40)
    yield row("disk a contact, PostgreSQL", "B", c.note("disk a contact, PostgreSQL"), 300, None)
    yield row(
        "disk a delivered message, PostgreSQL", "B", c.note("disk a delivered message, PostgreSQL"), 60, 40
    )


def lines(plain: dict[str, Any]) -> list[str]:
    """The table in Markdown."""
    found = ["| what | gate | goal | measured | reached |", "|---|---|---|---|---|"]
    found += [
        f"| {one.what} | {one.bound(one.gate)} | {one.bound(one.goal)} | {one.measured} | {one.reached} |"
        for one in rows(plain)
    ]
    return found
