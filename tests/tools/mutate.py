"""`python -m tests.tools.mutate [NAME …]` changes the code in one place and looks whether a test notices.

mutmut changes one operator, word or argument at a time and runs the tests that reach it, in a copy outside
this repository. The score is the part of the changes that made a test fail. In `make soak`. Tests that kill
processes are left out: they take seconds, and are there for something else.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
WANTED = 90
"""Percent of the changes that tests must notice."""

NOTICED = frozenset({"killed", "timeout", "segfault"})
"""A test failed, never ended, or took the interpreter with it."""

COPIED = ("bot", "tests", "migrations", "statements", "deploy", "pyproject.toml", "Makefile")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Files that are changed, and the tests that should notice."""

    files: Sequence[str]
    tests: Sequence[str]


SUBJECTS = {
    "approval": Subject(
        files=("bot/domain/approval.py",),
        tests=("tests/domain/test_approval.py",),
    ),
    "gate": Subject(
        files=("bot/actions/gate.py",),
        tests=("tests/actions/test_gate.py",),
    ),
    "audit": Subject(
        files=(
            "bot/domain/audit.py",
            "bot/store/audit.py",
            "bot/actions/audit.py",
            "bot/actions/presence.py",
        ),
        tests=(
            "tests/domain/test_audit.py",
            "tests/store/test_audit.py",
            "tests/actions/test_audit.py",
            "tests/actions/test_presence.py",
        ),
    ),
    "policy": Subject(
        files=("bot/domain/policy.py", "bot/actions/policy.py"),
        tests=("tests/domain/test_policy.py", "tests/actions/test_policy.py"),
    ),
    **{
        f"vault-{name}": Subject(
            files=(f"bot/vault/{name}.py",),
            tests=(
                "tests/vault/test_slots.py",
                "tests/vault/test_told.py",
                "tests/vault/test_home.py",
                "tests/vault/test_changes.py",
                "tests/vault/test_vectors.py",
            ),
        )
        for name in ("keys", "keyring", "slots")
    },
    "vault-records": Subject(
        files=("bot/vault/vault.py", "bot/vault/mark.py", "bot/vault/memory.py", "bot/vault/totp.py"),
        tests=(
            "tests/vault/test_records.py",
            "tests/vault/test_told.py",
            "tests/vault/test_roots.py",
            "tests/vault/test_vectors.py",
            "tests/vault/test_home.py",
            "tests/vault/test_slots.py",
            "tests/vault/test_totp.py",
            "tests/vault/test_mark.py",
        ),
    ),
    "vault-files": Subject(
        files=(
            "bot/vault/files.py",
            "bot/vault/passphrase.py",
            "bot/vault/primitives.py",
            "bot/vault/derive.py",
        ),
        tests=(
            "tests/vault/test_files.py",
            "tests/vault/test_home.py",
            "tests/vault/test_passphrase.py",
            "tests/vault/test_primitives.py",
            "tests/vault/test_derive.py",
            "tests/vault/test_told.py",
            "tests/vault/test_roots.py",
            "tests/vault/test_vectors.py",
        ),
    ),
}


def main(names: Sequence[str]) -> int:
    """0 when every subject named, or all, reaches the score; 1 otherwise."""
    return max([mutate(name, SUBJECTS[name]) for name in names or SUBJECTS])


def mutate(name: str, subject: Subject) -> int:
    """Run one subject and print its score and what no test noticed."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "handbill"
        _prepare(copy, subject)
        environment = os.environ | {"HANDBILL_TEST_SOAK": ""}
        run = _mutmut(copy, environment, "run")
        if not (copy / "mutants").is_dir() or run.returncode:
            print(f"mutation {name}: it did not run\n{run.stdout[-2000:]}{run.stderr[-2000:]}")
            return 1
        _mutmut(copy, environment, "export-cicd-stats")
        counts = json.loads((copy / "mutants" / "mutmut-cicd-stats.json").read_text())
        unnoticed = _unnoticed(copy, environment)
    return _told(name, counts, unnoticed)


def _prepare(copy: Path, subject: Subject) -> None:
    copy.mkdir()
    for each in COPIED:
        source = ROOT / each
        (shutil.copytree if source.is_dir() else shutil.copy)(source, copy / each)
    with (copy / "pyproject.toml").open("a") as settings:
        settings.write(
            "\n[tool.mutmut]\n"
            'source_paths = ["bot"]\n'
            f"only_mutate = {json.dumps(list(subject.files))}\n"
            'also_copy = ["migrations", "statements", "deploy", "Makefile"]\n'
            f"pytest_add_cli_args_test_selection = {json.dumps(list(subject.tests))}\n"
            "use_git_change_detection = false\n"
            'pytest_add_cli_args = ["-k", "not killed"]\n'
        )


def _mutmut(copy: Path, environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mutmut", *arguments]
    return subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)


def _unnoticed(copy: Path, environment: Mapping[str, str]) -> list[str]:
    """The changes that no test noticed, as differences. Some of them change nothing that could be noticed."""
    lines = (line.strip().split(": ") for line in _mutmut(copy, environment, "results").stdout.splitlines())
    names = [line[0] for line in lines if line[0].startswith("bot.") and line[-1] not in NOTICED]
    return [f"{name}\n{_difference(_mutmut(copy, environment, 'show', name).stdout)}" for name in names]


def _difference(shown: str) -> str:
    return "\n".join(line for line in shown.splitlines() if line[:2] in {"- ", "+ "})


def _told(name: str, counts: Mapping[str, int], unnoticed: Sequence[str]) -> int:
    total = counts["total"]
    score = 100 * (total - len(unnoticed)) / total
    print(f"mutation {name}: {total - len(unnoticed)} of {total} changes noticed, {score:.0f} %", flush=True)
    for change in unnoticed:
        print(change)
    return 0 if score >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
