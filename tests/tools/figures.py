"""`python -m tests.tools.figures [NAME …]` runs the long hunts and writes what they printed into SECURITY.md.

Each row of the table there is a claim, what a run printed, and the command that prints it again. Without
names all hunts run, as in `make soak`; with names only those, and the other rows stay as they are. `mutation`
names all hunts whose names begin with it.
"""

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.tools.mutate import SUBJECTS

SECURITY = Path(__file__).parents[2] / "SECURITY.md"
BEGIN, END = "<!-- figures: written by make soak -->", "<!-- end of figures -->"
SOAK, PYTHON = "HANDBILL_TEST_SOAK=1", ".venv/bin/python -m"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunt:
    """A claim, the arguments for Python, and what its lines of figures begin with."""

    claim: str
    command: str
    mark: str


KILLED = ("broadcasts", "send", "undo", "updates", "power", "workers")
"""Where a process is killed in the middle of its work; floods, storms and stopping kill nobody."""


def _pytest(path: str) -> str:
    return f"pytest -o timeout=3600 {path}"


HUNTS: Mapping[str, Hunt] = {
    "seizure": Hunt(
        claim="a seized disk gives nobody away",
        command=_pytest("tests/seizure/test_seizure.py"),
        mark="seizure: ",
    ),
    "crash": Hunt(
        claim="no kill loses a message or an update (with skip, some of those in doubt are lost)",
        command=_pytest(" ".join(f"tests/crash/test_{name}.py" for name in KILLED)),
        mark="crash, ",
    ),
    "flood": Hunt(
        claim="a flood makes nobody deaf who joins, leaves or organises",
        command=_pytest("tests/crash/test_floods.py"),
        mark="flood: ",
    ),
    "keys": Hunt(
        claim="no kill breaks a keyring, or loses a reader while keys are changed",
        command=_pytest("tests/vault/test_home.py tests/vault/test_changes.py tests/crash/test_rotation.py"),
        mark="keys: ",
    ),
    "encryption": Hunt(
        claim="no kill loses a row while an encrypted file gets another key, or becomes plain and back",
        command=_pytest("tests/crash/test_encryption.py"),
        mark="encryption: ",
    ),
    "flips": Hunt(
        claim="no flipped bit is accepted, of keyring, records and signatures",
        command=_pytest(
            "tests/vault/test_home.py tests/vault/test_records.py "
            "tests/library/test_sshsig.py tests/library/test_minisign.py"
        ),
        mark="flips: ",
    ),
    "memory": Hunt(
        claim="what lies in the memory of a service, read as root",
        command=_pytest("tests/cli/test_memory.py"),
        mark="memory: ",
    ),
    "logs": Hunt(
        claim="logs at DEBUG name nobody",
        command=_pytest("tests/observability/test_debug.py"),
        mark="log audit: ",
    ),
    "forgery": Hunt(
        claim="forged and replayed buttons and links do nothing",
        command=_pytest("tests/stories/test_forgery.py"),
        mark="forgery: ",
    ),
    "hijacked": Hunt(
        claim="one hijacked organiser, with and without the codes, publishes nothing",
        command=_pytest("tests/stories/test_hijacked.py"),
        mark="hijacked: ",
    ),
    "plan": Hunt(
        claim="what is planned goes out once or is held, through kills and clock changes",
        command=_pytest("tests/actions/test_plan.py"),
        mark="plan: ",
    ),
    "permissions": Hunt(
        claim="every role, action and state as the table of permissions says",
        command=_pytest("tests/stories/test_permissions.py tests/stories/test_permissions_council.py"),
        mark="permissions: ",
    ),
    "signatures": Hunt(
        claim="nothing comes on the shelf that too few have signed",
        command=_pytest("tests/actions/test_corpus.py"),
        mark="signatures: ",
    ),
    "canon": Hunt(
        claim="what Telegram does to a text leaves its code alone",
        command=_pytest("tests/library/test_canon.py"),
        mark="canon: ",
    ),
    "verify": Hunt(
        claim="/verify answers in 50 ms of CPU over 1,000 statements",
        command=_pytest("tests/actions/test_verifying.py"),
        mark="verify: ",
    ),
    "renewal": Hunt(
        claim="nobody who answered is erased, nobody early or unasked, nobody is asked twice in a year",
        command=_pytest("tests/actions/test_renewal.py"),
        mark="renewal: ",
    ),
    "timing": Hunt(
        claim="time of an answer, members against strangers (reported, not promised)",
        command=_pytest("tests/stories/test_timing.py"),
        mark="timing: ",
    ),
    "unit": Hunt(
        claim="the systemd unit",
        command=_pytest("tests/deploy"),
        mark="unit: ",
    ),
    "fuzz": Hunt(
        claim="no bytes break a parser",
        command="tests.fuzz --seconds 120",
        mark="fuzz ",
    ),
    **{
        f"mutation-{name}": Hunt(
            claim=f"tests notice a changed line: {name}",
            command=f"tests.tools.mutate {name}",
            mark=f"mutation {name}: ",
        )
        for name in SUBJECTS
    },
}


def main(names: Sequence[str]) -> int:
    """0 when every hunt ran and came home without a find; the table is written for those that did."""
    failed = 0
    for name in [each for each in HUNTS if not names or {each, each.split("-")[0]} & set(names)]:
        hunt = HUNTS[name]
        done = subprocess.run(
            [sys.executable, "-m", *hunt.command.split()],
            env=os.environ | {"HANDBILL_TEST_SOAK": "1"},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        print(done.stdout, flush=True)
        lines = [line for line in done.stdout.splitlines() if line.startswith(hunt.mark)]
        if done.returncode:
            failed = 1
        elif not lines:
            print(
                f"{name}: nothing was measured, its tests were skipped; the row stays as it was", flush=True
            )
            failed = 1
        else:
            SECURITY.write_text(written(SECURITY.read_text("utf-8"), name, lines), "utf-8")
    return failed


def written(document: str, name: str, lines: Sequence[str]) -> str:
    """The document with one row of the table made anew; the rows stay in the order of `HUNTS`."""
    before, rest = document.split(BEGIN)
    table, after = rest.split(END)
    rows = {row.split("`")[-2]: row for row in table.splitlines() if re.search(r"`[^`]+` \|$", row)}
    rows[command(HUNTS[name])] = row(HUNTS[name], lines)
    ordered = [rows[command(hunt)] for hunt in HUNTS.values() if command(hunt) in rows]
    head = ["| claim | measured | by |", "|---|---|---|"]
    return "\n".join([before + BEGIN, "", *head, *ordered, "", END]) + after


def command(hunt: Hunt) -> str:
    """What stands in the last column."""
    return (
        f"{SOAK} {PYTHON} {hunt.command}" if hunt.command.startswith("pytest") else f"{PYTHON} {hunt.command}"
    )


def row(hunt: Hunt, lines: Sequence[str]) -> str:
    """One line of the table, with the day of the run."""
    told = "; ".join(line.removeprefix(hunt.mark).replace("|", "/") for line in lines)
    return f"| {hunt.claim} | {told} ({datetime.now(UTC):%Y-%m-%d}) | `{command(hunt)}` |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
