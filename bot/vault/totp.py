"""The six digits of an authenticator program: RFC 6238 with SHA-1 and 30 seconds, which all of them know.

Who may try how often, and where the secret and the last step are kept, is decided elsewhere.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

from bot.vault import primitives

PERIOD = 30
"""Seconds in a step."""
DIGITS = 6
SECRET = 20
"""Bytes in a secret, as RFC 4226 recommends."""


@dataclass(frozen=True, slots=True)
class Reused:
    """The code is right, but of a step that was used already: wait for the next one. Not a failed try."""


def step(at: datetime) -> int:
    """The number of the 30-second step that this aware moment is in."""
    return int(at.timestamp()) // PERIOD


def code(secret: bytes, at: datetime) -> str:
    """The six digits shown at this moment."""
    return _code(secret, step(at))


def verify(secret: bytes, code: str, at: datetime, last_step: int) -> int | Reused | None:
    """The step that the code belongs to: store it as the new `last_step`. None for a wrong code.

    One step early or late is accepted, for clocks that disagree, but only steps after `last_step`.
    """
    now = step(at)
    fits = [
        number
        for number in (now, max(now - 1, 0), now + 1)
        if primitives.equal(_code(secret, number).encode(), code.encode("utf-8", "replace"))
    ]
    fresh = [number for number in fits if number > last_step]
    if fresh:
        return fresh[0]
    return Reused() if fits else None


def new_secret(random: Callable[[int], bytes]) -> bytes:
    """A new 20-byte secret."""
    return random(SECRET)


def uri(secret: bytes, name: str, issuer: str) -> str:
    """The otpauth:// address that authenticator programs read from a QR code."""
    label = f"{quote(issuer, safe='')}:{quote(name, safe='')}"
    parameters = {
        "secret": base64.b32encode(secret).decode().rstrip("="),
        "issuer": issuer,
        "algorithm": "SHA1",
        "digits": DIGITS,
        "period": PERIOD,
    }
    return f"otpauth://totp/{label}?{urlencode(parameters, quote_via=quote, safe='')}"


def _code(secret: bytes, number: int) -> str:
    """RFC 4226: four bytes of the HMAC, chosen by its last half-byte, without the sign bit."""
    digest = primitives.hmac_sha1(secret, number.to_bytes(8, "big"))
    start = digest[-1] & 0xF
    value = int.from_bytes(digest[start : start + 4], "big") & 0x7FFF_FFFF
    return f"{value % 10**DIGITS:0{DIGITS}}"
