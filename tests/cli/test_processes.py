"""The command as processes: what scripts and systemd rely on."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.helpers import FOREVER, Keeper

HEAVY = ("telegram", "sqlalchemy", "aiohttp", "alembic", "rich", "cryptography", "apscheduler", "markdown_it")


@contextmanager
def started(keeper: Keeper, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    process = keeper.starts(*arguments)
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=FOREVER)


@pytest.fixture
def sandbox(newcomer: Keeper) -> Iterator[str]:
    """The address of `handbill sandbox`."""
    with started(newcomer, "sandbox", "--port", "0") as process:
        assert process.stdout
        yield process.stdout.readline().split()[-1]


def waits_for(keeper: Keeper, process: "subprocess.Popen[str]", *states: str) -> str:
    """Ask `status` until it answers one of the states."""
    end = time.monotonic() + FOREVER
    while (state := keeper.types("status", "--json").json["state"]) not in states:
        assert process.poll() is None, process.stderr and process.stderr.read()
        assert time.monotonic() < end, state
        time.sleep(0.05)
    return str(state)


def ends(process: "subprocess.Popen[str]", number: signal.Signals) -> tuple[int, str]:
    process.send_signal(number)
    _, err = process.communicate(timeout=FOREVER)
    return process.returncode, err


def test_a_day(keeper: Keeper, sandbox: str) -> None:
    """Start locked, unlock, ask, lock, unlock, end: each step by its own command, and SIGTERM ends with 0."""
    keeper.environment["HANDBILL_TELEGRAM__API_URL"] = sandbox
    passphrase = ["--passphrase-file", keeper.passphrase_file]
    with started(keeper, "run") as service:
        waits_for(keeper, service, "locked")
        keeper.types("organisers", "list").fails(4, "the service is locked", "handbill unlock")
        keeper.runs("unlock").fails(4)
        keeper.runs("unlock", "--passphrase-file", keeper.file("wrong", "not it at all")).fails(5)
        assert keeper.runs("unlock", *passphrase).out == "unlocked: running\n"
        assert keeper.types("unlock").out == "it is unlocked already\n"
        status = keeper.types("status", "--json").json
        assert (status["state"], status["schema"], status["problems"]) == ("running", 2, [])
        assert status["bot"].endswith("bot")
        invited = keeper.types("organisers", "invite", "--name", "Ann", "--role", "author", "--json").json
        assert invited["link"] == f"https://t.me/{status['bot']}?start={invited['code']}"
        keeper.runs("run", *passphrase).fails(8, "already running")
        keeper.types("init", *passphrase, "--token-file", keeper.token_file).fails(2)
        assert keeper.types("lock").out == "locked\n"
        assert keeper.types("status", "--json").json["state"] == "locked"
        assert keeper.runs("unlock", *passphrase).code == 0
        code, log = ends(service, signal.SIGTERM)
    assert code == 0
    assert "canary" not in log
    assert keeper.types("status", "--json").json["state"] == "stopped"
    assert not (keeper.home / "control.sock").exists()
    assert not (keeper.home / "handbill.db-wal").exists()


def test_unattended(keeper: Keeper, sandbox: str) -> None:
    """With a descriptor `run` starts unlocked; Ctrl-C ends it with 130; its memory is closed to others."""
    keeper.environment |= {"HANDBILL_TELEGRAM__API_URL": sandbox, "HANDBILL_LOGS__FORMAT": "json"}
    with started(keeper, "run", "--passphrase-file", keeper.passphrase_file) as service:
        waits_for(keeper, service, "running")
        limits = Path(f"/proc/{service.pid}/limits").read_text()
        assert (
            next(line.split()[4] for line in limits.splitlines() if line.startswith("Max core file")) == "0"
        )
        for place in ("environ", "cmdline"):
            assert b"violin" not in Path(f"/proc/{service.pid}/{place}").read_bytes()
        code, log = ends(service, signal.SIGINT)
    assert code == 130
    assert [json.loads(line)["event"] for line in log.splitlines()][:2] == [
        "service.unlocked",
        "service.started",
    ]


def test_killed(keeper: Keeper, sandbox: str) -> None:
    """After kill -9 the next `run` starts as usual: socket and lock of the dead one do not hinder it."""
    keeper.environment["HANDBILL_TELEGRAM__API_URL"] = sandbox
    with started(keeper, "run", "--passphrase-file", keeper.passphrase_file) as service:
        waits_for(keeper, service, "running")
        assert ends(service, signal.SIGKILL)[0] == -9
    assert (keeper.home / "control.sock").exists()
    assert keeper.types("status", "--json").json["state"] == "stopped"
    with started(keeper, "run") as service:
        waits_for(keeper, service, "locked")


def test_starts_that_fail(keeper: Keeper, sandbox: str) -> None:
    """A wrong passphrase ends the start with 5, damage with 6, a refused token with 9; never with a trace."""
    keeper.environment["HANDBILL_TELEGRAM__API_URL"] = f"{sandbox}/nowhere"
    options = ["--passphrase-file", keeper.passphrase_file]
    keeper.runs("run", "--passphrase-file", keeper.file("wrong", "not it at all")).fails(5)
    keeper.runs("run", "--passphrase-file", "/nonexistent").fails(10)
    pad = keeper.home / "shred.pad"
    whole = pad.read_bytes()
    pad.write_bytes(whole[1:] + b"x")
    keeper.runs("run", *options).fails(6)
    pad.write_bytes(whole)
    assert keeper.types("status", "--json").json["state"] == "stopped"


def test_no_network_at_start(keeper: Keeper) -> None:
    """Without a network `run` stays, with the state "no network", and ends as cleanly."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens there
        keeper.environment["HANDBILL_TELEGRAM__API_URL"] = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with started(keeper, "run", "--passphrase-file", keeper.passphrase_file) as service:
            waits_for(keeper, service, "no network")
            assert ends(service, signal.SIGTERM)[0] == 0


def test_taken_port(newcomer: Keeper) -> None:
    """A sandbox on a taken port ends with 8 and says which."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        newcomer.runs("sandbox", "--port", port).fails(8, port, "--port")


def test_help_is_quick() -> None:
    """`handbill --help` imports none of the heavy parts: that is what keeps it quick."""
    script = "import sys; import bot.cli.main as m; m.build(); print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not [name for name in HEAVY if name in loaded]


def test_broken_pipe(keeper: Keeper) -> None:
    """`handbill … | head` is no error."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli.main", "status"],
        env=keeper.names(),
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")
