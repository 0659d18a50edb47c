import asyncio
import shutil
from pathlib import Path

import pytest

from tests.delivery.scripted import make_home


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with nobody in it and a broadcast that is about to start, made once."""
    folder = tmp_path_factory.mktemp("prepared")
    asyncio.run(make_home(folder))
    return folder


@pytest.fixture
def home(prepared: Path, tmp_path: Path) -> Path:
    """A folder with such a database of its own."""
    shutil.copy(prepared / "handbill.db", tmp_path)
    return tmp_path
