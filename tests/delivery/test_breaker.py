import pytest

from bot.delivery.breaker import Breaker, Faults


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


def test_faults_in_a_row_are_counted_and_forgotten() -> None:
    """Ten faults in a row: one probe at a time. Fifty: people decide. One delivery: all is well."""
    faults = Faults()
    for number in range(9):
        faults.fault(started=number, now=number)
    assert (faults.probing, faults.wait) == (False, 0.0)
    waits = []
    for number in range(9, 49):
        faults.fault(started=number, now=number)
        waits.append(faults.wait)
    assert waits[:6] == [1.0, 2.0, 4.0, 8.0, 10.0, 10.0]
    assert (faults.probing, faults.hopeless) == (True, False)
    faults.fault(started=49, now=49)
    assert faults.hopeless
    faults.cleared()
    assert (faults.probing, faults.hopeless, faults.wait) == (False, False, 0.0)


def test_what_fails_together_is_one_fault() -> None:
    """Ninety sends that were under way when the network went are one fault, not ninety."""
    faults = Faults()
    for _ in range(90):
        faults.fault(started=1.0, now=6.0)
    assert faults.row == 1
