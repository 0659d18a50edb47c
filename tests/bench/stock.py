"""The homes of one run: each size is filled once, in a process of its own, and used by every round."""

import subprocess
import sys
import time
from pathlib import Path


class Stock:
    """Homes below one folder of the bench's own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.seconds: dict[int, float] = {}
        """How long filling took, by size."""

    def home(self, people: int, groups: int = 0) -> str:
        """A home with so many readers. Made when it is first asked for."""
        path = self._folder / f"home-{people}-{groups}"
        if not path.exists():
            began = time.monotonic()
            command = [sys.executable, "-m", "tests.bench.homes", str(path), str(people), str(groups)]
            subprocess.run(command, check=True)
            self.seconds[people + groups] = time.monotonic() - began
        return str(path)
