"""`make audit`: is a hole known in anything that is installed? pip-audit knows; this says how much it knew.

pip-audit calls it a success when it could ask about no package at all, as behind a mirror. That is told here
as what it is. Not part of `make check`, which works without a network.
"""

import json
import subprocess
import sys
from pathlib import Path

FILES = ("requirements.txt", "requirements-sqlcipher.txt", "requirements-dev.txt")


def main() -> int:
    """0 when no hole is known or nothing could be asked (and says which), 1 when there is one."""
    return max([audit(Path(file)) for file in FILES])


def audit(file: Path) -> int:
    """Ask about every package that is pinned in a file."""
    command = [sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off"]
    asked = subprocess.run(
        [*command, "--disable-pip", "--require-hashes", "--requirement", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    if not asked.stdout.strip():
        print(f"{file}: skipped, the public list of holes cannot be reached from here")
        return 0
    return told(str(file), asked.stdout)


def told(file: str, answer: str) -> int:
    """Print what pip-audit found, from its JSON; 1 if there is a hole."""
    packages = json.loads(answer)["dependencies"]
    unknown = [one["name"] for one in packages if "skip_reason" in one]
    holes = [(one["name"], hole["id"]) for one in packages for hole in one.get("vulns", [])]
    for name, number in holes:
        print(f"{file}: {name}: {number}")
    if len(unknown) == len(packages):
        print(f"{file}: skipped, nothing is known here about any of {len(packages)} packages")
    else:
        asked = len(packages) - len(unknown)
        print(f"{file}: {asked} of {len(packages)} packages asked about, {len(holes)} holes known")
    return 1 if holes else 0


if __name__ == "__main__":
    sys.exit(main())
