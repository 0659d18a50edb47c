"""What was measured, in one JSON file: a chapter a command, each with its machine and its rounds.

Every round is written down at once, so that a run that is cut short keeps what it has.
"""

import json
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.rounds import Round

RESULTS = Path(__file__).with_name("results.json")
DIGITS = 7

Chapter = dict[str, Any]


class Book:
    """One chapter being written. `file` None means that nothing is kept."""

    def __init__(self, name: str, command: str, file: Path | None = RESULTS) -> None:
        self._name = name
        self._file = file
        self.chapter: Chapter = {"command": command, "machine": machine(), "rounds": [], "notes": {}}

    def add(self, one: Round) -> None:
        """Write down a round."""
        plain = one.plain()
        plain["figures"] = {key: round(value, DIGITS) for key, value in plain["figures"].items()}
        self.chapter["rounds"].append(plain)
        self._write()

    @classmethod
    def again(cls, name: str, scenarios: Sequence[str]) -> "Book":
        """The recorded chapter without its rounds of these scenarios, which are to be taken again."""
        chapter = read()[name]
        book = cls(name, chapter["command"])
        kept = [one for one in chapter["rounds"] if one["spec"]["scenario"] not in scenarios]
        book.chapter = chapter | {"rounds": kept}
        return book

    def note(self, name: str, value: float) -> None:
        """Write down a figure that belongs to no round."""
        self.chapter["notes"][name] = round(value, DIGITS)
        self._write()

    def close(self) -> None:
        """The run came to its end."""
        self.chapter["machine"]["load_at_end"] = load()
        self.chapter["ended"] = now()
        self._write()

    def _write(self) -> None:
        if self._file:
            whole = read(self._file) | {self._name: self.chapter}
            self._file.write_text(json.dumps(whole, indent=1) + "\n")


def read(file: Path = RESULTS) -> dict[str, Chapter]:
    """Every chapter; none where nothing was measured yet."""
    return json.loads(file.read_text()) if file.exists() else {}


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cpu": models[0] if models else platform.machine(),
        "cores": os.cpu_count(),
        "memory": memory,
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "python": platform.python_version(),
        "began": now(),
        "load_at_start": load(),
    }


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")


def load() -> float:
    """Programs waiting for a core, in the mean of the last minute."""
    return round(os.getloadavg()[0], 2)
