"""`python -m tests.tools.mirror` tells how long `handbill mirror` takes for 200 statements in two languages.

The whole command, its start included, in a process of its own: CPU time, and the time on the clock.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

STATEMENTS = 200
LANGUAGES = ("en", "ru")
CHANGED = {"Statement", "Prev"}
ROOT = Path(__file__).parents[2]


def workshop(folder: Path, count: int) -> None:
    """The shipped statements over and over, under new numbers."""
    shipped = sorted(path.parent for path in (ROOT / "statements").glob("20*/en.md"))
    for number in range(1, count + 1):
        for language in LANGUAGES:
            source = shipped[number % len(shipped)] / f"{language}.md"
            header, _, body = source.read_text(encoding="utf-8").partition("\n\n")
            kept = [line for line in header.split("\n") if line.split(":")[0] not in CHANGED]
            path = folder / f"s{number}" / f"{language}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join([f"Statement: {number}", *kept, "", body]), encoding="utf-8")


def main() -> None:
    """Print one line."""
    with tempfile.TemporaryDirectory() as place:
        folder, out = Path(place) / "statements", Path(place) / "out"
        workshop(folder, STATEMENTS)
        command = [sys.executable, "-m", "bot.cli.main", "mirror", str(out), str(folder)]
        began = time.monotonic()
        subprocess.run(command, check=True, cwd=ROOT, capture_output=True)
        clock = time.monotonic() - began
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = used.ru_utime + used.ru_stime
        print(
            f"{STATEMENTS} statements in {len(LANGUAGES)} languages: {cpu:.2f} s CPU, "
            f"{clock:.2f} s on the clock, {sum(1 for each in out.rglob('*') if each.is_file())} files"
        )


if __name__ == "__main__":
    main()
