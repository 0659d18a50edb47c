from pathlib import Path

import pytest

from bot.vault.vault import Vault
from tests.vault.helpers import create, seeded


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a vault."""
    create(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    """An unlocked vault; nothing that tests do changes it."""
    folder = tmp_path_factory.mktemp("home")
    return Vault.unlock(folder, create(folder), random=seeded("vault"))
