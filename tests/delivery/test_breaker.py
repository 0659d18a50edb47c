import pytest

from bot.delivery.breaker import Breaker, Faults
from tests.delivery.scripted import contact_id


def fires_at(answers: str, breaker: Breaker | None = None) -> int | None:
    """The number of the answer that fires it; `g` is gone, `.` anything else."""
    breaker = breaker or Breaker()
    for number, answer in enumerate(answers, 1):
        if breaker.answered(gone=answer == "g"):
            return number
    return None


@pytest.mark.parametrize(
    ("answers", "number"),
    [
        ("gg", None),
        ("ggg", 3),
        ("...ggg", 6),
        ("....ggg", None),
        ("....gggg", 8),
        ("." * 100 + "g" * 20, None),
        ("." * 100 + "g" * 21, 121),
        (("." * 5 + "g") * 50, None),
        ("." * 70 + "g.." * 60, 70 + 61),
        ("." * 100 + "g" * 20 + "." * 80 + "g" * 20, None),
    ],
)
def test_it_fires_when_too_many_seem_gone(answers: str, number: int | None) -> None:
    """Under 100 answers three that are at least half, later more than 20 in the last 100."""
    assert fires_at(answers) == number


def test_it_stays_fired() -> None:
    """Good answers that were still under way change nothing."""
    breaker = Breaker()
    fires_at("ggg", breaker)
    assert breaker.answered(gone=False)
    assert breaker.fired


def test_it_remembers_a_short_broadcast_over_a_restart() -> None:
    """What an earlier process was answered counts as long as it was fewer than 100 answers."""
    assert Breaker(answers=4, gone=3).fired
    assert not Breaker(answers=10, gone=3).fired
    assert fires_at("gg", Breaker(answers=2, gone=1)) == 2


def failing(*times: float, reader: int | None = None) -> Faults:
    faults = Faults()
    for number, time in enumerate(times):
        faults.fault(contact_id(reader or number), started=time, now=time + 0.5)
    return faults


def test_ten_failures_of_three_readers_in_a_row_mean_everybody() -> None:
    """From then on one message at a time is tried, after 10 seconds; one delivery and all is well."""
    assert not failing(*range(9)).probing
    faults = failing(*range(10))
    assert (faults.probing, faults.wait) == (True, 10.0)
    faults.cleared()
    assert not faults.probing
    assert not failing(*range(20), reader=7).probing


def test_faults_between_deliveries_mean_nobody() -> None:
    """Nine of ten messages may fail at random without an outage being seen in it."""
    faults = Faults()
    for number in range(1000):
        faults.fault(contact_id(number), started=number, now=number)
        assert not faults.probing
        if number % 9 == 8:
            faults.cleared()
    assert not faults.hopeless


def test_trouble_of_their_own() -> None:
    """Whoever fails again though twenty others got it meanwhile says nothing about the rest."""
    faults = failing(*range(5))
    for _ in range(20):
        faults.cleared()
    for number in range(100):
        faults.fault(contact_id(number), started=number, now=number, before=0)
    assert not faults.probing
    assert not faults.hopeless
    for number in range(100, 110):
        faults.fault(contact_id(number), started=number, now=number, before=1)
    assert faults.probing


def test_fifty_faults_in_a_row_are_for_people_to_decide() -> None:
    """Without a single delivery in between."""
    assert not failing(*range(49)).hopeless
    faults = failing(*range(50))
    assert faults.hopeless
    faults.cleared()
    assert not faults.hopeless


def test_what_fails_together_is_one_fault() -> None:
    """Ninety sends that were under way when the network went are one fault, not ninety, but everybody's."""
    faults = failing(*[1.0] * 90)
    assert not faults.hopeless
    assert (faults.probing, faults.wait) == (True, 2.0)
