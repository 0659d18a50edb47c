"""Overwriting a secret where it lies in memory: no promise in Python, but no copy is left on purpose.

Swap and core dumps are the business of `control/process`.
"""

import ctypes

_DATA = bytes.__basicsize__ - 1
"""Where the bytes of a `bytes` object begin: its size as a type counts the zero behind the last one."""
SHORTEST = 16
"""Shorter objects may be shared by the interpreter, and no secret is that short."""


def wipe(*secrets: bytes | bytearray) -> None:
    """Overwrite each with zeros. Only for objects that nobody else holds: a `bytes` object changes, too."""
    for secret in secrets:
        if isinstance(secret, bytearray):
            secret[:] = bytes(len(secret))
        elif len(secret) >= SHORTEST:
            ctypes.memset(id(secret) + _DATA, 0, len(secret))
