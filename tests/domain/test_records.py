"""What is kept about the bot itself, and what waits for an organiser."""

from datetime import UTC, datetime

from bot.domain.bot_record import BotRecord
from bot.domain.organiser import OrganiserId
from bot.domain.stepup import Button, StepUp


def test_a_bot_record_shows_nothing() -> None:
    """Printing it by mistake tells no token, number or name."""
    record = BotRecord(token="123456:secret", bot_id=123456, username="somebody_bot", list_bot_id=123456)
    shown = repr(record)
    assert not any(part in shown for part in ("123456", "secret", "somebody"))


def test_a_button_and_its_question_bind_the_same_thing() -> None:
    """What a code is asked for is what the button stood for."""
    button = Button(
        organiser=OrganiserId(bytes(16)),
        action="send",
        subject=b"s" * 16,
        digest=b"d" * 32,
        expires=datetime(2026, 1, 1, tzinfo=UTC),
    )
    asked = StepUp(action=button.action, subject=button.subject, digest=button.digest, expires=button.expires)
    assert (asked.action, asked.subject, asked.digest) == ("send", b"s" * 16, b"d" * 32)
