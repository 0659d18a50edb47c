"""An unlocked vault while its root key is changed, and what wiping leaves of a secret."""

import gc

import pytest
from cryptography.exceptions import UnsupportedAlgorithm

from bot.errors import BadInputError, DamagedVaultError, SettingsError
from bot.vault import memory, passphrase, primitives
from bot.vault.vault import Vault
from tests.vault.helpers import seeded

ROOTS = {1: bytes(range(32)), 2: bytes(range(32, 64))}
ROW = b"row"


def test_both_root_keys_are_of_use_until_the_older_one_is_dropped() -> None:
    """Meanwhile the newest seals, both open, and a value may have either index."""
    vault = Vault({1: ROOTS[1]}, random=seeded())
    older, index = vault.seal("contacts", "rec", ROW, b"1"), vault.index("contacts", b"v")
    assert vault.indexes("contacts", b"v") == (index,)
    rotating = [vault.rotating]
    vault.adopt(ROOTS)
    rotating.append(vault.rotating)
    newer = vault.seal("contacts", "rec", ROW, b"2")
    assert [vault.is_newest(blob) for blob in (older, newer)] == [False, True]
    assert vault.header == newer[:3] == b"\1\0\2"
    assert [vault.open("contacts", "rec", ROW, blob) for blob in (older, newer)] == [b"1", b"2"]
    assert vault.index("contacts", b"v") != index
    assert vault.indexes("contacts", b"v") == (index, vault.index("contacts", b"v"))
    vault.drop_older()
    assert [*rotating, vault.rotating] == [False, True, False]
    assert vault.open("contacts", "rec", ROW, newer) == b"2"
    assert vault.indexes("contacts", b"v") == (vault.index("contacts", b"v"),)
    with pytest.raises(DamagedVaultError):
        vault.open("contacts", "rec", ROW, older)


def test_keys_that_are_dropped_are_overwritten() -> None:
    """No root key and no key made of one lies on in memory; the caller's own copy is the caller's."""
    vault = Vault(ROOTS, random=seeded())
    vault.index("contacts", b"v")
    vault.seal("bot", "token", ROW, b"2")
    roots, made = list(vault._roots.values()), list(vault._keys.values())
    assert len(made) == 2
    assert all(any(key) for key in (*roots, *made))
    vault.close()
    assert not any(any(key) for key in (*roots, *made))
    assert ROOTS[1] == bytes(range(32))


def test_wiping_changes_the_object_itself() -> None:
    """Whoever holds the same object sees zeros; short values, which Python shares, are left alone."""
    secret, again = bytes(bytearray(range(16, 48))), bytearray(b"another secret, long enough")
    same, shared, shortest = secret, b"k", bytes(bytearray(range(16)))
    memory.wipe(secret, again, shared, b"", shortest)
    gc.collect()
    assert same == bytes(32)
    assert shortest == bytes(16)
    assert again == bytes(27)
    assert shared == bytes([107])


def test_an_openssl_without_the_algorithms_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the library is built without one of them, nothing starts, and the reason is plain."""

    def lacking(*_: object, **__: object) -> None:
        raise UnsupportedAlgorithm("canary")

    monkeypatch.setattr(primitives, "Argon2id", lacking)
    with pytest.raises(SettingsError, match=r"^OpenSSL lacks AES-GCM-SIV or Argon2id here$") as caught:
        primitives.require()
    assert "pip install" in caught.value.hint
    assert "canary" not in caught.value.message + caught.value.hint


def test_a_passphrase_is_one_line() -> None:
    """A line end inside could not be typed, and would be two passphrases on a descriptor."""
    with pytest.raises(BadInputError, match="one line"):
        passphrase.check("six words that are\non two lines here")
    assert passphrase.lines(b"one\ntwo\n") == ["one", "two"]
    assert passphrase.lines(b"one\r\ntwo") == ["one", "two"]
    assert passphrase.lines(b"one\n") == passphrase.lines(b"one") == ["one"]
    with pytest.raises(BadInputError):
        passphrase.lines(b"\ntwo\n")


def test_words_that_come_twice_are_drawn_again() -> None:
    """Six different words, though chance gave one of them twice."""
    draws = iter([0, 0, 1, 2, 3, 4, 5])
    assert len(set(passphrase.generate(lambda _: next(draws).to_bytes(2, "big")).split())) == 6
