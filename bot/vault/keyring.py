"""keyring.json as bytes: key slots, pairs, root keys and two checks. FORMAT.md has every byte.

Nothing here touches the disk (`keys` does), knows a passphrase (`slots`) or seals a record (`vault`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from bot.errors import BadInputError, DamagedVaultError, NewerDatabaseError
from bot.vault import primitives
from bot.vault.primitives import KEY, NONCE, Aead

SLOTS = 8
PAIRS = tuple(combinations(range(SLOTS), 2))
"""All 28 pairs of slots, in the order of the file."""
MAX_EPOCHS = 8
LAST_EPOCH = 0xFFFF
MEMORY_MIB = range(8, 4096 + 1)
TIME = range(1, 16 + 1)
LANES = range(1, 16 + 1)
NEEDED = (1, 2)
"""How many passphrases a vault may take."""

NEWEST = 2
"""The version that is written; version 1 is read for ever."""

_HOLDERS = b"handbill/v1/holders"
_MAC = b',"mac":"'
_SUM = b'","sha256":"'
_END = b'"}\n'
_HEX = 2 * KEY
_TAIL = len(_MAC) + _HEX + len(_SUM) + _HEX + len(_END)

_B32 = Annotated[bytes, msgspec.Meta(min_length=KEY, max_length=KEY)]
_Wrapped = Annotated[bytes, msgspec.Meta(min_length=60, max_length=60)]
_Sealed = Annotated[bytes, msgspec.Meta(min_length=81, max_length=81)]
_Pair = Annotated[bytes, msgspec.Meta(min_length=129, max_length=129)]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Kdf:
    """What Argon2id was given besides the passphrase."""

    name: Literal["argon2id"] = "argon2id"
    salt: _B32
    memory_kib: Annotated[int, msgspec.Meta(ge=8 * 1024, le=4096 * 1024)]
    time: Annotated[int, msgspec.Meta(ge=1, le=16)]
    lanes: Annotated[int, msgspec.Meta(ge=1, le=16)]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Slot:
    """One keyholder: commitment to the passphrase's key, wrapped private key, public key, payload."""

    commit: _B32
    private: _Wrapped
    public: _B32
    master: _Sealed


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Epoch:
    """A root key, sealed under the master key."""

    epoch: Annotated[int, msgspec.Meta(ge=1, le=LAST_EPOCH)]
    root: _Wrapped


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Keyring:
    """The keyring without its two checks. The order of the fields is the order of the file.

    Version 1 has no `holders`: exactly one slot is used, and it opens alone.
    """

    version: Literal[1, 2]
    kdf: Kdf
    pad: _B32
    holders: _Wrapped | UnsetType = UNSET
    slots: Annotated[tuple[Slot, ...], msgspec.Meta(min_length=SLOTS, max_length=SLOTS)]
    pairs: Annotated[tuple[_Pair, ...], msgspec.Meta(min_length=len(PAIRS), max_length=len(PAIRS))]
    epochs: Annotated[tuple[Epoch, ...], msgspec.Meta(min_length=1, max_length=MAX_EPOCHS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holders:
    """How many passphrases it takes, and which slots are used (none known of version 1)."""

    needed: int
    used: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class _Version:
    version: int


def new_kdf(*, random: Callable[[int], bytes], memory_mib: int, time: int, lanes: int) -> Kdf:
    """Parameters for a new keyring with a new salt. Raises BadInputError outside the bounds."""
    for name, value, bounds in (
        ("memory (MiB)", memory_mib, MEMORY_MIB),
        ("passes", time, TIME),
        ("lanes", lanes, LANES),
    ):
        if value not in bounds:
            raise BadInputError(
                f"Key derivation: {name} must be between {bounds[0]} and {bounds[-1]}",
                hint="leave it out to take the recommended value",
            )
    return Kdf(salt=random(KEY), memory_kib=memory_mib * 1024, time=time, lanes=lanes)


def root_keys(keyring: Keyring, mac: bytes, master: bytes) -> Mapping[int, bytes]:
    """Root keys by epoch. Raises DamagedVaultError when `mac` or a root does not fit the master key."""
    if not primitives.equal(mac, _mac(_body(keyring), master)):
        raise damaged("The keyring was changed by someone without its keys")
    sealing = Aead(primitives.hkdf(master, "handbill/v1/roots"))
    roots: dict[int, bytes] = {}
    for epoch in keyring.epochs:
        root = sealing.open(epoch.root[:NONCE], epoch.root[NONCE:], _root_bound(epoch.epoch))
        if root is None or epoch.epoch <= max(roots, default=0):
            raise damaged("A root key in the keyring does not open")
        roots[epoch.epoch] = root
    return roots


def with_roots(
    keyring: Keyring, roots: Mapping[int, bytes], master: bytes, *, random: Callable[[int], bytes]
) -> Keyring:
    """The same keyring with these root keys, by epoch. Raises BadInputError after the last epoch."""
    if max(roots) > LAST_EPOCH:
        raise BadInputError("This vault has had all the root keys it can have", hint="make a new home")
    sealing = Aead(primitives.hkdf(master, "handbill/v1/roots"))
    epochs = []
    for epoch, root in sorted(roots.items()):
        nonce = random(NONCE)
        epochs.append(Epoch(epoch=epoch, root=nonce + sealing.seal(nonce, root, _root_bound(epoch))))
    return replace(keyring, epochs=tuple(epochs))


def holders(keyring: Keyring, master: bytes) -> Holders:
    """Who opens this vault, in numbers. Raises DamagedVaultError when it does not fit the master key."""
    if not isinstance(keyring.holders, bytes):
        return Holders(needed=1, used=frozenset())
    nonce, sealed = keyring.holders[:NONCE], keyring.holders[NONCE:]
    plain = _holders_sealing(master).open(nonce, sealed, _HOLDERS)
    used = frozenset(slot for slot in range(SLOTS) if plain and plain[1] & 1 << slot)
    if not plain or plain[0] not in NEEDED or len(used) < plain[0] or any(plain[2:]):
        raise damaged("The list of keyholders in the keyring does not open")
    return Holders(needed=plain[0], used=used)


def with_holders(
    keyring: Keyring, holders: Holders, master: bytes, *, random: Callable[[int], bytes]
) -> Keyring:
    """The same keyring, in version 2, with these keyholders."""
    nonce, used = random(NONCE), sum(1 << slot for slot in holders.used)
    plain = bytes([holders.needed, used]).ljust(KEY, b"\0")
    sealed = _holders_sealing(master).seal(nonce, plain, _HOLDERS)
    return replace(keyring, version=2, holders=nonce + sealed)


def encode(keyring: Keyring, master: bytes) -> bytes:
    """The bytes of keyring.json, with both checks."""
    body = _body(keyring)
    checked = body + _MAC + _mac(body, master).hex().encode()
    return checked + _SUM + primitives.sha256(checked).hex().encode() + _END


def parse(data: bytes) -> tuple[Keyring, bytes]:
    """The keyring and its MAC, not yet checked, from the bytes of keyring.json.

    Raises DamagedVaultError for anything but what `encode` writes, NewerDatabaseError for a later version.
    """
    body, checked = data[:-_TAIL], data[: -_HEX - len(_SUM) - len(_END)]
    total = primitives.sha256(checked).hex().encode()
    if not data.endswith(_SUM + total + _END) or checked[len(body) :][: len(_MAC)] != _MAC:
        raise damaged("The keyring is damaged: its checksum does not fit")
    try:
        if msgspec.json.decode(body + b"}", type=_Version).version > NEWEST:
            raise NewerDatabaseError(
                "The keyring was written by a newer Handbill", hint="install that version"
            )
        keyring = msgspec.json.decode(body + b"}", type=Keyring)
        mac = bytes.fromhex(checked[-_HEX:].decode("ascii"))
    except (ValueError, RecursionError) as error:  # msgspec raises both, the latter for deep nesting
        raise damaged("The keyring holds something that no Handbill writes") from error
    if (keyring.version == 1) != (keyring.holders is UNSET):
        raise damaged("The keyring is not of the version that it says")
    if _body(keyring) != body or mac.hex().encode() != checked[-_HEX:]:
        raise damaged("The keyring is not written the way Handbill writes it")
    return keyring, mac


def check_pad(keyring: Keyring, pad: bytes) -> None:
    """Raise DamagedVaultError where this is the hash of another shred pad; needs no passphrase."""
    if not primitives.equal(keyring.pad, pad_check(pad)):
        raise damaged("The shred pad is not the one that this keyring was made with")


def damaged(message: str) -> DamagedVaultError:
    """The error for bytes that are not as they were written, with the one hint there is."""
    return DamagedVaultError(message, hint="restore keyring.json and shred.pad from the backup of the keys")


def _body(keyring: Keyring) -> bytes:
    return msgspec.json.encode(keyring)[:-1]


def _mac(body: bytes, master: bytes) -> bytes:
    return primitives.hmac_sha256(primitives.hkdf(master, "handbill/v1/keyring-mac"), body)


def pad_check(pad: bytes) -> bytes:
    """What stands in the keyring for a shred pad with this SHA-256."""
    return primitives.sha256(b"handbill/v1/pad-check" + pad)


def _holders_sealing(master: bytes) -> Aead:
    return Aead(primitives.hkdf(master, "handbill/v1/holders"))


def _root_bound(epoch: int) -> bytes:
    return b"handbill/v1/root" + epoch.to_bytes(2, "big")
