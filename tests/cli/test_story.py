"""What `make run` shows without a home."""

import asyncio
import io
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli import doctor, story
from bot.cli.terminal import Terminal
from bot.clock import SystemClock
from bot.errors import BadInputError, NetworkError

PROMISED = [
    "Alice: presses [ Subscribe ]",
    "Boris: presses [ Подписаться ]",
    "This group is subscribed",
    "You are enrolled as Olga (author)",
    "Собрание в депо сегодня в шесть",
    "Report",
    "Delivered: under 20",
    "№ 3 ·",
    "Everything is still running",
    "Ctrl-C ends it.",
]


class Screen(io.StringIO):
    """Output that somebody can wait for."""

    def __init__(self, last: str) -> None:
        super().__init__()
        self._last = last
        self.full = asyncio.Event()

    def write(self, text: str, /) -> int:
        written = super().write(text)
        if self._last in text:
            self.full.set()
        return written


def terminal(screen: io.StringIO) -> Terminal:
    return Terminal(environment={}, out=screen, err=io.StringIO(), clock=SystemClock(), random=os.urandom)


async def test_the_story_is_told_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two people and a group subscribe, an organiser broadcasts, /latest is asked; it stays up, and alone."""
    monkeypatch.chdir(tmp_path)
    screen = Screen(PROMISED[-1])
    telling = asyncio.create_task(story.tell(terminal(screen), 0), name="story")
    waiting = asyncio.create_task(screen.full.wait(), name="end of the story")
    await asyncio.wait({telling, waiting}, return_when=asyncio.FIRST_COMPLETED)
    assert not telling.done(), telling.exception()
    with pytest.raises(NetworkError, match="another handbill"):
        await story.tell(terminal(io.StringIO()), 0)
    checks = await asyncio.to_thread(doctor.examine, {"HANDBILL_HOME": ".sandbox"}, now=datetime.now(UTC))
    files = next(check for check in checks if check.name == "files")
    assert files.ok, files.hint
    telling.cancel()
    await asyncio.wait({telling})
    shown = screen.getvalue()
    assert [line for line in PROMISED if line not in shown] == []
    log = (tmp_path / ".sandbox" / "handbill.log").read_text(encoding="utf-8")
    assert "service.unlocked" in log
    assert "error" not in log


async def test_a_link_in_the_place_of_the_home_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`.sandbox` is removed and made anew each time, so it must be a folder of its own."""
    monkeypatch.chdir(tmp_path)
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").write_text("still here")
    (tmp_path / ".sandbox").symlink_to(precious)
    with pytest.raises(BadInputError, match="is a link"):
        await story.tell(terminal(io.StringIO()), 0)
    assert (precious / "file").read_text() == "still here"
