"""What a process does before it touches a secret."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.control.process import is_locked

SCRIPT = """
import os, resource, sys
from bot.control.process import harden, is_hardened
before = is_hardened()
harden()
print(before, is_hardened(), *resource.getrlimit(resource.RLIMIT_CORE))
open(sys.argv[1], "w").close()
"""


def test_hardening(tmp_path: Path) -> None:
    """Core dumps and debuggers are off, for good, and new files are their owner's alone."""
    file = tmp_path / "file"
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(file)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "True", "0", "0"]
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("locked", "used", "expected"), [(0, 17208, False), (56, 17208, False), (23584, 17208, True)]
)
def test_memory_out_of_swap(locked: int, used: int, expected: bool, tmp_path: Path) -> None:
    """It is said only where all memory is locked, not where a library locks a little of its own."""
    status = tmp_path / "status"
    status.write_text(f"Name:\tpython\nGroups:\t \nVmLck:\t{locked:8} kB\nVmRSS:\t{used:8} kB\n")
    assert is_locked(status) is expected


def test_memory_of_sqlcipher() -> None:
    """SQLCipher locks its keys as soon as it is there; the rest of the process is in swap as before."""
    script = "import sqlcipher3, bot.control.process as process; print(process.is_locked())"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_memory_without_proc(tmp_path: Path) -> None:
    """Where the system does not say, it counts as not locked."""
    assert not is_locked(tmp_path / "missing")
    (tmp_path / "status").write_text("Name:\tpython\n")
    assert not is_locked(tmp_path / "status")
