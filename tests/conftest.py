"""For all tests: figures that are shown at the end of the run, and a PostgreSQL server for those that ask."""

from tests.support.figures import figures, pytest_terminal_summary
from tests.support.postgres import postgres, postgres_url

__all__ = ["figures", "postgres", "postgres_url", "pytest_terminal_summary"]
