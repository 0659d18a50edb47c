"""Whom a broadcast is for."""

import pytest

from bot.domain.audience import Audience
from bot.domain.contact import ChatId, Contact, ContactId, Kind, Month

EVERYBODY = {
    (kind, language): Contact(
        id=ContactId(bytes(16)), chat=ChatId(1), kind=kind, language=language, joined=Month(24322)
    )
    for kind in Kind
    for language in ("en", "ru", "de")
}


@pytest.mark.parametrize(
    ("written", "readers"),
    [
        ("everyone", set(EVERYBODY)),
        ("groups", {key for key in EVERYBODY if key[0] is Kind.GROUP}),
        ("people", {key for key in EVERYBODY if key[0] is Kind.PERSON}),
        ("languages ru", {key for key in EVERYBODY if key[1] == "ru"}),
        ("languages en ru", {key for key in EVERYBODY if key[1] != "de"}),
    ],
)
def test_who_gets_it(written: str, readers: set[tuple[Kind, str]]) -> None:
    """Each audience is one line of text and reads back the same."""
    audience = Audience.read(written)
    assert audience.written == written
    assert {key for key, contact in EVERYBODY.items() if audience.includes(contact)} == readers


@pytest.mark.parametrize("written", ["", "nobody", "languages", "groups ru", "everyone en", "topics 1"])
def test_anything_else_is_refused(written: str) -> None:
    """An audience that is not understood is not taken for everyone."""
    with pytest.raises(ValueError, match="not an audience"):
        Audience.read(written)


def test_languages_are_ticked_one_by_one() -> None:
    """A press adds a language or takes it away; without any it is everyone again."""
    russian = Audience(kind=Kind.GROUP).toggled("ru")
    assert russian == Audience(languages=("ru",))
    assert russian.toggled("en").written == "languages en ru"
    assert russian.toggled("ru") == Audience()
