"""Slogan files."""

import pytest

from bot.domain.statement import Slogan
from bot.errors import StatementError
from bot.library import slogans


def test_slogans_stand_under_their_themes() -> None:
    """In their order, with the language of the file."""
    found = slogans.parse("# war\n\n- Enough\n- Довольно\n\n# labour\n- Stop\n".encode(), None, "en")
    assert found == [
        Slogan(text="Enough", theme="war", language="en"),
        Slogan(text="Довольно", theme="war", language="en"),
        Slogan(text="Stop", theme="labour", language="en"),
    ]


def test_a_theme_in_another_case_is_the_same_theme() -> None:
    """Readers may write a theme in either case, so two that differ in nothing else would be mixed up."""
    with pytest.raises(StatementError, match="line 3: this theme stands in line 1 already"):
        slogans.parse("# Война\n- Довольно\n# война\n- Хватит\n".encode(), None, "ru")
    with pytest.raises(StatementError, match="line 1: no slogan stands under this theme"):
        slogans.parse("# Война\n# труд\n- Хватит\n".encode(), None, "ru")
