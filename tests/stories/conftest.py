"""The house every story happens in, and a reader in each language."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.i18n.translator import Translator, Words
from bot.sandbox import Person
from tests.support.house import House, new_template, open_house


@pytest.fixture(scope="session")
def translator() -> Translator:
    return Translator()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(new_template(tmp_path_factory.mktemp("template") / "home"))


@pytest.fixture
async def house(tmp_path: Path, template: Path, translator: Translator) -> AsyncIterator[House]:
    async with open_house(tmp_path / "home", template=template, translator=translator) as house:
        yield house


@pytest.fixture(params=["en", "ru"])
def words(request: pytest.FixtureRequest, translator: Translator) -> Words:
    return translator.speaking(request.param)


@pytest.fixture
def en(translator: Translator) -> Words:
    return translator.speaking("en")


@pytest.fixture
def alice(house: House, words: Words) -> Person:
    """A reader whose Telegram speaks the language of `words`."""
    return house.world.person("Alice", language=words.language)
