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


def is_locked(status: Path = Path("/proc/self/status")) -> bool:
    """Whether all memory of this process is kept out of swap (proc(5), kB): as much is locked as is in use.

    Libraries lock some of their own, such as SQLCipher its keys: that alone is not it.
    """
    try:
        lines = status.read_text().splitlines()
    except OSError:
        return False
    fields = {name: rest.split()[0] for name, rest in (line.split(":", 1) for line in lines) if rest.split()}
    return int(fields.get("VmLck", 0)) >= int(fields.get("VmRSS", 1))


def is_hardened() -> bool:
    """Whether core dumps and debuggers are really off."""
    dumpable = ctypes.CDLL(None).prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0)
    return bool(dumpable == 0 and resource.getrlimit(resource.RLIMIT_CORE)[0] == 0)
