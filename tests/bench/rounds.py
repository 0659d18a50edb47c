"""Runs one round: an endpoint, a program that sends, and the figures of both. Each is a process of its own.

A round that does not end in time, or whose program fails, is a round too: it says so instead of figures.
"""

import json
import os
import subprocess
import sys
import tempfile
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.bench import nginx

PATIENCE = 180.0
"""Seconds beyond the measured ones until a program is given up."""

OURS = "handbill"
FAST = -1.0
"""A latency that means nginx."""

Report = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """One round to be run."""

    scenario: str
    who: str = OURS
    people: int
    groups: int = 0
    rate: float = 1000
    seconds: float = 20.0
    latency: float = 0.05
    penalty: float | None = None
    writing: float = 0.0
    """People who write /latest meanwhile, a second."""
    writers: int = 10**9
    """So many in all."""
    stay: bool = False
    unlocked: bool = False
    """Right after an unlock: nobody has looked through the list before the first message."""
    home: str = ""
    database: str = ""
    loop: str = "uvloop"
    changed: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round that was run. Without figures it failed, and `failed` says how."""

    spec: Spec
    figures: dict[str, float] = field(default_factory=dict)
    failed: str = ""

    def plain(self) -> dict[str, Any]:
        """For JSON: nothing of this machine's folders."""
        spec = asdict(self.spec)
        del spec["home"], spec["database"]
        spec["store"] = "PostgreSQL" if self.spec.database else "SQLite"
        return {"spec": spec, "figures": self.figures, "failed": self.failed}


def run(spec: Spec) -> Round:
    """Run it, whatever becomes of it."""
    if spec.latency == FAST and nginx.missing():
        return Round(spec=spec, failed=nginx.missing())
    try:
        with (
            tempfile.TemporaryDirectory(prefix="handbill-bench-") as folder,
            far_end(Path(folder), spec) as far,
        ):
            told = _program(spec, far)
            return Round(spec=spec, figures=figures(spec, far.told(), told))
    except subprocess.TimeoutExpired:
        return Round(spec=spec, failed=f"did not finish in {spec.seconds + PATIENCE:.0f} s")
    except subprocess.CalledProcessError as error:
        print(error.stderr[-2000:], file=sys.stderr)
        return Round(spec=spec, failed=f"failed: {_kind(error.stderr)}")
    except (ValueError, KeyError, RuntimeError, OSError) as error:
        return Round(spec=spec, failed=f"failed: {type(error).__name__}")


def _kind(trace: str) -> str:
    """The kind of an error, without its words."""
    last = trace.strip().rpartition("\n")[2]
    return last.partition(":")[0].strip() or "without a word"


def _program(spec: Spec, far: "FarEnd") -> Report:
    common = {"port": far.port, "rate": spec.rate, "seconds": spec.seconds}
    if spec.who == OURS:
        more: Report = {
            "home": spec.home,
            "database": spec.database,
            "loop": spec.loop,
            "changed": spec.changed,
            "stay": spec.stay,
            "unlocked": spec.unlocked,
        }
        module, task = "tests.bench.ours", common | more
    else:
        people: Report = {"peer": spec.who, "people": spec.people, "groups": spec.groups}
        module, task = "tests.bench.peers", common | people
    done = subprocess.run(
        [sys.executable, "-m", module, json.dumps(task)],
        capture_output=True,
        text=True,
        env={**os.environ, "SSL_CERT_FILE": str(far.certificate)},
        timeout=spec.seconds + PATIENCE,
        check=True,
    )
    told: Report = json.loads(done.stdout.splitlines()[-1] if done.stdout else "")
    return told


class FarEnd:
    """What is sent to."""

    def __init__(self, port: int, certificate: Path, process: "subprocess.Popen[str]") -> None:
        self.port = port
        self.certificate = certificate
        self.fast: nginx.Fast | None = None
        self._process = process

    def told(self) -> Report:
        """End it, and hear what it saw."""
        out, _ = self._process.communicate("")
        slow: Report = json.loads(out)
        return slow if self.fast is None else slow | self.fast.told()


@contextmanager
def far_end(folder: Path, spec: Spec) -> Iterator[FarEnd]:
    """The endpoint, with nginx before it where the round wants it fast."""
    fast = spec.latency == FAST
    manner = {"latency": 0.0 if fast else spec.latency, "penalty": spec.penalty}
    manner |= {"people": spec.writing, "writers": spec.writers}
    command = [sys.executable, "-m", "tests.bench.endpoint", str(folder), json.dumps(manner)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            far = FarEnd(int(process.stdout.readline()), folder / "certificate.pem", process)
            if fast:
                with nginx.fast(folder, far.port) as far.fast:
                    far.port = far.fast.port
                    yield far
            else:
                yield far
        finally:
            process.terminate()


def figures(spec: Spec, report: Report, told: Report) -> dict[str, float]:
    """What a round comes to. Seconds, bytes and messages."""
    begin, end = told.pop("begin"), told.pop("end")
    bulk = [moment for moment in sorted(report["arrivals"]) if moment <= end]
    everything = sorted([*bulk, *(m for m in report.get("others", []) if m <= end)])
    took = bulk[-1] - bulk[0] if len(bulk) > 1 else 0.0
    found: dict[str, float] = {
        **told,
        "sent": len(bulk),
        "took": took or end - begin,
        "elapsed": end - begin,
        "per_message": told["cpu"] / len(bulk) if bulk else 0.0,
        "sustained": (len(bulk) - 1) / took if took else 0.0,
        "slots": (len(everything) - 1) / (everything[-1] - everything[0]) if len(everything) > 1 else 0.0,
        "worst_second": max(
            (bisect_right(everything, m + 1.0) - n for n, m in enumerate(everything)), default=0
        ),
        "missed": spec.people + spec.groups - report["chats"],
        "repeated": len(report["arrivals"]) - report["chats"],
        "refused": report.get("refused", 0),
        "connections": report["connections"],
        "confirmed": report.get("confirmed", 0),
        "writers": spec.writers,
    }
    if bulk:
        found["first"] = bulk[0] - begin
    if report.get("replies"):
        found |= _waits(sorted(report["replies"])) | {"unanswered": report["unanswered"]}
    return found


def _waits(waits: list[float]) -> dict[str, float]:
    def at(share: float) -> float:
        return waits[min(len(waits) - 1, int(share * len(waits)))]

    return {"answers": len(waits), "reply_p50": at(0.5), "reply_p99": at(0.99), "reply_worst": waits[-1]}
