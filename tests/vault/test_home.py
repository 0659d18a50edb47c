"""A home's key files: made, opened, damaged, and rewritten while the machine dies."""

import base64
import hashlib
import json
import os
import random
import signal
import stat
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import (
    BadInputError,
    DamagedVaultError,
    SettingsError,
    UsageError,
    WrongPassphraseError,
)
from bot.vault import files, keyring, slots
from bot.vault.vault import Vault
from tests.vault.helpers import PASSPHRASE, create, seeded

SOAK = os.environ.get("HANDBILL_TEST_SOAK") == "1"


def test_the_passphrase_opens_what_was_made(tmp_path: Path) -> None:
    """`init` makes a vault, and from then on its passphrase opens it."""
    master = create(tmp_path)
    assert Vault.open_home(tmp_path, PASSPHRASE) == master
    vault = Vault.unlock(tmp_path, master, random=seeded("a"))
    again = Vault.unlock(tmp_path, master, random=seeded("b"))
    assert again.open("bot", "token", b"1", vault.seal("bot", "token", b"1", b"secret")) == b"secret"


def test_key_files_belong_to_their_owner_alone(tmp_path: Path) -> None:
    """keyring.json and shred.pad can be read by the user who runs Handbill and by nobody else."""
    before = os.umask(0)
    try:
        create(tmp_path)
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {"keyring.json": 0o600, "shred.pad": 0o600}
    assert (tmp_path / "shred.pad").stat().st_size == 4 * 1024 * 1024
    assert (tmp_path / "keyring.json").stat().st_size < 10_000


def test_what_a_home_takes_by_itself(tmp_path: Path) -> None:
    """Without numbers a passphrase is stretched with 256 MiB of memory, in three passes, on four lanes."""
    Vault.create_home(tmp_path, PASSPHRASE, random=seeded())
    kdf = json.loads((tmp_path / "keyring.json").read_bytes())["kdf"]
    assert (kdf["memory_kib"], kdf["time"], kdf["lanes"]) == (256 * 1024, 3, 4)


def test_a_vault_is_never_made_over_another(home: Path) -> None:
    """A second `init` changes nothing: a vault that is there stays there."""
    before = {path.name: path.read_bytes() for path in home.iterdir()}
    with pytest.raises(UsageError):
        create(home, "another passphrase")
    assert {path.name: path.read_bytes() for path in home.iterdir()} == before


def test_without_a_vault_there_is_nothing_to_open(tmp_path: Path) -> None:
    """A folder without keyring.json is not a home."""
    with pytest.raises(SettingsError):
        Vault.open_home(tmp_path, PASSPHRASE)


@pytest.mark.parametrize("wrong", [PASSPHRASE[:-1], PASSPHRASE.upper(), f"{PASSPHRASE} ", "x"])
def test_a_wrong_passphrase_is_called_wrong(home: Path, wrong: str) -> None:
    """Exit 5 means that keyring and pad are whole and the passphrase is another one."""
    with pytest.raises(WrongPassphraseError):
        Vault.open_home(home, wrong)


@pytest.mark.parametrize("passphrase", ["", "x" * 1025, "\ud800"])
def test_what_is_no_passphrase_makes_no_vault(tmp_path: Path, passphrase: str) -> None:
    """Nothing, more than 1,024 bytes, or broken text is no passphrase."""
    with pytest.raises(BadInputError):
        create(tmp_path, passphrase)
    assert not (tmp_path / "keyring.json").exists()


@pytest.mark.parametrize(
    "bad", [{"kdf_memory_mib": 7}, {"kdf_memory_mib": 4097}, {"kdf_time": 17}, {"kdf_lanes": 0}]
)
def test_key_derivation_has_bounds(tmp_path: Path, bad: dict[str, int]) -> None:
    """Memory from 8 MiB to 4 GiB, 1 to 16 passes, 1 to 16 lanes, as when opening."""
    with pytest.raises(BadInputError):
        Vault.create_home(tmp_path, PASSPHRASE, random=seeded(), **bad)
    assert list(tmp_path.iterdir()) == []


