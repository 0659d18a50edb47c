"""Published test vectors of the algorithms, and what happens where one is missing."""

import hashlib
import subprocess
import sys

import pytest

from bot.errors import SettingsError
from bot.vault import primitives
from tests.vault.helpers import told_plainly

LACKING = """
import sys
sys.modules[{module!r}] = None
from bot.errors import SettingsError
try:
    import bot.vault.primitives
except SettingsError as error:
    print(error.message)
"""


@pytest.mark.parametrize(
    "module", ["cryptography.hazmat.primitives.hpke", "cryptography.hazmat.primitives.kdf.argon2"]
)
def test_an_old_cryptography_is_refused_clearly(module: str) -> None:
    """Handbill does not start without its algorithms, and says which package is too old."""
    done = subprocess.run(
        [sys.executable, "-c", LACKING.format(module=module)], capture_output=True, text=True, check=True
    )
    assert "AES-GCM-SIV, Argon2id or HPKE" in done.stdout


def test_what_is_installed_will_do() -> None:
    """With the pinned packages every algorithm is there."""
    primitives.require()


STARVED = """
import resource
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
from bot.errors import SettingsError
from bot.vault import primitives
try:
    primitives.argon2id(b"x", salt=bytes(16), memory_kib=4 << 20, time=1, lanes=1)
except SettingsError as error:
    print(error.message)
"""


def test_too_little_memory_is_said_clearly() -> None:
    """A vault that was made on a larger machine says how much memory it takes to open it."""
    done = subprocess.run([sys.executable, "-c", STARVED], capture_output=True, text=True, check=True)
    assert "4096 MiB" in done.stdout


def test_how_much_memory_it_takes_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the memory is not to be had, a keeper reads how much it would be, and what to do."""

    class Starved:
        def __init__(self, **_: object) -> None:
            """Every number will do."""

        def derive(self, _: bytes) -> bytes:
            raise MemoryError

    monkeypatch.setattr(primitives, "Argon2id", Starved)
    with pytest.raises(SettingsError, match=r" takes 256 MiB of memory, ") as caught:
        primitives.argon2id(b"x", salt=bytes(16), memory_kib=256 << 10, time=1, lanes=1)
    told_plainly(caught.value)


def test_aes_gcm_siv_is_that_of_rfc_8452() -> None:
    """RFC 8452, appendix C.2: eight bytes under AEAD_AES_256_GCM_SIV."""
    key, nonce = bytes([1]) + bytes(31), bytes([3]) + bytes(11)
    sealed = bytes.fromhex("c2ef328e5c71c83b843122130f7364b761e0b97427e3df28")
    cipher = primitives.Aead(key)
    assert cipher.seal(nonce, bytes([1]) + bytes(7), b"") == sealed
    assert cipher.open(nonce, sealed, b"") == bytes([1]) + bytes(7)
    assert cipher.open(nonce, sealed, b"x") is None


def test_hkdf_is_that_of_rfc_5869() -> None:
    """RFC 5869, test case 3 (no salt, no info), its first 32 bytes."""
    expected = "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
    assert primitives.hkdf(b"\x0b" * 22, "").hex() == expected


def test_hpke_is_bound_to_key_and_label() -> None:
    """What is sealed to one slot opens with that slot's key and label only."""
    mine, other = bytes(range(32)), bytes(range(1, 33))
    sealed = primitives.hpke_seal(primitives.public_key(mine), info=b"here", plaintext=b"key")
    assert len(sealed) == 3 + primitives.HPKE_OVERHEAD
    assert primitives.hpke_open(mine, info=b"here", sealed=sealed) == b"key"
    assert primitives.hpke_open(mine, info=b"there", sealed=sealed) is None
    assert primitives.hpke_open(other, info=b"here", sealed=sealed) is None
    assert primitives.hpke_open(mine, info=b"here", sealed=sealed[:-1]) is None
    assert primitives.hpke_open(mine, info=b"here", sealed=b"") is None


def test_hashes_are_those_of_the_rfcs() -> None:
    """RFC 2202 and RFC 4231, test case 2; and the hash of nothing."""
    key, value = b"Jefe", b"what do ya want for nothing?"
    assert primitives.hmac_sha1(key, value).hex() == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"
    expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert primitives.hmac_sha256(key, value).hex() == expected
    assert primitives.sha256(b"") == hashlib.sha256().digest()
