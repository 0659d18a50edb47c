"""A press for all tests, the shipped statements, and an imprint with two codes and a key."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.domain.statement import Statement
from bot.library import proof
from bot.library.print.press import Press
from bot.library.print.style import Address, Imprint, Key, Labels

WORKSHOP = Path(__file__).parents[3] / "statements"
BOT = "https://t.me/example_circle_bot?start=s2"
MIRROR = "https://mirror.example.org/"


@pytest.fixture(scope="session")
def press() -> Press:
    return Press()


@pytest.fixture(scope="session")
def imprint() -> Imprint:
    return Imprint(
        labels=Labels(language="en", call="Scan", key="Key of", pass_on="Pass it on"),
        addresses=(
            Address(url=BOT, shown="t.me/example_circle_bot?start=s2", label="Telegram:"),
            Address(url=MIRROR, shown="mirror.example.org", label="Mirror:"),
        ),
        keys=(Key(name="anna", fingerprint="SHA256:" + "Ab1/" * 10 + "xyz"),),
    )


@pytest.fixture(scope="session")
def programme() -> Statement:
    path = WORKSHOP / "2026-10-programme" / "ru.md"
    return proof.accept(path.read_bytes(), path)


Write = Callable[..., Statement]


@pytest.fixture(scope="session")
def write() -> Write:
    """A statement of a body."""

    def made(body: str, *, language: str = "en", title: str = "A title") -> Statement:
        head = f"Statement: 2\nDate: 2026-11-01\nLanguage: {language}\nTitle: {title}\n\n"
        return proof.accept((head + body).encode())

    return made