def test_a_flipped_bit_in_the_keyring_is_damage(home: Path, figures: list[str]) -> None:
    """A damaged keyring is told from a wrong passphrase, whichever of its bits has changed."""
    path = home / "keyring.json"
    data, chance = path.read_bytes(), random.Random(7)
    ends = [*range(8), *range(8 * len(data) - 8 * 160, 8 * len(data))]
    bits = range(8 * len(data)) if SOAK else ends + chance.sample(range(8 * len(data)), 1000)
    figures.append(f"flips: {len(bits)} single bits of a keyring, 0 accepted")
    for bit in bits:
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(DamagedVaultError):
            keyring.parse(bytes(changed))
    path.write_bytes(data[:4000] + b"!" + data[4001:])
    with pytest.raises(DamagedVaultError):
        Vault.open_home(home, PASSPHRASE)


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"{}\n", b'{"version":1}', b"\0" * 9000, b"x" * 10_001, b"[" * 9999]
)
def test_something_else_in_its_place_is_damage(home: Path, data: bytes) -> None:
    """Whatever stands in keyring.json that Handbill has not written is damage, never a crash."""
    (home / "keyring.json").write_bytes(data)
    with pytest.raises(DamagedVaultError):
        Vault.open_home(home, PASSPHRASE)


@pytest.mark.parametrize("odd", [b"[" * 4500 + b"]" * 4500, b"9" * 9000, b'"\xff"', b"1e400"])
def test_a_right_checksum_over_nonsense_is_damage(odd: bytes) -> None:
    """The checksum needs no key, so anybody can write one; what it covers is still read with care."""
    checked = b'{"version":1,"more":' + odd + b',"mac":"' + b"0" * 64
    total = hashlib.sha256(checked).hexdigest().encode()
    with pytest.raises(DamagedVaultError):
        keyring.parse(checked + b'","sha256":"' + total + b'"}\n')


