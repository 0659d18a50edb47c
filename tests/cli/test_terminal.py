"""How the program speaks: results, notes, pictures and spinners each where they belong."""

import io
import os

from bot.cli import status
from bot.cli.terminal import Terminal
from bot.clock import SystemClock
from bot.control.messages import State, Status
from bot.errors import BadInputError
from tests.cli.helpers import Keeper


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def terminal(out: io.StringIO, err: io.StringIO) -> Terminal:
    return Terminal(environment={}, out=out, err=err, clock=SystemClock(), random=os.urandom)


def test_errors_are_one_line_and_a_hint() -> None:
    """An error is a line, and a hint where there is one; both on stderr, without a stop at the end."""
    out, err = io.StringIO(), io.StringIO()
    speaking = terminal(out, err)
    speaking.failed(BadInputError("It is wrong.", hint="Mend it."))
    speaking.failed(BadInputError("it is wrong again"))
    assert err.getvalue() == "error: It is wrong\nhint: Mend it\nerror: it is wrong again\n"
    assert out.getvalue() == ""


def test_spinner_only_on_a_screen() -> None:
    """What takes longer shows that it goes on, on stderr and only where that is a screen."""
    out, err, screen = io.StringIO(), io.StringIO(), Screen()
    with terminal(out, err).working("counting"):
        pass
    with terminal(out, screen).working("counting"):
        pass
    assert (out.getvalue(), err.getvalue()) == ("", "")
    assert "counting" in screen.getvalue()


def test_status_for_people() -> None:
    """Each thing that `status` knows is one line."""
    out = io.StringIO()
    found = Status(
        state=State.RUNNING,
        bot="example_bot",
        schema=1,
        next_due="2026-11-22T18:00:00Z",
        broadcast="paused",
        problems=("look here",),
    )
    status._show(terminal(out, io.StringIO()), found)
    assert out.getvalue().splitlines() == [
        "state: running",
        "bot: @example_bot",
        "database: version 1",
        "broadcast: paused",
        "next due: 2026-11-22T18:00:00Z",
        "problem: look here",
    ]


def test_pictures_on_a_screen(keeper: Keeper) -> None:
    """On a screen an invitation can be scanned; in a file there are no pictures."""
    invite = ["organisers", "invite", "--name", "Ann", "--passphrase-file", keeper.passphrase_file]
    plain = keeper.types(*invite)
    invite[3] = "Ben"
    shown = keeper.types(*invite, out=Screen())
    assert "█" not in plain.out
    assert "█" in shown.out
    assert "otpauth://" in shown.out
