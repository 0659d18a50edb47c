"""`handbill worker`: where it is refused, how it begins, and what ends it."""

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cli import access
from bot.cli.apart import apart
from bot.cli.terminal import Terminal
from bot.clock import SystemClock
from bot.errors import HandbillError, WrongPassphraseError
from tests.cli.helpers import PASSPHRASE, Keeper
from tests.cli.test_keyholders import Answering
from tests.cli.test_memory import can_look, copies, secrets_of
from tests.cli.test_postgres import copied, init, keeper
from tests.cli.test_processes import ends, sandbox, started, waits_for

__all__ = ["keeper", "sandbox"]


def test_a_file_is_for_one(newcomer: Keeper) -> None:
    """With the list in a file of the home there is nothing to share: one line, a hint, exit code 3."""
    assert newcomer.types(*init(newcomer)).code == 0
    refused = newcomer.types("worker", "--passphrase-file", newcomer.passphrase_file)
    refused.fails(3, "a worker needs a PostgreSQL database", "handbill run")


def test_no_home(newcomer: Keeper) -> None:
    """Where there is no home, there is nothing to open."""
    newcomer.types("worker").fails(3, "there is no home here")


def test_no_service(keeper: Keeper) -> None:
    """A worker begins beside an unlocked service only; without one it ends with 4."""
    assert keeper.types(*init(keeper)).code == 0
    unlocked = ["--passphrase-file", keeper.passphrase_file]
    keeper.runs("worker", *unlocked).fails(4, "the service is locked or does not run")
    keeper.runs("worker").fails(4, "there is no terminal to ask at")
    keeper.runs("worker", "--passphrase-file", keeper.file("wrong", "not it at all")).fails(5)


def test_beside_a_service(keeper: Keeper, sandbox: str, tmp_path: Path) -> None:
    """It runs in the same home or in a copy of it; SIGTERM ends it with 0, and the service's lock with 4."""
    keeper.environment["HANDBILL_TELEGRAM__API_URL"] = sandbox
    assert keeper.types(*init(keeper)).code == 0
    copy = copied(keeper, tmp_path / "copy")
    unlocked = ["--passphrase-file", keeper.passphrase_file]
    with started(keeper, "run", *unlocked) as service:
        waits_for(keeper, service, "running")
        with started(keeper, "worker", *unlocked) as first, started(copy, "worker", *unlocked) as second:
            for worker in (first, second):
                assert worker.stderr
                assert "worker.started" in worker.stderr.readline()
            keeper.types("database", "rotate", *unlocked).fails(10, "workers are running")
            if can_look():  # as in test_memory: only root may
                found = copies(first.pid, **secrets_of(keeper))
                assert found.pop("root") > 0, "positive control"
                assert set(found.values()) == {0}, "passphrase and master key do not stay with a worker"
            assert ends(first, signal.SIGTERM)[0] == 0
            copy.environment["HANDBILL_PUBLISHING__IN_DOUBT"] = "skip"
            copy.runs("worker", *unlocked).fails(3, "not those of the service", "in_doubt")
            assert keeper.types("lock").code == 0
            code, said = ends(second, signal.SIGCONT)  # which ends nothing: it ends by itself
            assert code == 4
            assert "the service is locked" in said
            assert "canary" not in said


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    with (tmp_path / "out").open("w") as out:
        yield Terminal(
            environment={}, out=out, err=out, clock=SystemClock(), random=os.urandom, harden=lambda: None
        )


def test_apart(terminal: Terminal) -> None:
    """What a child finds comes back: a key, or the error that ends the command."""
    assert apart(terminal, lambda: bytes(range(32))) == bytes(range(32))

    def wrong() -> bytes:
        raise WrongPassphraseError("it is wrong", hint="try another one")

    with pytest.raises(WrongPassphraseError, match="it is wrong") as found:
        apart(terminal, wrong)
    assert isinstance(found.value, HandbillError)
    assert found.value.hint == "try another one"

    def interrupted() -> bytes:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        apart(terminal, interrupted)
    with pytest.raises(RuntimeError):
        apart(terminal, lambda: b"too short")


def test_asked_at_the_terminal(keeper: Keeper, terminal: Terminal) -> None:
    """Without a file or descriptor the passphrase is typed, into a process that ends with it."""
    assert keeper.types(*init(keeper)).code == 0
    typist = Answering({"Passphrase: ": PASSPHRASE})
    typist.start()
    asking = replace(terminal, tty=typist.tty)
    assert len(apart(asking, lambda: access.master_key(asking, keeper.home, ()))) == 32
    typist.leave()
    assert PASSPHRASE not in typist.seen
