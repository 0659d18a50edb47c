"""What lies in the memory of a running service, read as root can: no passphrase, and no key once locked."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.vault import files, keyring
from bot.vault.vault import Vault
from tests.cli.helpers import PASSPHRASE, Keeper
from tests.cli.test_processes import started, waits_for

CAP_SYS_PTRACE = 19
MAPPED = re.compile(r"([0-9a-f]+)-([0-9a-f]+) rw")


def can_look() -> bool:
    """Whether memory of a process that is closed to debuggers can be read here: CAP_SYS_PTRACE."""
    found = re.search(r"^CapEff:\s*([0-9a-f]+)", Path("/proc/self/status").read_text(), re.MULTILINE)
    return bool(found and int(found[1], 16) >> CAP_SYS_PTRACE & 1)


pytestmark = pytest.mark.skipif(not can_look(), reason="only root may read the memory of a hardened process")


@pytest.fixture
def sandbox(newcomer: Keeper) -> Iterator[str]:
    with started(newcomer, "sandbox", "--port", "0") as process:
        assert process.stdout
        yield process.stdout.readline().split()[-1]


def memory(pid: int) -> Iterator[bytes]:
    """Everything that the process can write to, a mapping at a time."""
    with Path(f"/proc/{pid}/mem").open("rb", 0) as file:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            found = MAPPED.match(line)
            if found and "[v" not in line:
                low, high = (int(number, 16) for number in found.groups())
                file.seek(low)
                try:
                    yield file.read(high - low)
                except OSError:
                    continue


def copies(pid: int, **secrets: bytes) -> dict[str, int]:
    """How often each lies there."""
    counts = dict.fromkeys(secrets, 0)
    for part in memory(pid):
        for name, secret in secrets.items():
            counts[name] += part.count(secret)
    return counts


def secrets_of(keeper: Keeper) -> dict[str, bytes]:
    made, mac = keyring.parse(files.read_keyring(keeper.home))
    master = Vault.open_home(keeper.home, PASSPHRASE)
    root = keyring.root_keys(made, mac, master)[1]
    spelled = {"utf16": PASSPHRASE.encode("utf-16-le"), "utf32": PASSPHRASE.encode("utf-32-le")}
    return spelled | {
        "passphrase": PASSPHRASE.encode(),
        "master": master,
        "master in base64": base64.b64encode(master)[:40],
        "root": root,
    }


@pytest.mark.parametrize("attended", [True, False])
def test_nothing_is_left_in_memory(
    keeper: Keeper, sandbox: str, figures: list[str], *, attended: bool
) -> None:
    """The passphrase never gets there, the master key does not stay, and root keys are gone after `lock`."""
    keeper.environment["HANDBILL_TELEGRAM__API_URL"] = sandbox
    secrets = secrets_of(keeper)
    given = ["--passphrase-file", keeper.passphrase_file]
    with started(keeper, "run", *([] if attended else given)) as service:
        if attended:
            waits_for(keeper, service, "locked")
            assert keeper.runs("unlock", *given).code == 0
        waits_for(keeper, service, "running")
        open_ = copies(service.pid, **secrets)
        roots = open_.pop("root")
        assert roots > 0, "positive control: this is what is looked for"
        assert set(open_.values()) == {0}, open_
        assert keeper.types("lock").code == 0
        assert copies(service.pid, **secrets) == dict.fromkeys(secrets, 0)
    how = "unlocked by a keyholder" if attended else "that unlocked by itself"
    figures.append(
        f"memory: of a service {how}, 0 copies of passphrase and master key; "
        f"root keys: {roots} while it was open, 0 after lock"
    )
