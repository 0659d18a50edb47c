"""A nursery for fast starts."""

from collections.abc import AsyncIterator

import pytest

from tests.support.nursery import Nursery


@pytest.fixture
async def nursery() -> AsyncIterator[Nursery]:
    async with Nursery.open() as nursery:
        yield nursery
