"""The vault: a passphrase gives a master key, a master key gives a Vault, and that seals and opens records.

A record is version(1) ‖ epoch(2) ‖ nonce(12) ‖ ciphertext and tag, bound to its table, column and row
(FORMAT.md). What the plaintext means is the business of `store`. Python cannot promise to wipe memory:
`close` drops the keys, and the process that held them should end soon after.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, NoReturn, Self

from bot.errors import BadInputError, DamagedVaultError, LockedError, SettingsError
from bot.vault import files, keyring, keys, primitives
from bot.vault.memory import wipe
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
        self._roots = _copied(roots)
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
        """As `keys.create`, with one keyholder."""
        return keys.create(
            home,
            [passphrase],
            needed=1,
            random=random,
            memory_mib=kdf_memory_mib,
            time=kdf_time,
            lanes=kdf_lanes,
        )

    @classmethod
    def open_home(cls, home: Path, *passphrases: str) -> bytes:
        """The 32-byte master key that these open. Runs Argon2id: call it in a short-lived process.

        As `keys.open_home`, but LockedError when a second passphrase is needed.
        """
        found = keys.open_home(home, passphrases)
        if not isinstance(found, bytes):
            raise keys.second_needed()
        return found

    @classmethod
    def unlock(
        cls, home: Path, master_key: bytes, *, random: Callable[[int], bytes], needed: int | None = None
    ) -> Self:
        """A vault ready for use. Raises DamagedVaultError when the keyring does not fit the master key.

        SettingsError when the keyring takes another number of passphrases than the settings say (`needed`).
        """
        primitives.require()
        made, mac = keyring.parse(files.read_keyring(home))
        roots = keyring.root_keys(made, mac, master_key)
        found = keyring.holders(made, master_key).needed
        if needed not in {None, found}:
            raise SettingsError(
                f"[vault] unlock is {needed}, but the keys take {found}",
                hint=f"write unlock = {found} in config.toml, or see `handbill slots require`",
            )
        opened = cls(roots, random=random)
        wipe(*roots.values())
        return opened

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
        return self._index(self._newest, table, value)

    def indexes(self, table: str, value: bytes) -> tuple[bytes, ...]:
        """Every index that the value may have: more than one only while the root key is changed."""
        return tuple(self._index(epoch, table, value) for epoch in sorted(self._roots or [self._newest]))

    def mac(self, purpose: str, value: bytes, *, like: bytes = b"") -> bytes:
        """A 32-byte keyed tag; each purpose has its own key.

        Of the newest root key, or of the one that a record (`like`) is sealed with, if that is known.
        """
        epoch = int.from_bytes(like[1:_HEADER], "big")
        key = self._key(epoch if epoch in self._roots else self._newest, f"mac/{_name(purpose)}")
        return primitives.hmac_sha256(key, value)

    def file_keys(self) -> tuple[bytes, ...]:
        """Keys of an encrypted database file, the newest first; one, except during a rotation."""
        return tuple(self._key(epoch, "database") for epoch in sorted(self._roots, reverse=True))

    def adopt(self, roots: Mapping[int, bytes]) -> None:
        """Seal with the newest of these root keys from now on; what older ones sealed opens as before."""
        wipe(*self._roots.values())
        self._roots = _copied(roots)
        self._newest = max(roots)
        self._sealers.clear()

    @property
    def rotating(self) -> bool:
        """Whether a change of the root key was begun and has not ended."""
        return len(self._roots) > 1

    def is_newest(self, blob: bytes) -> bool:
        """Whether a record is sealed with the newest root key."""
        return blob[:_HEADER] == self.header

    @property
    def header(self) -> bytes:
        """What every record begins with that is sealed now."""
        return bytes([VERSION]) + self._newest.to_bytes(2, "big")

    def drop_older(self) -> None:
        """Open nothing any more that an older root key sealed."""
        self._forget(lambda epoch: epoch < self._newest)

    def close(self) -> None:
        """Drop every key, overwritten. Afterwards each call raises LockedError."""
        self._forget(lambda _: True)

    def __repr__(self) -> str:
        return "<Vault>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("A vault cannot be copied or written down")

    def _forget(self, spent: Callable[[int], bool]) -> None:
        """Overwrite the keys of these epochs, and the ciphers made of them."""
        wipe(*(root for epoch, root in self._roots.items() if spent(epoch)))
        wipe(*(key for (epoch, _), key in self._keys.items() if spent(epoch)))
        self._roots = {epoch: root for epoch, root in self._roots.items() if not spent(epoch)}
        self._keys = {place: key for place, key in self._keys.items() if not spent(place[0])}
        self._sealers.clear()
        self._openers.clear()

    def _index(self, epoch: int, table: str, value: bytes) -> bytes:
        return primitives.hmac_sha256(self._key(epoch, f"bidx/{_name(table)}"), value)[:INDEX]

    def _seal(self, table: str, column: str, row: bytes, plaintext: bytes, size: int) -> bytes:
        if len(plaintext) > LARGEST:
            raise BadInputError("This is too long to be kept", hint="shorten it to less than 1 MiB")
        cached = self._sealers.get((table, column))
        header, cipher, bound = cached or self._sealer(table, column)
        nonce = self._random(NONCE)
        padded = (plaintext + b"\x80").ljust(size, b"\0")
        return header + nonce + cipher.seal(nonce, padded, bound + len(row).to_bytes(2, "big") + row)

    def _sealer(self, table: str, column: str) -> tuple[bytes, Aead, bytes]:
        header = self.header
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


def _copied(roots: Mapping[int, bytes]) -> dict[int, bytearray]:
    """Root keys that can be overwritten."""
    return {epoch: bytearray(root) for epoch, root in roots.items()}


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
