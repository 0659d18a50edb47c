"""For all tests: how properties are tried, and figures that are shown at the end of the run."""

from hypothesis import HealthCheck, settings

from tests.support.figures import figures, pytest_terminal_summary

__all__ = ["figures", "pytest_terminal_summary"]

# How fast this machine is just now says nothing about the code.
settings.register_profile("handbill", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("handbill")
