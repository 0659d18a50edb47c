"""The documents tell the truth: what the program has, the manual names."""

import re
from pathlib import Path

import pytest
import typer.main

from bot import config
from bot.chat.menu import COMMANDS
from bot.cli.main import build
from bot.control.messages import State
from bot.errors import Exit
from bot.i18n.translator import Translator

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
KEEPER = (ROOT / "deploy" / "KEEPER.md").read_text(encoding="utf-8")


def leaves(command: object, path: tuple[str, ...] = ()) -> list[str]:
    """Every command of the terminal, as people type it."""
    below = getattr(command, "commands", None)
    if below is None:
        return [" ".join(path)]
    return [leaf for name, sub in below.items() for leaf in leaves(sub, (*path, name))]


def test_every_terminal_command_is_in_the_manual() -> None:
    """deploy/KEEPER.md has a row for each command."""
    commands = leaves(typer.main.get_command(build()))
    assert commands
    missing = [command for command in commands if f"handbill {command}" not in KEEPER]
    assert missing == []


def test_every_setting_is_in_the_manual() -> None:
    """deploy/KEEPER.md names each key of config.toml."""
    missing = [f"{section}.{key}" for section, key in config.known() if f"`{key}`" not in KEEPER]
    assert missing == []


def test_every_exit_code_and_state_is_in_the_manual() -> None:
    """deploy/KEEPER.md explains each exit code and each state."""
    assert [code for code in Exit if not re.search(rf"^\| {int(code)} \|", KEEPER, re.MULTILINE)] == []
    assert [state for state in State if f"| {state.value} |" not in KEEPER] == []


@pytest.mark.parametrize("language", Translator().languages)
def test_every_chat_command_is_in_readme_and_help(language: str) -> None:
    """README and /help name each command of the menu, in every language."""
    help_text = Translator().speaking(language)("help")
    assert [name for name in COMMANDS if f"/{name}" not in help_text and name != "help"] == []
    assert [name for name in COMMANDS if f"/{name}" not in README] == []


def test_the_menu_shows_no_organiser_command() -> None:
    """A seized phone does not show who is an organiser."""
    assert not {"broadcast", "cancel", "approve"} & set(COMMANDS)


def test_links_between_documents_lead_somewhere() -> None:
    """Every relative link in a document at the top names a file that exists."""
    for document in ROOT.glob("*.md"):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", document.read_text(encoding="utf-8")):
            assert (ROOT / target).exists(), (document.name, target)


def test_the_changelog_knows_this_version() -> None:
    """CHANGELOG.md has a section for the version of the package."""
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert version
    assert f"## {version[1]}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
