"""Figures that stand at the end of a test run, though the tests are quiet: what was measured, one line each.

A conftest.py that imports both names has them. They travel with the reports, so they arrive from tests that
run in other processes too.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

RECORD = "HANDBILL_TEST_FIGURES"
"""Names the file in which the figures are kept too."""

_NAME = "figure"
_SHOWN = pytest.StashKey[bool]()


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """Lines to be shown after the last test."""
    lines: list[str] = []
    yield lines
    request.node.user_properties.extend((_NAME, line) for line in lines)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config
) -> None:
    """Show them once, however many conftest.py files import this."""
    reports = [report for group in terminalreporter.stats.values() for report in group]
    lines = [
        str(value)
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "teardown"
        for name, value in report.user_properties
        if name == _NAME
    ]
    if lines and not config.stash.get(_SHOWN, False):
        terminalreporter.section("figures")
        for line in lines:
            terminalreporter.write_line(line)
        if RECORD in os.environ:
            Path(os.environ[RECORD]).write_text("\n".join(lines) + "\n", encoding="utf-8")
        config.stash[_SHOWN] = True
