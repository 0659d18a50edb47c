"""The keys on a sheet of paper."""

from datetime import date, timedelta

import pytest

from bot.actions.fingerprints import MOST, fingerprints
from bot.library import trust as trusting
from bot.library.print.style import Key
from tests.support.signers import Signer
from tests.support.workshop import BORIS, OLGA, TODAY, VERA, trust

DAY = timedelta(days=1)


def named(data: bytes, today: date = TODAY, *, first: tuple[str, ...] = ()) -> list[str]:
    return [key.name for key in fingerprints(trusting.parse(data), today, first)]


def test_what_a_sheet_names() -> None:
    """Names and fingerprints as /keys shows them; where there is no SSH key, the whole minisign key."""
    assert fingerprints(None, TODAY) == ()
    policy = trusting.parse(trust(VERA, BORIS))
    assert fingerprints(policy, TODAY) == (
        Key(name="vera", fingerprint=VERA.ssh.fingerprint),
        Key(name="boris", fingerprint=BORIS.ssh.fingerprint),
    )
    lines = trust(VERA, threshold=1).decode().splitlines()
    alone = trusting.parse("\n".join(line for line in lines if not line.startswith("ssh")).encode())
    assert fingerprints(alone, TODAY) == (Key(name="vera", fingerprint=VERA.minisign.line),)


@pytest.mark.parametrize(
    ("line", "first", "last"),
    [
        (f"valid_until = {TODAY}", None, TODAY),
        (f"valid_from = {TODAY}", TODAY, None),
        (f"revoked_on = {TODAY + DAY}", date.max, None),
    ],
)
def test_only_keys_that_may_sign_today(line: str, first: date | None, last: date | None) -> None:
    """A key is printed from its first day to its last; one that is or will be revoked is printed nowhere."""
    policy = trust(VERA, BORIS, OLGA, more=[("olga", line)])
    for today in (TODAY - DAY, TODAY, TODAY + DAY):
        may = (first is None or today >= first) and (last is None or today <= last)
        assert named(policy, today) == (["vera", "boris", "olga"] if may else ["vera", "boris"])


def test_a_sheet_has_room_for_few() -> None:
    """At most four keys, those of who signed the text before the others; else in the policy's order."""
    names = ["anna", "bert", "cora", "dora", "emil", "fred"]
    policy = trust(*(Signer(name) for name in names))
    assert MOST == 4
    assert named(policy) == names[:4]
    assert named(policy, first=("fred", "emil")) == ["emil", "fred", "anna", "bert"]
    assert named(policy, first=("mallory",)) == names[:4]
