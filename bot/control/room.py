"""Whether the disk of the database has room left, for `status` and `doctor`. A server has its own keeper."""

import os
from collections.abc import Callable
from pathlib import Path

from bot.config import Config

LEAST = 64 * 2**20
"""Bytes to have free beside what writing the database anew takes, which happens each night."""


def problem(config: Config, free: Callable[[Path], int] | None = None) -> str:
    """What to tell the keeper; empty where there is enough room, or nothing to look at."""
    file = config.database_file
    if file is None or not file.exists():
        return ""
    left = (free or _free)(file.parent)
    if left >= LEAST + file.stat().st_size:
        return ""
    return f"the disk is nearly full, {left // 2**20} MiB are left: make room, or nothing more can be kept"


def _free(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize
