"""Labels of buttons: whole words, whatever the title."""

from datetime import date

import pytest

from bot.chat import keyboards
from bot.chat.keyboards import LABEL_LIMIT
from bot.domain.statement import Statement, StatementNumber
from bot.i18n.translator import Translator


def label(title: str) -> str:
    shown = Statement(
        number=StatementNumber(7),
        language="en",
        date=date(2026, 11, 22),
        title=title,
        body="",
        source=b"",
    )
    ((button,), *_) = keyboards.titles(Translator().speaking("en"), [shown], 0, 1)
    return button.label


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("On wages", "7 · On wages"),
        ("x" * 56, "7 · " + "x" * 56),
        (
            "To everybody who drives, loads, sorts or carries parcels in the northern depots",
            "7 · To everybody who drives, loads, sorts or carries…",
        ),
        ("x" * 100, "7 · " + "x" * 55 + "…"),
    ],
)
def test_a_title_on_a_button(title: str, shown: str) -> None:
    """A title that is too long is cut between two words, with an ellipsis; an endless word anywhere."""
    assert label(title) == shown
    assert len(label(title)) <= LABEL_LIMIT
