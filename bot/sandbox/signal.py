"""Waiting for something to happen, without polling and without sleeping. Knows nothing about Telegram."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Signal:
    """Wakes everybody who waits, each time it is fired."""

    def __init__(self) -> None:
        self._waiters: set[asyncio.Future[None]] = set()

    def fire(self) -> None:
        """Wake all who wait now."""
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
        self._waiters.clear()

    async def wait(self) -> None:
        """Return at the next firing."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            await waiter
        finally:
            self._waiters.discard(waiter)


async def until(signal: Signal, probe: Callable[[], T | None], timeout: float) -> T | None:
    """What `probe` finds, asked now and after each firing; None once `timeout` real seconds are over."""
    try:
        async with asyncio.timeout(timeout):
            while (found := probe()) is None:
                await signal.wait()
            return found
    except TimeoutError:
        return None
