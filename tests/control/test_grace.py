"""The time between the dead man's lock and the end of the keys, in a process that holds none."""

import asyncio
from pathlib import Path

import pytest

from bot.control.grace import FILE, Grace
from bot.domain.silence import GRACE
from tests.support.clock import StoryClock


async def passes(clock: StoryClock, **span: float) -> None:
    """Time goes on in hours, as it does for a service that runs."""
    hours = round(sum(n * {"hours": 1, "days": 24}[name] for name, n in span.items()))
    for _ in range(hours):
        clock.forward(hours=1)
        for _ in range(5):
            await asyncio.sleep(0)


async def test_it_ends(tmp_path: Path) -> None:
    """It is over when the service has run for all of it, also across restarts; not an hour before."""
    clock = StoryClock()
    Grace(tmp_path, clock).begin()
    for _ in range(2):
        waiting = asyncio.create_task(Grace(tmp_path, clock).over())
        await passes(clock, hours=GRACE.days * 12 - 1)
        assert not waiting.done()
        waiting.cancel()
    waiting = asyncio.create_task(Grace(tmp_path, clock).over())
    await passes(clock, hours=8)
    assert waiting.done()


async def test_a_machine_that_was_off(tmp_path: Path) -> None:
    """Only time in which the service ran counts, whatever the calendar says."""
    clock = StoryClock()
    grace = Grace(tmp_path, clock)
    grace.begin()
    clock._start += 2 * GRACE
    ends = grace.ends
    assert ends
    assert ends - clock.now() == GRACE


async def test_a_calendar_put_back(tmp_path: Path) -> None:
    """Nor is it over by running time alone."""
    clock = StoryClock()
    Grace(tmp_path, clock).begin()
    clock._start -= GRACE
    waiting = asyncio.create_task(Grace(tmp_path, clock).over())
    await passes(clock, days=GRACE.days + 1)
    assert not waiting.done()
    waiting.cancel()


async def test_somebody_came(tmp_path: Path) -> None:
    """Unlocked meanwhile, nothing is destroyed; locked by the switch again, it begins anew."""
    clock = StoryClock()
    grace = Grace(tmp_path, clock)
    grace.begin()
    waiting = asyncio.create_task(grace.over())
    await passes(clock, days=GRACE.days - 1)
    grace.end()
    assert grace.problem() == ()
    await passes(clock, days=3)
    assert not waiting.done()
    grace.begin()
    await passes(clock, days=GRACE.days - 1)
    assert not waiting.done()
    assert "keys are destroyed from" in grace.problem()[0]
    await passes(clock, days=2)
    assert waiting.done()


@pytest.mark.parametrize(
    "content", [b"", b"nonsense", b"[]", b'{"since":"2020-01-01T00:00:00","ran":99999999}', b"\0" * 2000]
)
async def test_a_file_that_makes_no_sense(tmp_path: Path, content: bytes) -> None:
    """It neither ends the keys at once nor keeps them for ever: the time begins anew."""
    clock = StoryClock()
    (tmp_path / FILE).write_bytes(content)
    waiting = asyncio.create_task(Grace(tmp_path, clock).over())
    await passes(clock, days=GRACE.days - 1)
    assert not waiting.done()
    await passes(clock, days=2)
    assert waiting.done()
