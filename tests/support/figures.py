"""Figures that stand at the end of a test run, though the tests are quiet: what was measured, one line each.

A conftest.py that imports both names has them.
"""

import pytest

_KEY = pytest.StashKey[list[str]]()


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> list[str]:
    """Lines to be shown after the last test."""
    return request.config.stash.setdefault(_KEY, [])


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config
) -> None:
    """Show them once, however many conftest.py files import this."""
    lines = config.stash.get(_KEY, [])
    if lines:
        terminalreporter.section("figures")
    for line in lines:
        terminalreporter.write_line(line)
    lines.clear()
