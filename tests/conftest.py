"""For all tests: how properties are tried, figures at the end of a run, a PostgreSQL server."""

from hypothesis import HealthCheck, settings

from tests.support.figures import figures, pytest_terminal_summary
from tests.support.postgres import postgres, postgres_url

__all__ = ["figures", "postgres", "postgres_url", "pytest_terminal_summary"]

# How fast this machine is just now says nothing about the code.
settings.register_profile("handbill", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("handbill")
