"""What a process says of itself while it sends: CPU time, memory, and how long its event loop was away."""

import asyncio
import resource
import time
from pathlib import Path

WATCH = 0.005


class Watch:
    """Looks at the event loop and at memory while a round runs."""

    def __init__(self) -> None:
        self.hold = self.hold_cpu = 0.0
        self.before = self.most = resident()

    async def run(self) -> None:
        last, cpu = time.monotonic(), time.thread_time()
        self.before = self.most = resident()
        for number in range(10**9):
            await asyncio.sleep(WATCH)
            now, cpu_now = time.monotonic(), time.thread_time()
            self.hold, self.hold_cpu = max(self.hold, now - last - WATCH), max(self.hold_cpu, cpu_now - cpu)
            last, cpu = now, cpu_now
            if number % 20 == 0:
                self.most = max(self.most, resident())

    def told(self) -> dict[str, float]:
        """Seconds and bytes: the part of a round's report that comes from here."""
        return {
            "hold": self.hold,
            "hold_cpu": self.hold_cpu,
            "before": self.before,
            "growth": self.most - self.before,
        }


def resident() -> int:
    """Bytes of memory in use."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def cpu_time() -> float:
    """Seconds of CPU this process has used, in all its threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
