"""Every cryptographic call of the vault, and the only file there that imports `cryptography`.

It holds no key and knows no format. What does not open is a value (None), never an exception: the callers
know whether that means a wrong passphrase or damage. HMAC and SHA come from Python itself, which uses OpenSSL
as well and is faster for short values.
"""

import hashlib
import hmac

from bot.errors import SettingsError

_HINT = "install cryptography 50 with `pip install --require-hashes -r requirements.txt`, from its own wheels"

try:
    from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hpke
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF
except ImportError as _missing:
    raise SettingsError(
        "The `cryptography` package lacks AES-GCM-SIV, Argon2id or HPKE", hint=_HINT
    ) from _missing

KEY = 32
"""Bytes in every symmetric key, X25519 key, hash and HMAC-SHA256."""
NONCE = 12
TAG = 16
HPKE_OVERHEAD = 48
"""Bytes that HPKE adds: the 32-byte encapsulated key in front, the 16-byte tag behind."""


def require() -> None:
    """Try the algorithms that a build of OpenSSL may lack.

    Raises SettingsError where AES-GCM-SIV or Argon2id cannot be used here.
    """
    try:
        AESGCMSIV(bytes(KEY))
        Argon2id(salt=bytes(16), length=KEY, iterations=1, lanes=1, memory_cost=8)
    except UnsupportedAlgorithm as error:
        raise SettingsError("OpenSSL lacks AES-GCM-SIV or Argon2id here", hint=_HINT) from error


class Aead:
    """AES-256-GCM-SIV (RFC 8452) under one key. A repeated nonce would only show equal plaintexts."""

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCMSIV(key)

    def seal(self, nonce: bytes, plaintext: bytes, bound: bytes) -> bytes:
        """Ciphertext and 16-byte tag; `bound` is authenticated, not contained."""
        return self._cipher.encrypt(nonce, plaintext, bound)

    def open(self, nonce: bytes, sealed: bytes, bound: bytes) -> bytes | None:
        """The plaintext, or None when key, nonce, bytes or `bound` are not those of the sealing."""
        try:
            return self._cipher.decrypt(nonce, sealed, bound)
        except InvalidTag:
            return None


def argon2id(secret: bytes, *, salt: bytes, memory_kib: int, time: int, lanes: int) -> bytes:
    """Argon2id version 1.3 (RFC 9106), 32 bytes. The caller has bounded the numbers.

    Raises SettingsError when the machine has not so much memory.
    """
    kdf = Argon2id(salt=salt, length=KEY, iterations=time, lanes=lanes, memory_cost=memory_kib)
    try:
        return kdf.derive(secret)
    except MemoryError as error:
        raise SettingsError(
            f"Opening this vault takes {memory_kib // 1024} MiB of memory, and there is not so much",
            hint="free memory, or open the vault on a larger machine",
        ) from error


def hkdf(key: bytes | bytearray, label: str) -> bytes:
    """HKDF-SHA256 (RFC 5869) without salt: another 32-byte key for each label."""
    return HKDF(algorithm=SHA256(), length=KEY, salt=None, info=label.encode()).derive(key)


def hmac_sha256(key: bytes, value: bytes) -> bytes:
    """HMAC-SHA256, 32 bytes."""
    return hmac.digest(key, value, "sha256")


def hmac_sha1(key: bytes, value: bytes) -> bytes:
    """HMAC-SHA1, 20 bytes: authenticator programs know nothing else (RFC 6238)."""
    return hmac.digest(key, value, "sha1")


def sha256(value: bytes) -> bytes:
    """SHA-256, 32 bytes."""
    return hashlib.sha256(value).digest()


def equal(one: bytes, other: bytes) -> bool:
    """Whether both are the same, in a time that does not tell where they differ."""
    return hmac.compare_digest(one, other)


def public_key(private: bytes) -> bytes:
    """The X25519 public key, 32 bytes, of a 32-byte private key."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def hpke_seal(public: bytes, *, info: bytes, plaintext: bytes) -> bytes:
    """HPKE base mode (RFC 9180): encapsulated key ‖ ciphertext ‖ tag. Its randomness is the library's own."""
    return _suite().encrypt(plaintext, X25519PublicKey.from_public_bytes(public), info)


def hpke_open(private: bytes | bytearray, *, info: bytes, sealed: bytes) -> bytes | None:
    """What was sealed to this private key under this `info`, or None."""
    try:
        return _suite().decrypt(sealed, X25519PrivateKey.from_private_bytes(private), info)
    except InvalidTag:
        return None


def _suite() -> hpke.Suite:
    return hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
