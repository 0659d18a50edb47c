"""Which value of a setting is weaker than another: every key, in both directions."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.policy import WEAKER, Value, weakened, written

STRICTER_LAST: dict[str, Sequence[Value]] = {
    "publishing.approvals": [1, 2, 3, 20],
    "publishing.cooldown_seconds": [1, 60, 120, 86400],
    "publishing.wave_percent": [100, 50, 2, 1],
    "publishing.wave_pause_seconds": [0, 1, 60],
    "publishing.per_day": [100, 9, 8, 1],
    "publishing.signed_only": [False, True],
    "joining.door": ["open", "vouching", "invitation"],
    "vault.unlock": [1, 2],
    "vault.deadman_days": [0, 365, 30, 1],
}
"""For each key some values, from the weakest to the strictest; of `panic` any other one is weaker."""


def test_the_table_is_total() -> None:
    """Every key of the policy is in these tests."""
    assert set(STRICTER_LAST) | {"vault.panic"} == set(WEAKER)


@pytest.mark.parametrize("key", STRICTER_LAST)
def test_order(key: str) -> None:
    """A value is weaker than every later one, and never than itself or an earlier one."""
    values = STRICTER_LAST[key]
    for at, sealed in enumerate(values):
        for place, given_value in enumerate(values):
            assert bool(weakened({key: sealed}, {key: given_value})) is (place < at), (sealed, given_value)


def test_panic() -> None:
    """To allow destroying and to forbid it both take the organisers' agreement."""
    for sealed, other in (("lock", "destroy"), ("destroy", "lock")):
        assert weakened({"vault.panic": sealed}, {"vault.panic": other}) == ("vault.panic",)
        assert weakened({"vault.panic": sealed}, {"vault.panic": sealed}) == ()


def test_an_unknown_door() -> None:
    """A door that nobody knows counts as the widest."""
    assert weakened({"joining.door": "vouching"}, {"joining.door": "window"}) == ("joining.door",)


@given(st.fixed_dictionaries({key: st.sampled_from(values) for key, values in STRICTER_LAST.items()}))
def test_what_is_sealed_opens(policy: dict[str, Value]) -> None:
    """The values that were sealed are never weaker than themselves, and a key that was not sealed is free."""
    assert weakened(policy, policy) == ()
    assert weakened({}, policy) == ()


@given(
    st.fixed_dictionaries({key: st.sampled_from(values) for key, values in STRICTER_LAST.items()}),
    st.sampled_from(sorted(STRICTER_LAST)),
)
def test_one_weaker_key_is_named(policy: dict[str, Value], key: str) -> None:
    """Exactly the weaker keys are named, however the others stand."""
    weakest = STRICTER_LAST[key][0]
    expected = () if policy[key] == weakest else (key,)
    assert weakened(policy, {**policy, key: weakest}) == expected


def test_written() -> None:
    """A value is shown as the settings write it."""
    assert [written(value) for value in (True, 8, "open")] == ["true", "8", "open"]
