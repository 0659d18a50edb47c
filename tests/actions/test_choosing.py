"""Which broadcast a command without a name means."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.actions import choosing
from bot.domain.broadcast import State
from bot.domain.organiser import OrganiserId
from bot.domain.repeats import Terms
from tests.actions.test_recurring import AUTHOR, plan
from tests.delivery.scripted import broadcast


def test_what_a_command_means() -> None:
    """/cancel and /pause without a name mean what was begun last, a draft before a plan that stands."""
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    stands = plan(Terms(minute=18 * 60, zone="UTC"), now)
    draft = replace(broadcast(), state=State.DRAFT, created=now - timedelta(hours=2))
    sending = replace(broadcast(), starts=now + timedelta(days=1))
    drafted_plan = replace(stands, state=State.DRAFT, starts=None)
    assert choosing.newest([stands], AUTHOR) == stands
    assert choosing.newest([stands, draft], AUTHOR) == draft
    assert choosing.newest([stands, drafted_plan], AUTHOR) == drafted_plan
    assert choosing.newest([stands, draft, sending], AUTHOR) == sending
    assert choosing.newest([draft], OrganiserId(b"x" * 16)) is None
    assert choosing.first([stands, sending]) == sending
    assert choosing.first([]) is None
