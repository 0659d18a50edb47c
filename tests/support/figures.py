"""Figures that stand at the end of a test run, though the tests are quiet: what was measured, one line each.

A conftest.py that imports both names has them. They travel with the reports, so they arrive from tests that
run in other processes too.
"""

from collections.abc import Iterator

import pytest

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
        config.stash[_SHOWN] = True
