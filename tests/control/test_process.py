"""What a process does before it touches a secret."""

import subprocess
import sys
from pathlib import Path

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
