"""Slogan files."""

from bot.domain.statement import Slogan
from bot.library import slogans


def test_slogans_stand_under_their_themes() -> None:
    """In their order, with the language of the file."""
    found = slogans.parse("# war\n\n- Enough\n- Довольно\n\n# labour\n- Stop\n".encode(), None, "en")
    assert found == [
        Slogan(text="Enough", theme="war", language="en"),
        Slogan(text="Довольно", theme="war", language="en"),
        Slogan(text="Stop", theme="labour", language="en"),
    ]
