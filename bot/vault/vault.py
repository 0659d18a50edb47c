"""The vault: a passphrase gives a master key, a master key gives a Vault, and that seals and opens records.

A record is version(1) ‖ epoch(2) ‖ nonce(12) ‖ ciphertext and tag, bound to its table, column and row
(FORMAT.md). What the plaintext means is the business of `store`. Python cannot promise to wipe memory:
`close` drops the keys, and the process that held them should end soon after.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, NoReturn, Self

from bot.errors import BadInputError, DamagedVaultError, LockedError, UsageError
from bot.vault import files, keyring, primitives
from bot.vault.primitives import NONCE, TAG, Aead

VERSION: Final = 1
PAD: Final = 64
"""The smallest sealed plaintext, bytes. A contact, at most 63 bytes, always has this size."""
LARGEST: Final = 1024 * 1024
"""The longest plaintext, bytes."""
INDEX: Final = 16
"""Bytes in a blind index."""

_HEADER: Final = 3
_SMALLEST: Final = _HEADER + NONCE + PAD + TAG
_OWN_LABELS: Final[Mapping[tuple[str, str], str]] = {
    ("organisers", "totp"): "totp",
    ("bot", "token"): "token",
    ("backup", "data"): "backup",
}
_NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,39}")


class Vault:
    """An unlocked vault. It shows nothing of itself, is never copied, and seals with its newest root key."""

    __slots__ = ("_keys", "_newest", "_openers", "_random", "_roots", "_sealers")

    def __init__(self, roots: Mapping[int, bytes], *, random: Callable[[int], bytes]) -> None:
        self._roots = dict(roots)
        self._newest = max(roots)
        self._random = random
        self._keys: dict[tuple[int, str], bytes] = {}
        self._sealers: dict[tuple[str, str], tuple[bytes, Aead, bytes]] = {}
        self._openers: dict[tuple[bytes, str, str], tuple[Aead, bytes]] = {}

    @classmethod
    def create_home(
        cls,
        home: Path,
        passphrase: str,
        *,
        random: Callable[[int], bytes],
        kdf_memory_mib: int = 256,
        kdf_time: int = 3,
        kdf_lanes: int = 4,
    ) -> bytes:
        """Write shred.pad and keyring.json into an existing folder; return the 32-byte master key.

        `passphrase.check` is the caller's business. Raises UsageError where there is a keyring already,
        BadInputError for parameters out of bounds, SettingsError where an algorithm is missing.
        """
        primitives.require()
        if (home / files.KEYRING).exists():
            raise UsageError("This home has a vault already", hint="choose another home, or unlock this one")
        kdf = keyring.new_kdf(random=random, memory_mib=kdf_memory_mib, time=kdf_time, lanes=kdf_lanes)
        pad = files.make_pad(home, random)
        made, master = keyring.create(passphrase, kdf=kdf, pad=pad, random=random)
        files.replace(home / files.KEYRING, keyring.encode(made, master))
        return master

    @classmethod
    def open_home(cls, home: Path, passphrase: str) -> bytes:
        """The 32-byte master key that the passphrase opens. Runs Argon2id: call it in a short-lived process.

        Raises WrongPassphraseError, DamagedVaultError, LockedError (a second passphrase is needed), or
        SettingsError (no keyring here, or an algorithm is missing).
        """
        primitives.require()
        made, mac = keyring.parse(files.read_keyring(home))
        master = keyring.master_key(made, passphrase, pad=files.pad_hash(home))
        keyring.root_keys(made, mac, master)
        return master

    @classmethod
    def unlock(cls, home: Path, master_key: bytes, *, random: Callable[[int], bytes]) -> Self:
        """A vault ready for use. Raises DamagedVaultError when the keyring does not fit the master key."""
        primitives.require()
        made, mac = keyring.parse(files.read_keyring(home))
        return cls(keyring.root_keys(made, mac, master_key), random=random)

    def seal(self, table: str, column: str, row: bytes, plaintext: bytes) -> bytes:
        """Seal at most 1 MiB for one place. Padded to 64, 128, 256, … bytes, to which 31 are added."""
        return self._seal(table, column, row, plaintext, max(PAD, 1 << len(plaintext).bit_length()))

    def seal_blocks(self, table: str, column: str, row: bytes, plaintext: bytes) -> bytes:
        """As `seal`, but padded to a multiple of 64 bytes: for the delivery journal, which is many."""
        return self._seal(table, column, row, plaintext, len(plaintext) // PAD * PAD + PAD)

    def open(self, table: str, column: str, row: bytes, blob: bytes) -> bytes:
        """What was sealed for this place. Raises DamagedVaultError if it is anything else."""
        if len(blob) < _SMALLEST:
            raise _damaged_record()
        cached = self._openers.get((blob[:_HEADER], table, column))
        cipher, bound = cached or self._opener(blob[:_HEADER], table, column)
        body = _HEADER + NONCE
        padded = cipher.open(blob[_HEADER:body], blob[body:], bound + len(row).to_bytes(2, "big") + row)
        if padded is None:
            raise _damaged_record()
        return _unpad(padded)

    def index(self, table: str, value: bytes) -> bytes:
        """The 16-byte blind index: equal for equal values of a table, meaningless without the key."""
        return primitives.hmac_sha256(self._key(self._newest, f"bidx/{_name(table)}"), value)[:INDEX]

    def mac(self, purpose: str, value: bytes) -> bytes:
        """A 32-byte keyed tag; each purpose has its own key."""
        return primitives.hmac_sha256(self._key(self._newest, f"mac/{_name(purpose)}"), value)

    def close(self) -> None:
        """Drop every key. Afterwards each call raises LockedError."""
        for held in (self._roots, self._keys, self._sealers, self._openers):
            held.clear()

    def __repr__(self) -> str:
        return "<Vault>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("A vault cannot be copied or written down")

    def _seal(self, table: str, column: str, row: bytes, plaintext: bytes, size: int) -> bytes:
        if len(plaintext) > LARGEST:
            raise BadInputError("This is too long to be kept", hint="shorten it to less than 1 MiB")
        cached = self._sealers.get((table, column))
        header, cipher, bound = cached or self._sealer(table, column)
        nonce = self._random(NONCE)
        padded = (plaintext + b"\x80").ljust(size, b"\0")
        return header + nonce + cipher.seal(nonce, padded, bound + len(row).to_bytes(2, "big") + row)

    def _sealer(self, table: str, column: str) -> tuple[bytes, Aead, bytes]:
        header = bytes([VERSION]) + self._newest.to_bytes(2, "big")
        made = (header, *self._opener(header, table, column))
        self._sealers[table, column] = made
        return made

    def _opener(self, header: bytes, table: str, column: str) -> tuple[Aead, bytes]:
        epoch = int.from_bytes(header[1:], "big")
        if self._roots and not (header[0] == VERSION and epoch in self._roots):
            raise _damaged_record()
        label = _OWN_LABELS.get((table, column), f"enc/{_name(table)}")
        bound = b"".join(_prefixed(part) for part in (header, table.encode(), _name(column).encode()))
        made = (Aead(self._key(epoch, label)), bound)
        self._openers[header, table, column] = made
        return made

    def _key(self, epoch: int, label: str) -> bytes:
        key = self._keys.get((epoch, label))
        if key is None:
            if epoch not in self._roots:
                raise LockedError("The vault is locked", hint="unlock it with `handbill unlock`")
            key = self._keys[epoch, label] = primitives.hkdf(self._roots[epoch], f"handbill/v1/{label}")
        return key


def _name(text: str) -> str:
    """A table, column or purpose: our own constants, so anything else is a bug."""
    if not _NAME.fullmatch(text):
        raise ValueError("not a name that the vault takes")
    return text


def _prefixed(part: bytes) -> bytes:
    return len(part).to_bytes(2, "big") + part


def _unpad(padded: bytes) -> bytes:
    """Undo either padding, and refuse one that no sealing makes."""
    plaintext, size = padded.rstrip(b"\0"), len(padded)
    length = len(plaintext) - 1
    by_powers = size & (size - 1) == 0 and length >= size // 2
    by_blocks = size % PAD == 0 and size - length <= PAD
    if not plaintext.endswith(b"\x80") or not (by_blocks or by_powers):
        raise _damaged_record()
    return plaintext[:-1]


def _damaged_record() -> DamagedVaultError:
    return DamagedVaultError(
        "A sealed record is not as it was written", hint="restore the database from its last backup"
    )