def test_a_master_key_of_another_home_does_not_fit(
    home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The service unlocks only with the key of its own keyring."""
    other = create(tmp_path_factory.mktemp("other"), seed="other")
    for key in (other, b"", b"short"):
        with pytest.raises(DamagedVaultError):
            Vault.unlock(home, key, random=seeded())


@pytest.mark.parametrize("change", ["missing", "short", "longer", "flipped"])
def test_without_its_shred_pad_a_keyring_is_worthless(home: Path, change: str) -> None:
    """Overwriting or deleting the pad makes the passphrase useless: that is what the pad is for."""
    pad = home / "shred.pad"
    data = pad.read_bytes()
    pad.unlink()
    changed = {"short": data[:-1], "longer": data + b"\0", "flipped": data[:-1] + bytes([data[-1] ^ 1])}
    if change in changed:
        pad.write_bytes(changed[change])
    told = {"missing": "is missing", "short": "full size", "longer": "full size", "flipped": "not the one"}
    with pytest.raises(DamagedVaultError, match=told[change]):
        Vault.open_home(home, PASSPHRASE)


def test_the_keyring_does_not_tell_how_many_slots_are_used(home: Path) -> None:
    """Every slot and pair is there, has its full length and a true public key, used or not."""
    whole = json.loads((home / "keyring.json").read_bytes())
    assert len(whole["slots"]) == 8
    assert len(whole["pairs"]) == 28
    assert len({tuple(map(len, slot.values())) for slot in whole["slots"]}) == 1
    assert len({len(pair) for pair in whole["pairs"]}) == 1
    values = [value for slot in whole["slots"] for value in slot.values()] + whole["pairs"]
    assert len(set(values)) == len(values)


def test_the_first_passphrase_takes_a_slot_by_chance(tmp_path: Path) -> None:
    """The place of the first keyholder is not always the same, so it tells nothing."""
    used = set()
    for attempt in range(6):
        kdf = keyring.new_kdf(random=seeded(), memory_mib=8, time=1, lanes=1)
        made, _ = slots.create([PASSPHRASE], needed=1, kdf=kdf, pad=bytes(32), random=seeded(str(attempt)))
        used.add(slots.half(made, PASSPHRASE, pad=bytes(32)).slot)
    assert len(used) > 1


def test_nothing_secret_is_in_the_key_files(tmp_path: Path) -> None:
    """Neither passphrase nor master key can be read from the keyring, in any of the usual spellings."""
    master = create(tmp_path)
    data = (tmp_path / "keyring.json").read_bytes()
    for secret in (PASSPHRASE.encode(), master):
        for spelled in (secret, secret.hex().encode(), base64.b64encode(secret).rstrip(b"=")):
            assert spelled[:12] not in data


def test_values_of_the_keyring_show_nothing(home: Path) -> None:
    """A keyring that is printed by mistake shows no field."""
    made, _ = keyring.parse((home / "keyring.json").read_bytes())
    assert "commit" not in repr(made)
    assert "=" not in repr(made.slots[0])


def test_a_leftover_of_a_killed_writer_is_ignored_and_cleared(home: Path) -> None:
    """A temporary file that a crash left behind does no harm and is gone after the next write."""
    left = home / ".keyring.json.new"
    left.write_bytes(b"half")
    assert Vault.open_home(home, PASSPHRASE)
    files.replace(home / "keyring.json", (home / "keyring.json").read_bytes())
    assert not left.exists()


DYING = """
import os, signal, sys
from pathlib import Path
from bot.vault import files
left = int(sys.argv[3])
def trace(frame, event, argument):
    global left
    if frame.f_code.co_filename != files.__file__:
        return None
    left -= event == "line"
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return trace
new = Path(sys.argv[2]).read_bytes()
sys.settrace(trace)
files.replace(Path(sys.argv[1]), new)
sys.settrace(None)
"""


def test_a_writer_killed_before_any_of_its_steps_leaves_a_whole_keyring(tmp_path: Path) -> None:
    """Old or new, never half and never none: whichever line of the rewriting was the last to run."""
    path, new = tmp_path / "keyring.json", tmp_path / "new"
    new.write_bytes(b"new" * 3000)
    steps = 0
    for steps in range(40):
        path.write_bytes(b"old" * 3000)
        ended = subprocess.run([sys.executable, "-c", DYING, str(path), str(new), str(steps)], check=False)
        if ended.returncode == 0:
            break
        assert ended.returncode == -signal.SIGKILL
        assert path.read_bytes() in {b"old" * 3000, b"new" * 3000}
    assert path.read_bytes() == b"new" * 3000
    assert steps > 10


WRITER = """
import sys
from pathlib import Path
from bot.vault import files
path = Path(sys.argv[1])
texts = [Path(name).read_bytes() for name in sys.argv[2:]]
print("ready", flush=True)
while True:
    for text in texts:
        files.replace(path, text)
"""


def test_a_writer_killed_at_any_moment_leaves_a_whole_keyring(
    home: Path, tmp_path: Path, figures: list[str]
) -> None:
    """However often the machine dies while the keyring is rewritten, the old or new one is there, whole."""
    path, chance = home / "keyring.json", random.Random(11)
    made, _ = keyring.parse(path.read_bytes())
    master = Vault.open_home(home, PASSPHRASE)
    renewed = replace(made, pairs=made.pairs[::-1])
    versions = (path.read_bytes(), keyring.encode(renewed, master))
    names = [tmp_path / "one", tmp_path / "two"]
    for name, version in zip(names, versions, strict=True):
        name.write_bytes(version)
    seen = set()
    kills = 200 if SOAK else 10
    for _ in range(kills):
        command = [sys.executable, "-c", WRITER, str(path), *map(str, names)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            assert writer.stdout
            writer.stdout.readline()
            time.sleep(chance.random() / 20)
            writer.send_signal(signal.SIGKILL)
        seen.add(versions.index(path.read_bytes()))
        Vault.unlock(home, master, random=seeded())
    assert seen <= {0, 1}
    figures.append(f"keys: {kills} kills while the keyring was rewritten, {kills} whole ones found")
