"""What a print that Telegram keeps depends on: whatever may change its look makes it anew."""

import shutil
from pathlib import Path

import pytest

from bot.actions import printing
from bot.actions.printing import Printer, Publisher
from bot.i18n.translator import Translator
from bot.library.print.press import LAYOUT


@pytest.mark.parametrize("changed", ["templates/common.typ", "fonts/GolosText_900Black.ttf", "leaflet.py"])
def test_another_layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: str) -> None:
    """A template, a font, the code and Typst itself: each makes every print another one."""
    layout = tmp_path / "print"
    shutil.copytree(LAYOUT, layout)
    monkeypatch.setattr(printing, "LAYOUT", layout)

    def about() -> bytes:
        return Printer(Publisher(username="example_circle_bot", mirror=""), Translator()).about("en")

    before = about()
    assert about() == before
    with (layout / changed).open("ab") as file:
        file.write(b" ")
    after = about()
    assert after != before
    monkeypatch.setattr(printing, "version", lambda _: "0.0.1")
    assert about() not in {before, after}
