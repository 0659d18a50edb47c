"""Tests that do not run everywhere: where they are, and what they lack there."""

import ast
from pathlib import Path

TESTS = Path(__file__).parents[1]
SKIPS = ("skip", "skipif", "importorskip", "xfail")
SKIPPED = {
    "cli/test_memory.py": "only root may read the memory of a hardened process",
    "control/test_server.py": "only root can act as another user",
    "deploy/test_unit.py": "systemd-analyze and strace are not on every machine",
    "library/mirror/conftest.py": "ssh-keygen is not on every machine",
    "library/mirror/test_browser.py": "Chromium is not on every machine",
    "stories/test_pace.py": "a busy machine is slow in real time: make soak",
    "stories/test_timing.py": "the clock is looked at in make soak only",
    "support/signers.py": "ssh-keygen and minisign are not on every machine",
}


def test_what_is_skipped_is_known() -> None:
    """Nothing is skipped but for a program or a right that a machine may lack, or for the clock."""
    found = set()
    for path in TESTS.rglob("*.py"):
        text = path.read_text("utf-8")
        for node in ast.walk(ast.parse(text)) if any(word in text for word in SKIPS) else ():
            if isinstance(node, ast.Attribute) and node.attr in SKIPS:
                found.add(str(path.relative_to(TESTS)))
    assert found == set(SKIPPED)
