"""Who may do what: every role, every action, every standing."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.contact import ChatId
from bot.domain.organiser import Action, Organiser, OrganiserId, Role, Standing

SOMEBODY = Organiser(
    id=OrganiserId(bytes(16)),
    name="Vera",
    role=Role.AUTHOR,
    chat=ChatId(1),
    language="en",
    standing=Standing.ENROLLED,
    since=datetime(2026, 1, 1, tzinfo=UTC),
)
ALLOWED = {
    Role.AUTHOR: set(Action),
    Role.APPROVER: {Action.APPROVE, Action.PAUSE, Action.CANCEL, Action.PROGRESS},
    Role.ANSWERER: set(),
    Role.KEEPER: {Action.PROGRESS},
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_permissions(role: Role, action: Action) -> None:
    """What is not listed for a role is denied, and nobody may anything before the others approved."""
    somebody = replace(SOMEBODY, role=role)
    assert somebody.may(action) is (action in ALLOWED[role])
    assert not replace(somebody, standing=Standing.WAITING).may(action)
