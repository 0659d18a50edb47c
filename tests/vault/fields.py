"""What makes a known answer, and what the makers of known answers share."""

import itertools
from collections.abc import Callable
from hashlib import sha256, shake_256

from bot.vault import keyring, primitives

PAD_HASH = sha256(b"a pad").digest()
PASSPHRASE = "café zoom kayak ünder quilt й"

Fields = dict[str, str]


def fixed(seed: str) -> Callable[[int], bytes]:
    counter = itertools.count()
    return lambda size: shake_256(f"{seed}/{next(counter)}".encode()).digest(size)


def flip(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def ring(
    expect: str, data: bytes, *, passphrase: str = PASSPHRASE, second: str = "", pad: bytes = PAD_HASH
) -> Fields:
    fields = {"kind": "keyring", "expect": expect, "passphrase": passphrase, "pad": pad.hex()}
    fields |= {"second": second} if second else {}
    return fields | {"file": data.decode("ascii").removesuffix("\n")}


def signed(body: bytes, master: bytes) -> bytes:
    """Any body with the right MAC and checksum: as somebody would write it who has the master key."""
    mac = primitives.hmac_sha256(primitives.hkdf(master, "handbill/v1/keyring-mac"), body)
    return summed(body + b',"mac":"' + mac.hex().encode())


def summed(checked: bytes) -> bytes:
    """Any beginning with the right checksum: as anybody can write it."""
    return checked + b'","sha256":"' + sha256(checked).hexdigest().encode() + b'"}\n'


def told(data: bytes, master: bytes) -> Fields:
    made, mac = keyring.parse(data)
    found = keyring.holders(made, master)
    roots = {f"root {e}": r.hex() for e, r in keyring.root_keys(made, mac, master).items()}
    used = " ".join(map(str, sorted(found.used)))
    return {"master": master.hex(), "needed": str(found.needed), "used": used} | roots
