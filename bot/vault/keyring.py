"""keyring.json: which passphrases open the vault, and the root keys, sealed. FORMAT.md has every byte.

An unused slot or pair is a real one whose keys were thrown away, so the file does not tell how many are used.
Nothing here touches the disk, and sealing records is the business of `vault`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Annotated, Literal

import msgspec

from bot.errors import BadInputError, DamagedVaultError, LockedError, NewerDatabaseError, WrongPassphraseError
from bot.vault import primitives
from bot.vault.passphrase import to_bytes
from bot.vault.primitives import KEY, NONCE, Aead

SLOTS = 8
PAIRS = tuple(combinations(range(SLOTS), 2))
"""All 28 pairs of slots, in the order of the file."""
MAX_EPOCHS = 8
LAST_EPOCH = 0xFFFF
MEMORY_MIB = range(8, 4096 + 1)
TIME = range(1, 16 + 1)
LANES = range(1, 16 + 1)

MASTER = b"\x01"
"""Kind byte of a slot's payload: the master key follows."""
NEEDS_PAIR = b"\x02"
"""Kind byte: this vault opens with two passphrases, and the rest of the payload is random."""

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
    """The keyring without its two checks. The order of the fields is the order of the file."""

    version: Literal[1] = 1
    kdf: Kdf
    pad: _B32
    slots: Annotated[tuple[Slot, ...], msgspec.Meta(min_length=SLOTS, max_length=SLOTS)]
    pairs: Annotated[tuple[_Pair, ...], msgspec.Meta(min_length=len(PAIRS), max_length=len(PAIRS))]
    epochs: Annotated[tuple[Epoch, ...], msgspec.Meta(min_length=1, max_length=MAX_EPOCHS)]


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


def create(passphrase: str, *, kdf: Kdf, pad: bytes, random: Callable[[int], bytes]) -> tuple[Keyring, bytes]:
    """A keyring with one keyholder in a random slot and one root key, and the new 32-byte master key.

    `pad` is the hash of the shred pad.
    """
    master, privates = random(KEY), [random(KEY) for _ in range(SLOTS)]
    used = random(1)[0] % SLOTS
    slots = tuple(
        _slot(
            index,
            _passphrase_key(passphrase, kdf, pad) if index == used else random(KEY),
            private=private,
            payload=MASTER + master if index == used else random(1 + KEY),
            nonce=random(NONCE),
        )
        for index, private in enumerate(privates)
    )
    pairs = tuple(_pair(one, other, slots, random(1 + KEY)) for one, other in PAIRS)
    epochs = (_seal_root(1, random(KEY), master, random(NONCE)),)
    return Keyring(kdf=kdf, pad=_pad_check(pad), slots=slots, pairs=pairs, epochs=epochs), master


def master_key(keyring: Keyring, passphrase: str, *, pad: bytes) -> bytes:
    """The 32-byte master key that this passphrase opens. Runs Argon2id: seconds and hundreds of MiB.

    Raises WrongPassphraseError when no slot opens, DamagedVaultError when pad or slot are not as written,
    LockedError when the slot is one half of a pair.
    """
    check_pad(keyring, pad)
    key = _passphrase_key(passphrase, keyring.kdf, pad)
    fits = [primitives.equal(slot.commit, _commit(key, index)) for index, slot in enumerate(keyring.slots)]
    if True not in fits:
        raise WrongPassphraseError(
            "No key slot opens with this passphrase", hint="mind capitals, spaces and the keyboard layout"
        )
    index = fits.index(True)
    payload = _open_slot(index, keyring.slots[index], key)
    if payload[:1] == NEEDS_PAIR:
        raise LockedError("This vault opens with two passphrases", hint="ask a second keyholder")
    if payload[:1] != MASTER:
        raise damaged("A key slot is of a kind that this Handbill does not know")
    return payload[1:]


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
        if msgspec.json.decode(body + b"}", type=_Version).version > 1:
            raise NewerDatabaseError(
                "The keyring was written by a newer Handbill", hint="install that version"
            )
        keyring = msgspec.json.decode(body + b"}", type=Keyring)
        mac = bytes.fromhex(checked[-_HEX:].decode("ascii"))
    except (ValueError, RecursionError) as error:  # msgspec raises both, the latter for deep nesting
        raise damaged("The keyring holds something that no Handbill writes") from error
    if _body(keyring) != body or mac.hex().encode() != checked[-_HEX:]:
        raise damaged("The keyring is not written the way Handbill writes it")
    return keyring, mac


