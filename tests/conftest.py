"""For all tests: figures that are shown at the end of the run."""

from tests.support.figures import figures, pytest_terminal_summary

__all__ = ["figures", "pytest_terminal_summary"]
