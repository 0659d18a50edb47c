"""What is no statement: one clear line and a hint from every command that reads files; nothing is written."""

from pathlib import Path

import pytest

from tests.cli.helpers import Keeper
from tests.support.bad_files import BAD, HEAD

EVERY = pytest.mark.parametrize(("data", "said"), BAD.values(), ids=BAD)
COMMANDS = (
    ("statements", "check"),
    ("statements", "sign", "--signer", "olga", "--key", "olga.key"),
    ("statements", "leaflet"),
    ("paper", "--name", "The Leaflet"),
    ("mirror",),
)


def refused(keeper: Keeper, data: bytes, said: str, *commands: tuple[str, ...]) -> None:
    """By each command, with one line that names file and line, and with nothing new in the folder."""
    file = keeper.folder / "x" / "en.md"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(data)
    before = set(keeper.folder.rglob("*"))
    for command in commands:
        target: tuple[str, ...] = (str(keeper.folder / "out"),)
        if command[0] != "mirror":
            target = () if command[1] in {"check", "sign"} else ("--out", *target)
        done = keeper.types(*command, *target, str(file))
        assert done.code != 0, command
        error, hint = done.err.strip().splitlines()
        assert error.startswith("error: ")
        assert said in error, command
        assert hint.startswith("hint: ")
        assert set(keeper.folder.rglob("*")) == before, command
        assert file.read_bytes() == data


@EVERY
def test_what_is_no_statement(newcomer: Keeper, data: bytes, said: str) -> None:
    """Broken bytes, headers and Markdown: the file stays as it was."""
    refused(newcomer, data, said, *COMMANDS)


def test_a_letter_that_the_fonts_lack(newcomer: Keeper) -> None:
    """It may be published, but no sheet has a gap in its place."""
    data = HEAD + "漢字 text\n".encode()
    refused(newcomer, data, "the fonts cannot print U+6F22", ("statements", "leaflet"), COMMANDS[2])
    assert newcomer.types("statements", "check", str(Path(newcomer.folder) / "x" / "en.md")).code == 0
