"""`python -m tests.fuzz --seconds 10` lets atheris hunt through every parser, two at a time.

`python -m tests.fuzz NAME --seconds 120` takes one, in this process. Coverage leads it: it keeps what reaches
new branches. What breaks a parser is printed in base64, to be made an example in `test_targets`.
"""

import argparse
import base64
import importlib.util
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TOGETHER = 2
LARGEST = 4096
"""Bytes of an input."""
PATIENCE = 60
"""Seconds for starting and ending, on a busy machine."""


def main() -> int:
    """0 when nothing was found, 1 when something was."""
    options = argparse.ArgumentParser()
    options.add_argument("target", nargs="?")
    options.add_argument("--seconds", type=int, default=10)
    asked = options.parse_args()
    if importlib.util.find_spec("atheris") is None:
        print("fuzz: skipped, atheris has no wheel for this machine; make test runs the same parsers")
        return 0
    if asked.target:
        hunt(asked.target, asked.seconds)
    from tests.fuzz.targets import TARGETS

    with ThreadPoolExecutor(TOGETHER) as pool:
        return max(pool.map(lambda name: one(name, asked.seconds), TARGETS))


def one(name: str, seconds: int) -> int:
    """Hunt in a process of its own, which ends by itself."""
    command = [sys.executable, "-m", "tests.fuzz", name, "--seconds", str(seconds)]
    began = time.monotonic()
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            check=False,
            timeout=2 * seconds + PATIENCE,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        print(f"fuzz {name}: it did not end")
        return 1
    said = done.stderr.decode("utf-8", "replace") + done.stdout.decode("utf-8", "replace")
    runs = [line.split()[-1] for line in said.splitlines() if "number_of_executed_units" in line]
    print(f"fuzz {name}: {runs[0] if runs else '?'} inputs in {time.monotonic() - began:.0f} s", flush=True)
    if done.returncode:
        print(said, flush=True)
    return 1 if done.returncode else 0


def hunt(name: str, seconds: int) -> None:
    """Look for an input that breaks a parser; ends the process."""
    import atheris

    with atheris.instrument_imports(include=["bot"], exclude=["bot.vault.passphrase"]):
        from tests.fuzz.targets import TARGETS
    target = TARGETS[name]
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for number, seed in enumerate(target.seeds):
            (corpus / str(number)).write_bytes(seed)

        def looked_at(data: bytes) -> None:
            try:
                target.run(data)
            except BaseException:
                print("broken by", base64.b64encode(data).decode(), file=sys.stderr)
                raise

        limits = [f"-max_total_time={seconds}", f"-max_len={LARGEST}", "-rss_limit_mb=1024", "-timeout=20"]
        quiet = ["-verbosity=0", "-print_final_stats=1", f"-artifact_prefix={folder}/"]
        atheris.Setup([sys.argv[0], str(corpus), *limits, *quiet], looked_at)
        atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
