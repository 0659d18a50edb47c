"""A keeper without a home, and one with a fresh home (small keys, so that tests are fast)."""

import shutil
from pathlib import Path

import pytest

from tests.cli.helpers import Keeper


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    keeper = Keeper(tmp_path_factory.mktemp("keeper"))
    files = ["--token-file", keeper.token_file, "--passphrase-file", keeper.passphrase_file]
    assert keeper.types("init", *files, "--kdf-memory", "8").code == 0
    return keeper.home


@pytest.fixture
def newcomer(tmp_path: Path) -> Keeper:
    """No home yet."""
    return Keeper(tmp_path)


@pytest.fixture
def keeper(tmp_path: Path, made: Path) -> Keeper:
    """A home, and no service."""
    shutil.copytree(made, tmp_path / "home")
    return Keeper(tmp_path)
