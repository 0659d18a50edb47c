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
ANYBODY = {Action.FREEZE, Action.ORGANISERS, Action.PRIVATE, Action.CHECKLIST, Action.POLICY, Action.CHECKIN}
ALLOWED = {
    Role.AUTHOR: set(Action) - {Action.LOCK},
    Role.APPROVER: ANYBODY
    | {Action.APPROVE, Action.PAUSE, Action.CANCEL, Action.PROGRESS, Action.DECIDE, Action.PANIC},
    Role.ANSWERER: ANYBODY,
    Role.KEEPER: ANYBODY | {Action.PROGRESS, Action.LOCK, Action.PANIC},
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_permissions(role: Role, action: Action) -> None:
    """What is not listed for a role is denied; nobody may anything while they wait or are suspended."""
    somebody = replace(SOMEBODY, role=role)
    assert somebody.may(action) is (action in ALLOWED[role])
    assert not replace(somebody, standing=Standing.WAITING).may(action)
    assert not replace(somebody, suspended=SOMEBODY.since).may(action)
