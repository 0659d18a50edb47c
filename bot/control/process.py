"""What every process does before it touches a secret: nobody reads its memory, files are its owner's alone.

Python cannot promise to wipe memory; these are the parts that the system can promise.
"""

import ctypes
import os
import resource
from pathlib import Path

_PR_GET_DUMPABLE, _PR_SET_DUMPABLE = 3, 4
_MCL_CURRENT, _MCL_FUTURE, _MCL_ONFAULT = 1, 2, 4


def harden() -> None:
    """No core dump, no debugger of the same user, no file for others; no swap where memory may be locked.

    prctl(2) PR_SET_DUMPABLE, setrlimit(2), mlockall(2). Memory is locked only where it has no limit: with
    one, later requests for memory would fail.
    """
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    if resource.getrlimit(resource.RLIMIT_MEMLOCK)[0] == resource.RLIM_INFINITY:
        libc.mlockall(_MCL_CURRENT | _MCL_FUTURE | _MCL_ONFAULT)


def is_locked() -> bool:
    """Whether memory of this process is kept out of swap (proc(5), VmLck)."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return False
    return any(line.startswith("VmLck:") and line.split()[1] != "0" for line in lines)


def is_hardened() -> bool:
    """Whether core dumps and debuggers are really off."""
    dumpable = ctypes.CDLL(None).prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0)
    return bool(dumpable == 0 and resource.getrlimit(resource.RLIMIT_CORE)[0] == 0)
