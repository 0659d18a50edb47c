"""What `make bench` runs, in which order. Rounds that are compared are interleaved.

A full run takes about half an hour, `--quick` about four minutes, with the small lists only.
"""

import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tests.bench import disk, rounds
from tests.bench.book import Book
from tests.bench.rounds import FAST, OURS, Round, Spec
from tests.bench.stock import Stock

PENALTY = 5.0
LARGEST = 2_200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How much is run. Seconds and readers."""

    times: int
    sizes: tuple[int, ...]
    lap: float
    cut: float
    listed: int = 3_000
    listed_groups: int = 200
    peers_listed: float = 60.0
    replies: float = 40.0
    disk: int = 100_000


FULL = Extent(times=3, sizes=(1_000, 10_000, 100_000, 1_000_000, LARGEST), lap=10.0, cut=30.0)
QUICK = Extent(
    times=1,
    sizes=(1_000, 10_000, 100_000),
    lap=5.0,
    cut=8.0,
    listed=600,
    listed_groups=40,
    peers_listed=20.0,
    replies=10.0,
    disk=20_000,
)


def limits(extent: Extent) -> Iterator[list[Spec]]:
    """30 a second against Telegram's limits with a penalty box; ours alone, the peers two at a time."""
    base = Spec(
        scenario="limits",
        people=extent.listed - extent.listed_groups,
        groups=extent.listed_groups,
        rate=30,
        seconds=extent.listed / 29.8 + 10,
        penalty=PENALTY,
    )
    yield [base]
    for pair in (("ptb-gather", "aiogram-loop"), ("ptb-loop", "aiogram-semaphore")):
        yield [replace(base, who=who, seconds=extent.peers_listed) for who in pair]


def paced(extent: Extent) -> Iterator[Spec]:
    """1000 a second to 10,000, over TLS, 50 ms away."""
    base = Spec(scenario="paced", people=10_000, rate=1000, seconds=extent.lap)
    for number in range(extent.times):
        for who in (OURS, "floor", "aiogram-semaphore", "aiogram-clock", "ptb-semaphore"):
            yield replace(base, who=who, seconds=extent.lap + 3 if who == OURS else extent.lap)
        if not number:
            yield from (replace(base, who=who) for who in ("ptb-gather", "ptb-loop", "aiogram-loop"))


def unlocked(extent: Extent) -> Iterator[Spec]:
    """The same right after an unlock, when the list is compared with its census on the way."""
    base = Spec(scenario="unlocked", people=10_000, rate=1000, seconds=extent.lap + 3, unlocked=True)
    yield from [base] * extent.times
    yield replace(base, people=extent.sizes[-1], seconds=extent.lap)


def full(extent: Extent) -> Iterator[Spec]:
    """As fast as it goes, to nginx."""
    base = Spec(scenario="full", people=100_000, rate=0, seconds=extent.lap, latency=FAST)
    for number in range(extent.times):
        for who in (OURS, "floor", "aiogram-semaphore", "ptb-semaphore"):
            yield replace(base, who=who)
        if not number:
            yield replace(base, who="ptb-gather")


def sizes(extent: Extent) -> Iterator[Spec]:
    """The same message to short and long lists: the first half minute of each."""
    for _ in range(max(1, extent.times - 1)):
        for people in extent.sizes:
            yield Spec(scenario="sizes", people=people, rate=1000, seconds=extent.cut)
        for people in extent.sizes[2:]:
            yield Spec(scenario="sizes-full", people=people, rate=0, seconds=extent.lap, latency=FAST)


def replies(extent: Extent) -> Iterator[Spec]:
    """Twenty people a second write /latest while a broadcast goes out at 1000 a second."""
    people = 1000 * int(extent.replies)
    yield Spec(scenario="replies", people=min(people, 100_000), rate=1000, seconds=extent.replies, writing=20)


def crowd(extent: Extent) -> Iterator[Spec]:
    """Ten thousand updates in ten seconds, at the free rate: most answers must be dropped."""
    seconds = 2.5 * extent.replies
    yield Spec(
        scenario="crowd",
        people=1_000,
        rate=30,
        seconds=seconds,
        writing=1000,
        writers=int(250 * extent.replies),
        stay=True,
    )


PARTS = {
    "paced": paced,
    "unlocked": unlocked,
    "full": full,
    "sizes": sizes,
    "replies": replies,
    "crowd": crowd,
}
"""What is run one round after the other; `limits` is beside them."""


def run(extent: Extent, book: Book) -> None:
    """Everything, in order; one part that fails does not stop the others."""
    with tempfile.TemporaryDirectory(prefix="handbill-bench-") as folder:
        stock = Stock(Path(folder))
        for people in sorted({10_000, 100_000, *extent.sizes}):
            with left_out(f"a home with {people:,} readers"):
                progress(f"filling a home with {people:,} readers")
                stock.home(people)
        for people, seconds in stock.seconds.items():
            book.note(f"filling {people}", seconds)
        run_parts(("limits", *PARTS), extent, stock, book)
        with left_out("disk"):
            for name, figure in disk.measured(Path(folder), extent.disk, book.add):
                progress(f"{name}: {figure:.1f} B")
                book.note(name, figure)


def again(extent: Extent, names: Sequence[str], book: Book) -> None:
    """Some parts once more, because something else disturbed them."""
    with tempfile.TemporaryDirectory(prefix="handbill-bench-") as folder:
        run_parts(names, extent, Stock(Path(folder)), book)


def run_parts(names: Sequence[str], extent: Extent, stock: Stock, book: Book) -> None:
    """The named parts, in this order."""
    for name in names:
        if name in PARTS:
            one_after_the_other(list(PARTS[name](extent)), stock, book)
            continue
        for together in limits(extent):
            with left_out("30 a second"):
                beside_each_other(together, stock, book)


@contextmanager
def left_out(what: str) -> Iterator[None]:
    """A part that cannot be measured here is left out, with the reason."""
    try:
        yield
    except (OSError, RuntimeError, ValueError, sqlite3.Error, subprocess.CalledProcessError) as error:
        progress(f"{what} is left out: {type(error).__name__}")


def furnished(spec: Spec, stock: Stock) -> Spec:
    """Ours gets its home."""
    return replace(spec, home=stock.home(spec.people, spec.groups)) if spec.who == OURS else spec


def one_after_the_other(specs: Sequence[Spec], stock: Stock, book: Book) -> None:
    for number, spec in enumerate(specs, start=1):
        with left_out(f"{spec.scenario}, {spec.people:,} readers"):
            one = rounds.run(furnished(spec, stock))
            book.add(one)
            progress(f"{spec.scenario} {number}/{len(specs)}: {told(one)}")


def beside_each_other(specs: Sequence[Spec], stock: Stock, book: Book) -> None:
    progress(f"{specs[0].scenario}: {', '.join(spec.who for spec in specs)}, {specs[0].seconds:.0f} s")
    ready = [furnished(spec, stock) for spec in specs]
    with ThreadPoolExecutor(len(ready)) as pool:
        for one in pool.map(rounds.run, ready):
            book.add(one)
            progress(f"{one.spec.scenario}: {told(one)}")


def told(one: Round) -> str:
    """One line about one round."""
    spec, f = one.spec, one.figures
    who = f"{spec.who}, {spec.people + spec.groups:,} readers{f', {spec.note}' if spec.note else ''}"
    if one.failed:
        return f"{who}: {one.failed}"
    cost = f"{f['per_message'] * 1e3:.3f} ms CPU a message"
    return f"{who}: {f['sent']:,.0f} sent, {f['sustained']:,.0f}/s, {cost}"


def progress(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  {line}", flush=True)