def check_pad(keyring: Keyring, pad: bytes) -> None:
    """Raise DamagedVaultError where this is the hash of another shred pad; needs no passphrase."""
    if not primitives.equal(keyring.pad, _pad_check(pad)):
        raise damaged("The shred pad is not the one that this keyring was made with")


def damaged(message: str) -> DamagedVaultError:
    """The error for bytes that are not as they were written, with the one hint there is."""
    return DamagedVaultError(message, hint="restore keyring.json and shred.pad from the backup of the keys")


def _body(keyring: Keyring) -> bytes:
    return msgspec.json.encode(keyring)[:-1]


def _mac(body: bytes, master: bytes) -> bytes:
    return primitives.hmac_sha256(primitives.hkdf(master, "handbill/v1/keyring-mac"), body)


def _pad_check(pad: bytes) -> bytes:
    return primitives.sha256(b"handbill/v1/pad-check" + pad)


def _passphrase_key(passphrase: str, kdf: Kdf, pad: bytes) -> bytes:
    stretched = primitives.argon2id(
        to_bytes(passphrase), salt=kdf.salt, memory_kib=kdf.memory_kib, time=kdf.time, lanes=kdf.lanes
    )
    return primitives.hkdf(stretched + pad, "handbill/v1/passphrase")


def _commit(key: bytes, index: int) -> bytes:
    return primitives.hkdf(key, f"handbill/v1/slot/{index}/commit")


def _slot_bound(index: int, public: bytes) -> bytes:
    return f"handbill/v1/slot/{index}/private".encode() + public


def _slot_info(index: int) -> bytes:
    return f"handbill/v1/slot/{index}/master".encode()


def _slot(index: int, key: bytes, *, private: bytes, payload: bytes, nonce: bytes) -> Slot:
    public = primitives.public_key(private)
    wrapping = Aead(primitives.hkdf(key, f"handbill/v1/slot/{index}/wrap"))
    return Slot(
        commit=_commit(key, index),
        private=nonce + wrapping.seal(nonce, private, _slot_bound(index, public)),
        public=public,
        master=primitives.hpke_seal(public, info=_slot_info(index), plaintext=payload),
    )


def _open_slot(index: int, slot: Slot, key: bytes) -> bytes:
    wrapping = Aead(primitives.hkdf(key, f"handbill/v1/slot/{index}/wrap"))
    private = wrapping.open(slot.private[:NONCE], slot.private[NONCE:], _slot_bound(index, slot.public))
    payload = private and primitives.hpke_open(private, info=_slot_info(index), sealed=slot.master)
    if not payload:
        raise damaged("A key slot fits the passphrase but does not open")
    return payload


def _pair(one: int, other: int, slots: tuple[Slot, ...], payload: bytes) -> bytes:
    inner = primitives.hpke_seal(
        slots[other].public, info=f"handbill/v1/pair/{one}/{other}/inner".encode(), plaintext=payload
    )
    return primitives.hpke_seal(
        slots[one].public, info=f"handbill/v1/pair/{one}/{other}/outer".encode(), plaintext=inner
    )


def _root_bound(epoch: int) -> bytes:
    return b"handbill/v1/root" + epoch.to_bytes(2, "big")


def _seal_root(epoch: int, root: bytes, master: bytes, nonce: bytes) -> Epoch:
    sealing = Aead(primitives.hkdf(master, "handbill/v1/roots"))
    return Epoch(epoch=epoch, root=nonce + sealing.seal(nonce, root, _root_bound(epoch)))
