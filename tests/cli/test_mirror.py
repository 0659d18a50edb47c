"""`handbill mirror`: the statements as a web site, from the workshop and without a home."""

import shutil
from pathlib import Path

import pytest

from tests.cli.helpers import Keeper
from tests.support.workshop import BORIS, VERA, signed, text, trust

STATEMENTS = str(Path(__file__).parents[2] / "statements")


def held(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def test_a_mirror_needs_no_home_and_is_the_same_every_time(newcomer: Keeper) -> None:
    """Built twice into two folders, it is the same to the byte; built again in its place, it is as it was."""
    one, two = newcomer.folder / "one", newcomer.folder / "two"
    first = newcomer.types("mirror", str(one), STATEMENTS)
    assert first.code == 0, first.err
    assert first.out.startswith(f"{len(held(one))} files")
    assert newcomer.types("mirror", str(two), STATEMENTS).code == 0
    assert held(one) == held(two)
    assert "as it was" in newcomer.types("mirror", str(one), STATEMENTS).out
    assert not newcomer.home.exists()


def test_what_is_named_stands_in_it(newcomer: Keeper) -> None:
    """Name, other addresses, bots, and the day for which somebody vouches."""
    out = newcomer.folder / "out"
    named = ["--name", "The <Circle>", "--address", "https://example.org/", "--bot", "example_bot"]
    assert newcomer.types("mirror", str(out), STATEMENTS, *named, "--heartbeat", "2026-11-18").code == 0
    found = held(out)
    assert b"The &lt;Circle&gt;" in found["index.html"]
    assert found["heartbeat.txt"].endswith(
        b"Said-On: 2026-11-18\nAddress: https://example.org/\nBot: @example_bot\n"
    )


def test_a_withdrawn_statement_is_left_out(newcomer: Keeper) -> None:
    """Its page goes with the next mirror."""
    out = newcomer.folder / "out"
    newcomer.types("mirror", str(out), STATEMENTS)
    assert (out / "3" / "en.html").is_file()
    assert newcomer.types("mirror", str(out), STATEMENTS, "--without", "3").code == 0
    assert not (out / "3").exists()


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--without", "7"], "statement 7"),
        (["--address", "ftp://a.org"], "address"),
        (["--bot", "a b"], "bot"),
        (["--name", "a\u202eb"], "not allowed"),
        (["--name", "a" * 400], "name"),
        (["--trust", "nowhere/trust.toml"], "trust.toml"),
        (["--leaflets", "nowhere"], "no such folder"),
        (["--heartbeat", "2026-11-17"], "2026-11-18"),
        (["--heartbeat", "2999-01-01"], "still to come"),
    ],
)
def test_bad_input_writes_nothing(newcomer: Keeper, options: list[str], word: str) -> None:
    """One clear line and exit code 10."""
    out = newcomer.folder / "out"
    newcomer.types("mirror", str(out), STATEMENTS, *options).fails(10, word)
    assert not out.exists()


def test_not_into_what_it_is_made_from(newcomer: Keeper) -> None:
    """The files in it would be taken for statements the next time, each of them there twice."""
    workshop = newcomer.folder / "workshop"
    shutil.copytree(STATEMENTS, workshop)
    newcomer.types("mirror", str(workshop / "site"), str(workshop)).fails(10, "lies in")
    assert not (workshop / "site").exists()
    assert newcomer.types("mirror", str(newcomer.folder / "workshop-site"), str(workshop)).code == 0


def test_with_a_trust_file_only_what_enough_have_signed_goes_in(newcomer: Keeper) -> None:
    """One signature too few, or an altered text, stops the mirror; what is left out need not be signed."""
    folder, out = newcomer.folder / "work", newcomer.folder / "out"
    policy = newcomer.folder / "trust.toml"
    policy.write_bytes(trust(VERA, BORIS))
    for number, signers in ((1, (VERA,)), (2, (VERA, BORIS))):
        for name, data in signed(f"s{number}/en.md", text(number), *signers):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
    command = ("mirror", str(out), str(folder), "--trust", str(policy))
    newcomer.types(*command).fails(10, "s1/en.md is not authentic", "1 of 2")
    assert not out.exists()
    ended = newcomer.types(*command, "--without", "1")
    assert ended.code == 0, ended.err
    assert {"trust.toml", "allowed_signers", "2/en.md.vera.sig", "2/en.md.boris.sig"} <= set(held(out))
    (folder / "s2" / "en.md").write_bytes(text(2).replace(b"Title: ", b"Title: Not "))
    newcomer.types(*command, "--without", "1").fails(10)


def test_one_bad_statement_stops_all(newcomer: Keeper) -> None:
    """With its file and line; a mirror never has less than what was meant."""
    workshop = newcomer.folder / "s1"
    workshop.mkdir()
    (workshop / "en.md").write_text("Statement: 1\nDate: 2026-10-01\nLanguage: en\nTitle: T\n\n<b>x</b>\n")
    newcomer.types("mirror", str(newcomer.folder / "out"), str(workshop)).fails(10, "en.md:6", "raw HTML")
    assert not (newcomer.folder / "out").exists()
