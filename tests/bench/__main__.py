"""The commands of the bench.

python -m tests.bench              everything that RESULTS.md shows but the million; half an hour
python -m tests.bench --quick      the small lists, four minutes; recorded only where a FILE is named
python -m tests.bench again PART…  parts once more: limits, paced, unlocked, full, sizes, replies, crowd
python -m tests.bench million      one whole broadcast to a million readers
python -m tests.bench hunts [--soak] [TESTS…]  kills, power cuts, storms, floods: what is counted, not timed
python -m tests.bench tried        short rounds with one constant changed at a time
python -m tests.bench pace …       one round of one program (`--help` tells how)
python -m tests.bench parts        the single parts: sealing, pages, commits, pacing
python -m tests.bench report       RESULTS.md and its charts anew, from results.json
"""

import asyncio
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench import pace, parts, plan, report, table, tried
from tests.bench.book import Book
from tests.bench.rounds import FAST, Spec
from tests.bench.stock import Stock
from tests.support.figures import RECORD

MILLION = 1_000_000
HALF_AN_HOUR, HOUR = 1800.0, 3600


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


def again(names: list[str]) -> None:
    scenarios = [*names, *(f"{name}-full" for name in names)]
    book = Book.again("bench", scenarios)
    plan.again(plan.FULL, names, book)
    book.close()
    finish()


def hunts(arguments: list[str]) -> None:
    """What is counted and not timed: kills, power cuts, storms; `--soak`: as often as `make soak`."""
    soak = {"HANDBILL_TEST_SOAK": "1"} if "--soak" in arguments else {}
    book = Book("hunts", f"python -m tests.bench hunts {' '.join(arguments)}".strip())
    with tempfile.TemporaryDirectory(prefix="handbill-bench-") as folder:
        file = Path(folder) / "figures"
        tests = [word for word in arguments if not word.startswith("-")] or ["tests/crash", "tests/seizure"]
        command = [sys.executable, "-m", "pytest", "-q", "-o", f"timeout={HOUR}", *tests]
        done = subprocess.run(command, check=False, env=os.environ | soak | {RECORD: str(file)})
        book.chapter["lines"] = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    book.chapter["passed"] = done.returncode == 0
    book.close()
    finish()


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
        case "again" if rest and set(rest) <= {"limits", *plan.PARTS}:
            again(rest)
        case "hunts":
            hunts(rest)
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
