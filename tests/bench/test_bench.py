"""The bench itself: that it measures, and that it never touches a home which is not its own."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.bench import charts, homes, report, rounds, table
from tests.bench.book import Book
from tests.bench.rounds import Round, Spec
from tests.bench.stock import Stock

READERS = 200


def spec(who: str, home: str = "", **more: Any) -> Spec:
    return Spec(scenario="paced", who=who, people=READERS, rate=1000, seconds=10, home=home, **more)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> list[Round]:
    """Three rounds beside each other: ours, a peer, and one that cannot work."""
    home = Stock(tmp_path_factory.mktemp("bench")).home(READERS)
    gone = spec("handbill", home, changed=("bot.delivery.pacing:NO_SUCH=1",))
    with ThreadPoolExecutor() as pool:
        return list(pool.map(rounds.run, [spec("handbill", home), spec("aiogram-semaphore"), gone]))


def test_every_program_sends_to_everybody(done: list[Round]) -> None:
    """A round of ours and one of aiogram reach every reader once and say what it cost."""
    for one in done[:2]:
        assert one.failed == ""
        assert one.figures["sent"] == READERS
        assert one.figures["missed"] == one.figures["repeated"] == 0
        assert one.figures["per_message"] > 0


def test_a_round_that_fails_says_so(done: list[Round]) -> None:
    """A constant that is there no more makes a round without figures, not an end of the bench."""
    assert done[2].failed == "failed: AttributeError"
    assert done[2].figures == {}


def test_no_other_home_is_touched(tmp_path: Path) -> None:
    """Readers are written only into a folder that the bench made in the same moment."""
    with pytest.raises(FileExistsError):
        homes.create(tmp_path)
    with pytest.raises(PermissionError):
        asyncio.run(homes.fill(tmp_path, 1))
    assert list(tmp_path.iterdir()) == []


def test_what_was_not_measured_is_not_shown(tmp_path: Path) -> None:
    """RESULTS.md has a row for each figure there is, beside its gate and goal, and none for the others."""
    book = Book("bench", "make bench", file=tmp_path / "results.json")
    told = {"sent": 10.0, "per_message": 0.00025, "sustained": 993.0, "worst_second": 1030.0}
    about = {"elapsed": 10.0, "before": 1.0, "growth": 1.0, "hold": 0.004, "refused": 0.0, "missed": 0.0}
    book.add(Round(spec=spec("handbill"), figures=told | about))
    book.add(Round(spec=spec("ptb-gather"), failed="did not finish in 55 s"))
    book.close()
    rows = {row.what.partition(": ")[2]: row.reached for row in table.rows(book.chapter)}
    expected = {"sustained": "goal", "CPU a message": "gate", "most in any second": "**no**"}
    assert rows == expected | {"longest hold of the event loop": "goal"}
    report.write(tmp_path)
    text = (tmp_path / "RESULTS.md").read_text()
    assert "0.250 ms" in text
    assert "did not finish in 55 s" in text
    assert "2.2 million" not in text
    assert (charts.missing() != "") or (tmp_path / "cpu.svg").exists()
