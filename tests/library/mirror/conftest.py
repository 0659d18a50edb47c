"""An empty workshop, and a key of ssh-keygen."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.library.mirror.workshops import Workshop


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path / "workshop")


@pytest.fixture
def ssh_key(tmp_path: Path) -> Path:
    """Skipped where there is no such program."""
    if not shutil.which("ssh-keygen"):
        pytest.skip("ssh-keygen is not installed")
    key = tmp_path / "key"
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(key)]
    subprocess.run(command, check=True)
    return key
