"""`python -m tests.bench tried`: short rounds with one constant changed at a time, to see what it is worth.

A constant that a newer version no longer has shows up as a round that failed, not as a figure.
"""

import tempfile
from dataclasses import replace
from pathlib import Path

from tests.bench import plan
from tests.bench.book import Book
from tests.bench.rounds import FAST, Spec
from tests.bench.stock import Stock

TICK = "bot.delivery.pacing:TICK"
PAGE = "bot.delivery.agenda:PAGE"
WINDOW = "bot.delivery.ledger:COMMIT_EVERY"
WARMED = "bot.delivery.worker:MOST_WARMED"
FLIGHT = "bot.delivery.run:MOST_IN_FLIGHT"

PACED = (
    ("as it is", ""),
    *((f"ticks of {ms} ms", f"{TICK}={ms / 1000}") for ms in (1, 2, 10)),
    *((f"pages of {rows}", f"{PAGE}={rows}") for rows in (100, 2000)),
    *((f"a commit every {ms} ms", f"{WINDOW}={ms / 1000}") for ms in (0, 50, 1000)),
    ("no connections warmed", f"{WARMED}=0"),
    ("asyncio instead of uvloop", "asyncio"),
)
SATURATED = (
    ("as it is", ""),
    *((f"pages of {rows}", f"{PAGE}={rows}") for rows in (100, 2000)),
    *((f"{number} open at once", f"{FLIGHT}={number}") for number in (100, 250)),
    ("a commit every 50 ms", f"{WINDOW}=0.05"),
)


def specs(times: int, seconds: float) -> list[Spec]:
    """Interleaved, so that a noisy minute does not fall on one of them alone."""
    paced = Spec(scenario="tried", people=10_000, rate=1000, seconds=seconds)
    full = Spec(scenario="tried-full", people=100_000, rate=0, seconds=seconds, latency=FAST)
    found = []
    for _ in range(times):
        found += [changed(paced, note, what) for note, what in PACED]
        found += [changed(full, note, what) for note, what in SATURATED]
    return found


def changed(spec: Spec, note: str, what: str) -> Spec:
    if what == "asyncio":
        return replace(spec, note=note, loop=what)
    return replace(spec, note=note, changed=(what,) if what else ())


def run(book: Book, *, times: int = 2, seconds: float = 5.0) -> None:
    """All of them."""
    with tempfile.TemporaryDirectory(prefix="handbill-bench-") as folder:
        plan.one_after_the_other(specs(times, seconds), Stock(Path(folder)), book)
