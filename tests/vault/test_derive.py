"""The short-lived process that turns a passphrase into the master key."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.vault import keys
from bot.vault.derive import main
from tests.vault.helpers import PASSPHRASE, create, seeded


def derive(*arguments: str, pass_fds: tuple[int, ...] = ()) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "bot.vault.derive", *arguments]
    return subprocess.run(command, capture_output=True, check=False, pass_fds=pass_fds, timeout=60)


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_file_gives_exactly_the_master_key(tmp_path: Path, end: str) -> None:
    """What comes out is 32 bytes and nothing else, so that the service can read them from a pipe."""
    master, file = create(tmp_path), tmp_path / "passphrase"
    file.write_bytes(PASSPHRASE.encode() + end.encode())
    done = derive("--home", str(tmp_path), "--passphrase-file", str(file))
    assert (done.returncode, done.stdout, done.stderr) == (0, master, b"")


def test_a_pipe_gives_the_same(tmp_path: Path) -> None:
    """An open descriptor will do as well as a file."""
    master = create(tmp_path)
    reader, writer = os.pipe()
    os.write(writer, PASSPHRASE.encode() + b"\n")
    os.close(writer)
    done = derive("--home", str(tmp_path), "--passphrase-fd", str(reader), pass_fds=(reader,))
    os.close(reader)
    assert (done.returncode, done.stdout, done.stderr) == (0, master, b"")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (b"another passphrase", 5),
        (b"", 10),
        (b"\xff", 10),
        (None, 10),
    ],
)
def test_a_failure_is_one_line_and_its_exit_code(tmp_path: Path, given: bytes | None, code: int) -> None:
    """A wrong passphrase ends with 5, an unreadable one with 10; nothing of it is repeated."""
    create(tmp_path)
    file = tmp_path / "passphrase"
    if given is not None:
        file.write_bytes(given)
    done = derive("--home", str(tmp_path), "--passphrase-file", str(file))
    assert (done.returncode, done.stdout) == (code, b"")
    assert done.stderr.count(b"\n") == 1
    assert not given or given not in done.stderr


def test_damage_and_missing_homes_are_told_apart(tmp_path: Path) -> None:
    """A damaged keyring ends with 6, a folder without one with 3."""
    file = tmp_path / "passphrase"
    file.write_text(PASSPHRASE)
    arguments = ("--home", str(tmp_path), "--passphrase-file", str(file))
    assert derive(*arguments).returncode == 3
    create(tmp_path)
    (tmp_path / "keyring.json").write_bytes(b"{}")
    assert derive(*arguments).returncode == 6


@pytest.mark.parametrize("arguments", [(), ("--home", "x"), ("--home", "x", "--passphrase", "canary words")])
def test_a_passphrase_is_never_taken_from_the_command_line(arguments: tuple[str, ...]) -> None:
    """Other users can read a command line, so a passphrase there is a usage error, and is not repeated."""
    done = derive(*arguments)
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 1
    assert b"canary" not in done.stderr


def test_what_it_takes_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """Called without a passphrase's place it says how it is used, in one line."""
    assert main(["--home", "x"]) == 2
    assert capsys.readouterr().err.startswith("usage: --home H (--passphrase-file F")


def test_two_passphrases(tmp_path: Path) -> None:
    """Where a home takes two, two files or two lines of a descriptor open it, and one does not."""
    words = [PASSPHRASE, "six other words for somebody else"]
    master = keys.create(tmp_path, words, needed=2, random=seeded(), memory_mib=8, time=1, lanes=1)
    options = ["--home", str(tmp_path)]
    for number, one in enumerate(words):
        (tmp_path / str(number)).write_text(one)
        options += ["--passphrase-file", str(tmp_path / str(number))]
    done = derive(*options)
    assert (done.returncode, done.stdout, done.stderr) == (0, master, b"")
    alone = derive(*options[:4])
    assert (alone.returncode, alone.stdout) == (4, b"")
    assert b"second keyholder" in alone.stderr
    reader, writer = os.pipe()
    os.write(writer, "\n".join(words).encode())
    os.close(writer)
    lines = derive(*options[:2], "--passphrase-fd", str(reader), pass_fds=(reader,))
    os.close(reader)
    assert (lines.returncode, lines.stdout) == (0, master)


def test_two_passphrases_from_anywhere(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Each file holds one, a descriptor one or two; they may come from both."""
    words = [PASSPHRASE, "six other words for somebody else"]
    master = keys.create(tmp_path, words, needed=2, random=seeded(), memory_mib=8, time=1, lanes=1)
    (tmp_path / "first").write_text(words[0])
    file = ["--passphrase-file", str(tmp_path / "first")]
    for given, sources in ((words[1], file), ("\n".join(words), [])):
        reader, writer = os.pipe()
        os.write(writer, given.encode())
        os.close(writer)
        assert main(["--home", str(tmp_path), *sources, "--passphrase-fd", str(reader)]) == 0
        assert capfdbinary.readouterr().out == master
    (tmp_path / "first").write_text("\n".join(words))
    assert main(["--home", str(tmp_path), *file]) == 5


def test_what_does_not_end_is_not_read_to_its_end(tmp_path: Path) -> None:
    """A pipe that brings more than two passphrases can have is refused though nobody closes it."""
    create(tmp_path)
    reader, writer = os.pipe()
    os.write(writer, b"x" * 3000)
    assert main(["--home", str(tmp_path), "--passphrase-fd", str(reader)]) == 10
    os.close(writer)


@pytest.mark.parametrize("typed", [["-h"], ["--help"], ["--hom", "x"], ["--passphrase-fi", "x"], []])
def test_only_whole_options_are_taken(tmp_path: Path, typed: list[str]) -> None:
    """No help and no short forms: what could be mistaken for something else is refused."""
    file = tmp_path / "passphrase"
    file.write_text(PASSPHRASE)
    home = [] if "--hom" in typed or not typed else ["--home", str(tmp_path)]
    assert main([*home, "--passphrase-file", str(file), *typed]) == 2
