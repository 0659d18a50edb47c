"""What `doctor` says about the census, the last backup and the dead man's switch."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.cli.keeping import OLD, examine
from bot.config import load
from bot.control.grace import FILE
from bot.control.messages import State, Status
from tests.cli.helpers import Keeper

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SWITCH = "HANDBILL_VAULT__DEADMAN_DAYS"


def found(keeper: Keeper, status: Status | None, **names: str) -> dict[str, tuple[bool, str]]:
    config = load(keeper.names() | names)
    return {one.name: (one.ok, one.hint) for one in examine(keeper.home, config, status, now=NOW)}


@pytest.mark.parametrize("status", [None, Status(state=State.LOCKED)])
def test_not_known(keeper: Keeper, status: Status | None) -> None:
    """Without an unlocked service nothing is called wrong, and nothing right."""
    checks = found(keeper, status, **{SWITCH: "30"})
    assert all(ok and "not known" in hint for ok, hint in checks.values())


def test_all_is_well(keeper: Keeper) -> None:
    """A list that fits, no backup yet, and the switch off."""
    checks = found(keeper, Status(state=State.RUNNING))
    assert all(ok for ok, _ in checks.values())
    assert "none yet" in checks["backup"][1]
    assert checks["dead man's switch"] == (True, "off")


def test_what_is_wrong(keeper: Keeper) -> None:
    """A list in doubt, an old backup, and a long silence."""
    until, backed_up = NOW + timedelta(days=14), NOW - OLD - timedelta(days=1)
    status = Status(state=State.RUNNING, doubt="rows", backed_up=backed_up, silent_until=until)
    checks = found(keeper, status, **{SWITCH: "30"})
    assert not any(ok for ok, _ in checks.values())
    assert "31 days old" in checks["backup"][1]
    assert "2026-12-06" in checks["dead man's switch"][1]
    (keeper.home / FILE).write_text("{}")
    assert "destroyed" in found(keeper, None)["dead man's switch"][1]
