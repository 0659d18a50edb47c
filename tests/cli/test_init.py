"""`handbill init`: a home is made whole, or nothing is made."""

import errno
import os
import stat
import threading
from pathlib import Path

import pytest

from bot.vault import passphrase as passphrases
from bot.vault.vault import Vault
from tests.cli.helpers import PASSPHRASE, TOKEN, Keeper


def options(keeper: Keeper, **other: str) -> list[str]:
    given = {
        "token-file": keeper.token_file,
        "passphrase-file": keeper.passphrase_file,
        "kdf-memory": "8",
    } | other
    return [part for name, value in given.items() for part in (f"--{name}", value)]


def test_a_home(newcomer: Keeper) -> None:
    """`init` makes settings, keys, pad and database, all for their owner only, and shows no secret."""
    done = newcomer.types("init", *options(newcomer))
    assert (done.code, done.out) == (0, f"home made: {newcomer.home}\n")
    assert done.is_silent()
    assert stat.S_IMODE(newcomer.home.stat().st_mode) == 0o700
    files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in newcomer.home.iterdir()}
    assert files == dict.fromkeys(["config.toml", "keyring.json", "shred.pad", "handbill.db"], 0o600)
    everything = b"".join(newcomer.bytes_of_home().values())
    assert TOKEN.encode() not in everything
    assert b"canary" not in everything
    assert len(Vault.open_home(newcomer.home, PASSPHRASE)) == 32


def test_an_existing_home(keeper: Keeper) -> None:
    """On an existing home `init` ends with 2 and changes nothing."""
    before = keeper.bytes_of_home()
    keeper.types("init", *options(keeper)).fails(2, "there is a home here already", "HANDBILL_HOME")
    assert keeper.bytes_of_home() == before


@pytest.mark.parametrize("left", ["keyring.json", "handbill.db", "shred.pad"])
def test_half_a_home(keeper: Keeper, left: str) -> None:
    """Where only a part of a home is left, `init` does not write over it: it may be all that somebody has."""
    for path in keeper.home.iterdir():
        if path.name != left:
            path.unlink()
    before = keeper.bytes_of_home()
    keeper.types("init", *options(keeper)).fails(2, left)
    assert keeper.bytes_of_home() == before


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("token-file", "not a token", "not a bot token"),
        ("token-file", "1234567890:short-canary", "not a bot token"),
        ("token-file", f"{TOKEN} {TOKEN}", "not a bot token"),
        ("token-file", b"\xff" * 50, "not a bot token"),
        ("passphrase-file", "canary", "too easy"),
        ("passphrase-file", "violin violin violin violin violin violin", "too easy"),
        ("passphrase-file", "", "passphrase"),
        ("passphrase-file", b"\xff\xfe", "UTF-8"),
    ],
)
def test_bad_secrets(newcomer: Keeper, name: str, content: str | bytes, said: str) -> None:
    """A malformed token or a weak passphrase ends with 10, is not quoted, and nothing is made."""
    file = newcomer.file("bad", content)
    newcomer.types("init", *options(newcomer, **{name: file})).fails(10, said)
    assert not newcomer.home.exists()


@pytest.mark.parametrize("name", ["token-file", "passphrase-file"])
def test_missing_files(newcomer: Keeper, name: str) -> None:
    """A file of secrets that is not there ends with 10."""
    newcomer.types("init", *options(newcomer, **{name: "/nonexistent/file"})).fails(10, "cannot be read")


def test_bad_kdf(newcomer: Keeper) -> None:
    """Memory for keys out of bounds ends with 10 and leaves nothing behind."""
    newcomer.types("init", *options(newcomer, **{"kdf-memory": "1"})).fails(10)
    assert list(newcomer.home.iterdir()) == []


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (OSError(errno.ENOSPC, "canary"), 10, "error: No space left on device"),
        (OSError(errno.ECONNRESET, "canary"), 1, "ConnectionResetError at "),
        (RuntimeError("canary"), 1, "error: a bug in Handbill: RuntimeError at "),
    ],
)
def test_failing_half_way(newcomer: Keeper, error: Exception, code: int, said: str) -> None:
    """What was made is taken away again; a full disk is called so, all else shows class and place only."""
    calls = iter(range(1000))

    def failing(size: int) -> bytes:
        if next(calls) > 60:
            raise error
        return os.urandom(size)

    newcomer.random = failing
    done = newcomer.types("init", *options(newcomer))
    assert done.code == code
    assert said in done.err
    assert done.is_silent()
    assert list(newcomer.home.iterdir()) == []


def test_unknown_setting_first(newcomer: Keeper) -> None:
    """A wrong setting ends `init` with 3 before anything is made."""
    newcomer.environment["HANDBILL_TELEGRAM__RAT"] = "3"
    newcomer.types("init", *options(newcomer)).fails(3, "HANDBILL_TELEGRAM__RATE")
    assert not newcomer.home.exists()


def test_not_a_terminal(newcomer: Keeper) -> None:
    """Without files and without a terminal to ask at, `init` ends with 4."""
    newcomer.types("init").fails(4, "--token-file")
    newcomer.types("init", "--token-file", newcomer.token_file).fails(4)
    assert not newcomer.home.exists()


class Typist(threading.Thread):
    """Somebody at a terminal: answers each question, and remembers what the screen showed."""

    def __init__(self) -> None:
        super().__init__(name="typist", daemon=True)
        self._screen, other = os.openpty()
        self.tty = Path(os.ttyname(other))
        self._other = other
        self.seen = ""

    def run(self) -> None:
        self._until("it is not shown")
        os.write(self._screen, TOKEN.encode() + b"\n")
        self._until("Type it once: ")
        words = next(
            line for line in self.seen.splitlines() if len(line.split()) == 6 and line.startswith("    ")
        )
        os.write(self._screen, b"something else\n")
        self._until("That is something else.")
        self._until("Type it once: ", times=2)
        os.write(self._screen, words.strip().encode() + b"\n")

    def _until(self, words: str, times: int = 1) -> None:
        while self.seen.count(words) < times:
            self.seen += os.read(self._screen, 4096).decode()

    def leave(self) -> None:
        self.join(10)
        os.close(self._screen)
        os.close(self._other)


def test_at_a_terminal(newcomer: Keeper) -> None:
    """Without files `init` asks for the token unseen, and generates six words, shown once, typed once."""
    typist = Typist()
    typist.start()
    done = newcomer.types("init", "--kdf-memory", "8", tty=typist.tty)
    typist.leave()
    assert done.code == 0, done.err
    words = next(line.strip() for line in typist.seen.splitlines() if line.startswith("    "))
    passphrases.check(words)
    assert words not in done.out + done.err
    assert TOKEN not in typist.seen + done.out + done.err
    assert len(Vault.open_home(newcomer.home, words)) == 32
