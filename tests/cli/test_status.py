"""`handbill status` and `handbill doctor`: what a home shows without its keys."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from bot.cli.doctor import examine
from tests.cli.helpers import Keeper

KEYS = ["state", "bot", "schema", "next_due", "broadcast", "problems"]


def checks(keeper: Keeper, swaps: Path = Path("/nonexistent")) -> dict[str, str]:
    """Name and hint of everything that is not ok; memory is the process's, not the home's."""
    found = examine(keeper.names(), swaps=swaps)
    return {check.name: check.hint for check in found if not check.ok}


def test_no_home(newcomer: Keeper) -> None:
    """Without a home `status` says so and ends with 0; every other command ends with 3."""
    done = newcomer.types("status", "--json")
    assert done.code == 0
    assert list(done.json) == KEYS
    assert done.json == dict.fromkeys(KEYS) | {"state": "no home", "problems": []}
    for command in (
        ["run"],
        ["unlock"],
        ["lock"],
        ["statements", "list"],
        ["organisers", "list"],
        ["token", "set"],
    ):
        newcomer.types(*command).fails(3, "there is no home here", "HANDBILL_HOME")
    assert not newcomer.home.exists()


def test_stopped(keeper: Keeper) -> None:
    """Without a service the state is "stopped"; the version of the database shows, the bot does not."""
    found = keeper.types("status", "--json").json
    assert list(found) == KEYS
    assert (found["state"], found["bot"], found["schema"]) == ("stopped", None, 2)
    assert keeper.types("status").out == "state: stopped\ndatabase: version 2\n"


def test_status_of_a_broken_home(keeper: Keeper) -> None:
    """A damaged database does not keep `status` from answering."""
    (keeper.home / "handbill.db").write_bytes(b"nonsense" * 1000)
    assert keeper.types("status", "--json").json["schema"] is None


def test_healthy(keeper: Keeper) -> None:
    """In a fresh home all six checks are right, and `doctor` changes nothing."""
    before = keeper.bytes_of_home()
    done = keeper.runs("doctor", "--json")
    listed: list[dict[str, Any]] = done.json["checks"]
    assert [check["name"] for check in listed] == [
        *("files", "keyring", "database", "settings", "unlocking", "memory")
    ]
    assert all(set(check) == {"name", "ok", "hint"} for check in listed)
    assert [check["name"] for check in listed if not check["ok"]] in ([], ["memory"]), "swap is the machine's"
    assert done.code == (0 if all(check["ok"] for check in listed) else 3)
    assert keeper.bytes_of_home() == before


def test_unhealthy(newcomer: Keeper) -> None:
    """One check that is not right ends `doctor` with 3, and its hint says what to do."""
    done = newcomer.types("doctor")
    assert done.code == 3
    assert "BAD  files: there is no home here: `handbill init`" in done.out


def test_open_files(keeper: Keeper) -> None:
    """A file that others can read is found."""
    (keeper.home / "keyring.json").chmod(0o640)
    assert "keyring.json" in checks(keeper)["files"]
    (keeper.home / "keyring.json").chmod(0o600)
    keeper.home.chmod(0o755)
    assert "the folder" in checks(keeper)["files"]


@pytest.mark.parametrize("file", ["keyring.json", "shred.pad"])
def test_damaged_keys(keeper: Keeper, file: str) -> None:
    """One lost byte of the keyring or the pad is found."""
    path = keeper.home / file
    path.write_bytes(path.read_bytes()[:-1])
    assert set(checks(keeper)) - {"memory"} == {"keyring"}


def test_altered_pad(keeper: Keeper) -> None:
    """One altered byte of the pad is found as well: nothing would open with it."""
    path = keeper.home / "shred.pad"
    pad = path.read_bytes()
    path.write_bytes(pad[:1000] + bytes([pad[1000] ^ 1]) + pad[1001:])
    assert "shred pad" in checks(keeper)["keyring"]


def test_database(keeper: Keeper) -> None:
    """A damaged database, a missing one and one of a newer version are told apart."""
    path = keeper.home / "handbill.db"
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * 4096 + whole[8192:])
    assert "damaged" in checks(keeper)["database"]
    path.write_bytes(whole)
    assert "database" not in checks(keeper)
    newer(path)
    assert "newer" in checks(keeper)["database"]
    path.unlink()
    assert "missing" in checks(keeper)["database"]
    assert not path.exists()


def newer(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("HANDBILL_PUBLISHING__APPROVALS", "1", "approvals"),
        ("HANDBILL_PUBLISHING__COOLDOWN_SECONDS", "1", "cooldown_seconds"),
        ("HANDBILL_TELEGRAM__PROXY", "socks5h://someone:canary@localhost:9050", "password"),
        ("HANDBILL_TELEGRAM__RATE", "canary", "HANDBILL_TELEGRAM__RATE"),
    ],
)
def test_weak_settings(keeper: Keeper, name: str, value: str, said: str) -> None:
    """Settings that are wrong, or weaker than recommended, are named; their values are not."""
    keeper.environment[name] = value
    hint = checks(keeper)["settings"]
    assert said in hint
    assert "canary" not in hint


def test_swap(keeper: Keeper, tmp_path: Path) -> None:
    """Swap on a disk is found, compressed memory is not taken for it."""
    head = "Filename Type Size Used Priority\n"
    done = keeper.runs("doctor")
    assert "memory" in done.out
    swaps = tmp_path / "swaps"
    swaps.write_text(head + "/dev/sda2 partition 100 0 -2\n")
    assert "memory" in checks(keeper, swaps)
    swaps.write_text(head + "/dev/zram0 partition 100 0 -2\n")
    assert "swap" not in checks(keeper, swaps).get("memory", "")
