"""The server's clock is known from its answers, to within half of the shortest way there and back."""

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.servertime import DRIFT, ServerTime

ways = st.lists(st.tuples(st.floats(0, 0.2), st.floats(0, 0.2)), min_size=1, max_size=30)


@given(ahead=st.floats(-1e6, 1e6), ways=ways)
def test_the_shortest_way_counts(ahead: float, ways: list[tuple[float, float]]) -> None:
    """However slow most answers are, the error is at most half of the fastest one, and a little drift."""
    time, now = ServerTime(), 1000.0
    for there, back in ways:
        time.heard(asked=now, shown=now + there + ahead, answered=now + there + back)
        now += 1.0
    best = min(there + back for there, back in ways)
    assert abs(time.ahead - ahead) <= best / 2 + DRIFT * len(ways) + 1e-6


def test_a_clock_that_is_set() -> None:
    """When somebody sets the server's clock, the next answer is believed, not the older ones."""
    time = ServerTime()
    time.heard(asked=10.0, shown=110.0, answered=10.002)
    time.heard(asked=11.0, shown=5011.0, answered=11.002)
    assert [ServerTime().known, time.known] == [False, True]
    assert abs(time.ahead - 5000.0) < 0.01
