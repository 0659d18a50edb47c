"""The commands of the bench.

python -m tests.bench              everything that RESULTS.md shows but the million; half an hour
python -m tests.bench --quick      the small lists, four minutes; recorded only where a FILE is named
python -m tests.bench million      one whole broadcast to a million readers
python -m tests.bench tried        short rounds with one constant changed at a time
python -m tests.bench pace …       one round of one program (`--help` tells how)
python -m tests.bench parts        the single parts: sealing, pages, commits, pacing
python -m tests.bench report       RESULTS.md and its charts anew, from results.json
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.bench import pace, parts, plan, report, table, tried
from tests.bench.book import Book
from tests.bench.rounds import FAST, Spec
from tests.bench.stock import Stock

MILLION = 1_000_000
HALF_AN_HOUR = 1800.0


def whole() -> None:
    book = Book("bench", "make bench")
    plan.run(plan.FULL, book)
    book.close()
    report.write()  # whatever becomes of the rest
    constants()
    finish()


def quick(arguments: list[str]) -> None:
    kept = Path(arguments[0]) if arguments else None
    book = Book("bench", "python -m tests.bench --quick", file=kept)
    plan.run(plan.QUICK, book)
    book.close()
    print("\n" + "\n".join(table.lines(book.chapter)))


def constants() -> None:
    book = Book("tried", "python -m tests.bench tried")
    tried.run(book)
    book.close()


def million(arguments: list[str]) -> None:
    rate = float(arguments[0]) if arguments else 0.0
    book = Book("million", "python -m tests.bench million")
    with tempfile.TemporaryDirectory(prefix="handbill-bench-") as folder:
        far = 0.05 if rate else FAST
        spec = Spec(scenario="million", people=MILLION, rate=rate, seconds=HALF_AN_HOUR, latency=far)
        plan.one_after_the_other([spec], Stock(Path(folder)), book)
    book.close()
    finish()


def finish() -> None:
    report.write()
    print("written: tests/bench/RESULTS.md, its charts, and tests/bench/results.json", flush=True)


def main(arguments: list[str]) -> None:
    command, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    match command:
        case "":
            whole()
        case "--quick":
            quick(rest)
        case "pace":
            pace.main(rest)
        case "million":
            million(rest)
        case "tried":
            constants()
            finish()
        case "parts":
            asyncio.run(parts.measure())
        case "report":
            finish()
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
