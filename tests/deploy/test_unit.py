"""The systemd unit: how much it takes away from the service, and that nothing the service needs is gone.

No systemd runs here as the first process: the unit is judged by `systemd-analyze`, and its filter is held
against what `strace` sees of a real service. Both are skipped, with a reason, where the tool is missing.
"""

import asyncio
import os
import re
import shutil
import signal
import subprocess
from asyncio.subprocess import DEVNULL
from pathlib import Path

import pytest

from bot.sandbox import Limits, Sandbox
from tests.support.keeper import COMMAND, Authenticator, Keeper

UNIT = Path(__file__).parents[2] / "deploy" / "handbill.service"
SCORE = 1.5
AS_ROOT = {"fchown"}
"""SQLite gives its log the owner of the database where it runs as root; the unit runs as a user."""

ANALYZE = shutil.which("systemd-analyze")
STRACE = shutil.which("strace")

needs_analyze = pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")
needs_strace = pytest.mark.skipif(STRACE is None, reason="strace is not installed")


def analyze(*arguments: str) -> str:
    asked = subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, check=False)
    return asked.stdout


def settings() -> list[tuple[str, str]]:
    lines = [line.partition("=") for line in UNIT.read_text().splitlines() if "=" in line and line[0] != "#"]
    return [(name, value) for name, _, value in lines]


def members(name: str) -> set[str]:
    """The system calls of a group, groups inside it too; a single one is its own group."""
    if not name.startswith("@"):
        return {name}
    lines = [line.strip() for line in analyze("syscall-filter", name).splitlines()[1:]]
    return {each for line in lines if line and line[0] != "#" for each in members(line)}


def allowed() -> set[str]:
    """What SystemCallFilter leaves."""
    found: set[str] = set()
    for name, value in settings():
        if name == "SystemCallFilter":
            groups = [members(group) for group in value.removeprefix("~").split()]
            found = found - set().union(*groups) if value[0] == "~" else found.union(*groups)
    return found


@needs_analyze
def test_the_unit_leaves_little(figures: list[str]) -> None:
    """`systemd-analyze security` scores the unit at most 1.5 of 10."""
    said = analyze("security", "--offline=true", f"--threshold={int(SCORE * 10)}", str(UNIT))
    found = re.search(r"exposure level for handbill.service: ([0-9.]+)", said)
    assert found, said
    figures.append(f"unit: systemd-analyze security scores {found[1]}, at most {SCORE} is wanted")
    assert float(found[1]) <= SCORE


def test_the_unit_keeps_memory_off_the_disk() -> None:
    """No core file, no swap, a private home; it starts locked: the way to open itself is a comment."""
    unit = dict(settings())
    assert unit["LimitCORE"] == "0"
    assert unit["MemorySwapMax"] == "0"
    assert unit["UMask"] == "0077"
    assert unit["Environment"] == f"HANDBILL_HOME=/var/lib/{unit['StateDirectory']}"
    assert unit["ExecStart"].endswith("/handbill run")
    assert "LoadCredential" not in unit


@needs_analyze
@needs_strace
@pytest.mark.parametrize("encrypted", ["false", "true"])
async def test_every_system_call_is_inside_the_filter(
    tmp_path: Path, encrypted: str, figures: list[str]
) -> None:
    """Started, unlocked, sending, locked and stopped, the service asks the kernel for nothing forbidden."""
    counted = tmp_path / "calls"
    async with Sandbox.start(limits=Limits.off()) as sandbox:
        encryption = {"VAULT__ENCRYPT_DATABASE": encrypted}
        keeper = Keeper(tmp_path, sandbox.url, PUBLISHING__COOLDOWN_SECONDS="1", **encryption)
        sandbox.world.bot(keeper.token)
        await keeper.init()
        strace = (str(STRACE), "-f", "-c", "-U", "name", "-o", str(counted))
        environment = keeper.environment
        traced = await asyncio.create_subprocess_exec(
            *strace, COMMAND, "run", env=environment, cwd=keeper.machine, stdin=DEVNULL, stderr=DEVNULL
        )
        try:
            await lives(keeper, sandbox)
            os.kill(child_of(traced.pid), signal.SIGTERM)
            assert await traced.wait() == 0
        finally:
            if traced.returncode is None:
                os.kill(child_of(traced.pid), signal.SIGKILL)  # killed itself, strace would leave it behind
    seen = set(re.findall(r"^\s*([a-z]\w+)$", counted.read_text(), re.MULTILINE)) - {"syscall", "total"}
    assert {"sendto", "prctl", "pwrite64"} <= seen, "it was really watched"
    outside = sorted(seen - allowed() - (AS_ROOT if os.geteuid() == 0 else set()))
    figures.append(f"unit: strace saw {len(seen)} system calls, {len(outside)} outside the filter")
    assert outside == []


def child_of(process: int) -> int:
    return int(Path(f"/proc/{process}/task/{process}/children").read_text().split()[0])


async def lives(keeper: Keeper, sandbox: Sandbox) -> None:
    """Unlock, a reader, an organiser, a broadcast, lock."""
    while not (keeper.home / "control.sock").exists():  # noqa: ASYNC110 - another process makes it
        await asyncio.sleep(0.05)
    await keeper.types("unlock", "--passphrase-file", str(keeper.passphrase_file))
    await sandbox.world.listening()
    reader, olga = sandbox.world.person("Reader"), sandbox.world.person("Olga")
    await reader.says("/subscribe")
    await reader.hears()
    invited = await keeper.invite("Olga")
    codes = Authenticator(invited.secret)
    await olga.says(f"/start {invited.code}")
    await olga.hears()
    await olga.says(await codes.code())
    await olga.hears()
    await olga.says("/broadcast Meeting")
    await olga.hears("Fingerprint")
    await olga.presses("Send")
    await olga.hears("six digits")
    await olga.says(await codes.code())
    await reader.hears("Meeting", timeout=60)
    await reader.says("/forget")
    await reader.hears()
    await keeper.types("lock")
