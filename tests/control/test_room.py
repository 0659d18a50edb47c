"""A disk that is nearly full is told before nothing can be kept any more."""

from pathlib import Path

from bot.config import load
from bot.control import room


def test_told_in_time(tmp_path: Path) -> None:
    """As long as the database can be written anew nothing is said; then how much is left."""
    config = load({"HANDBILL_HOME": str(tmp_path)})
    assert not room.problem(config, lambda _: 0), "no database yet"
    (tmp_path / "handbill.db").write_bytes(bytes(2**20))
    assert not room.problem(config, lambda _: room.LEAST + 2**20)
    assert "64 MiB" in room.problem(config, lambda _: room.LEAST + 2**20 - 1)
    assert not room.problem(load({"HANDBILL_DATABASE_URL": "postgresql+asyncpg://u@h/n"}), lambda _: 0)


def test_the_real_disk(tmp_path: Path) -> None:
    """What the system says is read; a file larger than the rest of the disk is told."""
    file = tmp_path / "handbill.db"
    file.touch()
    with file.open("r+b") as sparse:
        sparse.truncate(2**43)
    assert "MiB are left" in room.problem(load({"HANDBILL_HOME": str(tmp_path)}))
