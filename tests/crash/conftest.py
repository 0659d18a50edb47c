"""A nursery for fast starts; figures at the end of the run."""

from collections.abc import AsyncIterator

import pytest

from tests.support.figures import figures, pytest_terminal_summary
from tests.support.nursery import Nursery

__all__ = ["figures", "nursery", "pytest_terminal_summary"]


@pytest.fixture
async def nursery() -> AsyncIterator[Nursery]:
    async with Nursery.open() as nursery:
        yield nursery
