"""What organisers decide about each other: what a motion binds, and how many it takes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.motion import MOTION_LIFE, Matter, Motion
from bot.domain.organiser import OrganiserId

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
OLGA, PAVEL = OrganiserId(bytes(15) + b"o"), OrganiserId(bytes(15) + b"p")


def motion(matter: Matter = Matter.REMOVE, by: OrganiserId | None = OLGA) -> Motion:
    return Motion(matter=matter, subject=PAVEL, by=by, proposed=NOON)


def test_what_is_agreed_to() -> None:
    """An agreement holds for one matter about one organiser, whoever proposed it."""
    digests = {motion(matter).digest for matter in Matter}
    digests |= {
        Motion(matter=Matter.POLICY, key=key, value=value, by=OLGA, proposed=NOON).digest
        for key, value in (("a", "1"), ("a", "2"), ("b", "1"), ("a1", ""))
    }
    assert len(digests) == len(Matter) + 4
    assert motion(by=None).digest == motion().digest


def test_nobody_counts_twice() -> None:
    """Agreeing again changes nothing; what a suspended one agreed to is taken out."""
    twice = motion().agree(OLGA).agree(OLGA)
    assert twice.agreed == (OLGA,)
    assert twice.without(OLGA).agreed == ()


def test_a_day() -> None:
    """A proposal is open for 24 hours."""
    assert motion().open(NOON + MOTION_LIFE - timedelta(seconds=1))
    assert not motion().open(NOON + MOTION_LIFE)


@pytest.mark.parametrize(
    ("matter", "by", "approvals", "left", "needed"),
    [
        (Matter.REMOVE, OLGA, 2, 5, 2),
        (Matter.REMOVE, OLGA, 4, 2, 4),
        (Matter.REMOVE, OLGA, 1, 1, 2),
        (Matter.REMOVE, None, 2, 5, 1),
        (Matter.REMOVE, None, 4, 5, 3),
        (Matter.REMOVE, None, 4, 2, 2),
        (Matter.UNFREEZE, OLGA, 1, 1, 2),
        (Matter.UNFREEZE, OLGA, 5, 9, 2),
        (Matter.POLICY, OLGA, 3, 1, 3),
        (Matter.POLICY, OLGA, 1, 1, 1),
    ],
)
def test_how_many(matter: Matter, by: OrganiserId | None, approvals: int, left: int, needed: int) -> None:
    """Two end a freeze; a removal takes what a broadcast takes, from the terminal one less."""
    assert motion(matter, by).needed(approvals=approvals, left=left) == needed


@given(approvals=st.integers(2, 20), left=st.integers(0, 20), matter=st.sampled_from(Matter))
def test_one_account_is_never_enough(approvals: int, left: int, matter: Matter) -> None:
    """Whatever an organiser proposes in chat takes somebody else as well."""
    assert motion(matter, OLGA).needed(approvals=approvals, left=left) >= 2
