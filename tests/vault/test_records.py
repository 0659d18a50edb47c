"""Sealed records: what they hide, what they are bound to, and how long they are."""

import copy
import pickle
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import BadInputError, DamagedVaultError, LockedError
from bot.vault.vault import LARGEST, Vault
from tests.vault.helpers import seeded

ROW = bytes(range(16))
CONTACT = b"a made-up contact of fifty-one bytes, more or less."

LENGTHS = st.integers(0, 700) | st.sampled_from([1023, 1024, 4095, 65535, 65536, LARGEST - 1, LARGEST])


@settings(max_examples=150, deadline=None)
@given(length=LENGTHS, fill=st.sampled_from([b"\0", b"\x80", b"x"]), blocks=st.booleans())
def test_whatever_was_sealed_comes_back(length: int, fill: bytes, *, blocks: bool) -> None:
    """A record gives back exactly the bytes that were sealed, also bytes that look like padding."""
    vault = Vault({1: bytes(32)}, random=seeded())
    plaintext = fill * length
    blob = (vault.seal_blocks if blocks else vault.seal)("journal", "rec", ROW, plaintext)
    assert vault.open("journal", "rec", ROW, blob) == plaintext
    assert (len(blob) - 31) % 64 == 0
    if not blocks:
        assert (len(blob) - 31).bit_count() == 1


@pytest.mark.parametrize(("length", "padded"), [(0, 64), (63, 64), (64, 128), (127, 128), (128, 256)])
def test_a_record_tells_only_the_next_power_of_two(vault: Vault, length: int, padded: int) -> None:
    """Every contact, up to 63 bytes, takes 95 bytes on disk; longer records take the next power of two."""
    assert len(vault.seal("contacts", "rec", ROW, bytes(length))) == 3 + 12 + padded + 16


def test_journal_blobs_grow_by_64(vault: Vault) -> None:
    """The delivery journal is many small blobs, so it is padded to multiples of 64 instead."""
    lengths = [
        len(vault.seal_blocks("journal", "rec", ROW, bytes(n))) - 31 for n in (0, 63, 64, 128, 191, 192)
    ]
    assert lengths == [64, 64, 128, 192, 192, 256]


def test_every_flipped_bit_of_a_record_is_refused(vault: Vault, figures: list[str]) -> None:
    """Not one bit of a record can be changed on disk without being noticed."""
    blob = vault.seal("contacts", "rec", ROW, CONTACT)
    for bit in range(8 * len(blob)):
        changed = bytearray(blob)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(DamagedVaultError):
            vault.open("contacts", "rec", ROW, bytes(changed))
    figures.append(f"flips: {8 * len(blob)} single bits of a record, 0 accepted")


@pytest.mark.parametrize("length", [0, 1, 3, 14, 15, 30, 31, 94])
def test_a_cut_record_is_refused(vault: Vault, length: int) -> None:
    """A record that lost its end is refused like any other damage."""
    blob = vault.seal("contacts", "rec", ROW, CONTACT)
    with pytest.raises(DamagedVaultError):
        vault.open("contacts", "rec", ROW, blob[:length])


def test_a_record_opens_only_in_its_own_place(vault: Vault) -> None:
    """A record that is moved to another table, column or row is refused, with every pair of places."""
    places = [
        (table, column, row)
        for table in ("contacts", "threads", "organisers", "bot", "contact")
        for column in ("rec", "totp", "token", "srec")
        for row in (ROW, bytes(16), ROW[:15], b"")
    ]
    for sealed_for in places:
        blob = vault.seal(*sealed_for, CONTACT)
        for place in places:
            if place == sealed_for:
                assert vault.open(*place, blob) == CONTACT
                continue
            with pytest.raises(DamagedVaultError):
                vault.open(*place, blob)


def test_two_vaults_share_nothing(vault: Vault) -> None:
    """A record, an index or a tag of one home means nothing in another."""
    other = Vault({1: bytes(32)}, random=seeded())
    with pytest.raises(DamagedVaultError):
        other.open("contacts", "rec", ROW, vault.seal("contacts", "rec", ROW, CONTACT))
    assert other.index("contacts", CONTACT) != vault.index("contacts", CONTACT)
    assert other.mac("audit", CONTACT) != vault.mac("audit", CONTACT)


def test_the_newest_root_seals_and_all_open() -> None:
    """While a rotation is under way both roots are there: old records open, new ones take the new root."""
    old, new = (
        Vault({1: bytes(32)}, random=seeded()),
        Vault({1: bytes(32), 2: bytes(31) + b"2"}, random=seeded()),
    )
    before = old.seal("contacts", "rec", ROW, CONTACT)
    after = new.seal("contacts", "rec", ROW, CONTACT)
    assert new.open("contacts", "rec", ROW, before) == new.open("contacts", "rec", ROW, after) == CONTACT
    assert new.index("contacts", CONTACT) != old.index("contacts", CONTACT)
    with pytest.raises(DamagedVaultError):
        old.open("contacts", "rec", ROW, after)


def test_sealing_twice_gives_different_bytes(vault: Vault) -> None:
    """Nobody can see that two people, or the same person twice, have equal records."""
    assert vault.seal("contacts", "rec", ROW, CONTACT) != vault.seal("contacts", "rec", ROW, CONTACT)


def test_the_plaintext_is_nowhere_in_the_record(vault: Vault) -> None:
    """A record holds nothing readable."""
    assert CONTACT[:6] not in vault.seal("contacts", "rec", ROW, CONTACT)


def test_indexes_and_tags_depend_on_table_and_purpose(vault: Vault) -> None:
    """The same person has unrelated indexes in two tables, so tables cannot be joined without the key."""
    found = {vault.index("contacts", b"1"), vault.index("threads", b"1"), vault.index("contacts", b"2")}
    found |= {vault.mac("contacts", b"1"), vault.mac("audit", b"1"), vault.mac("audit", b"2")}
    assert {len(one) for one in found} == {16, 32}
    assert len({one[:16] for one in found}) == 6
    assert vault.index("contacts", b"1") == vault.index("contacts", b"1")


def test_more_than_a_mebibyte_is_not_sealed(vault: Vault) -> None:
    """A record holds at most 1 MiB; more is refused before anything is written."""
    with pytest.raises(BadInputError):
        vault.seal("statements", "rec", ROW, bytes(LARGEST + 1))


@pytest.mark.parametrize("name", ["", "Contacts", "a/b", "a" * 41, "é", "a\n"])
def test_a_name_with_a_slash_cannot_reach_another_key(vault: Vault, name: str) -> None:
    """Names of tables, columns and purposes come from the code alone; anything odd is a bug and stops."""
    uses: list[Callable[[], bytes]] = [
        lambda: vault.seal(name, "rec", ROW, b""),
        lambda: vault.seal("contacts", name, ROW, b""),
        lambda: vault.index(name, b""),
        lambda: vault.mac(name, b""),
    ]
    for use in uses:
        with pytest.raises(ValueError, match="not a name"):
            use()


@pytest.mark.parametrize(
    "padded",
    [
        *(bytes(64), b"x" * 64, b"x" * 63 + b"\x81", b"\x80" * 63 + b"x"),
        b"x" * 60 + b"\x80" + bytes(5),
        b"x" * 40 + b"\x80" + bytes(86),
        *(b"x" * length + b"\x80" + bytes(127 - length) for length in (0, 43, 62, 63)),
        *(b"x" * length + b"\x80" + bytes(191 - length) for length in (0, 96, 127)),
        *(b"x" * length + b"\x80" + bytes(255 - length) for length in (85, 127)),
    ],
)
def test_a_record_is_padded_in_one_way_only(vault: Vault, padded: bytes) -> None:
    """Whoever has the keys cannot write one record in two ways: other padding than ours is damage."""
    cipher, bound = vault._opener(vault.header, "contacts", "rec")
    sealed = cipher.seal(bytes(12), padded, bound + len(ROW).to_bytes(2, "big") + ROW)
    with pytest.raises(DamagedVaultError):
        vault.open("contacts", "rec", ROW, vault.header + bytes(12) + sealed)


def test_the_keyholder_of_an_old_root_is_told_from_the_new() -> None:
    """A tag made beside a record holds with that record's root key, though a newer one is there."""
    roots = {1: bytes(32), 0x0201: bytes(31) + b"2"}
    old, both = Vault({1: roots[1]}, random=seeded()), Vault(roots, random=seeded())
    before, after = (one.seal("contacts", "rec", ROW, CONTACT) for one in (old, both))
    assert both.open("contacts", "rec", ROW, before) == both.open("contacts", "rec", ROW, after) == CONTACT
    assert both.mac("census", b"v", like=before) == old.mac("census", b"v")
    assert both.mac("census", b"v", like=after) == both.mac("census", b"v") != old.mac("census", b"v")
    unknown = bytes([1, 9, 9]) + before[3:]
    assert both.mac("census", b"v", like=unknown) == both.mac("census", b"v")


def test_a_vault_shows_nothing_and_cannot_be_copied(vault: Vault) -> None:
    """Printing a vault by mistake, or pickling one, gives no key away."""
    assert repr(vault) == str(vault) == f"{vault}" == "<Vault>"
    for copier in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError):
            copier(vault)


def test_a_closed_vault_holds_no_keys() -> None:
    """After locking nothing opens, not even what was open a moment before."""
    vault = Vault({1: bytes(32)}, random=seeded())
    blob = vault.seal("contacts", "rec", ROW, CONTACT)
    vault.index("contacts", b"1")
    vault.close()
    uses: list[Callable[[], bytes]] = [
        lambda: vault.open("contacts", "rec", ROW, blob),
        lambda: vault.seal("contacts", "rec", ROW, CONTACT),
        lambda: vault.index("contacts", b"1"),
        lambda: vault.mac("audit", b"1"),
    ]
    for use in uses:
        with pytest.raises(LockedError):
            use()


def test_what_is_said(vault: Vault) -> None:
    """A damaged record says what it is and what to do; a vault that is to be copied says that it is not."""
    with pytest.raises(DamagedVaultError) as damaged:
        vault.open("contacts", "rec", ROW, bytes(95))
    assert damaged.value.message == "A sealed record is not as it was written"
    assert damaged.value.hint == "restore the database from its last backup"
    with pytest.raises(TypeError) as copied:
        copy.copy(vault)
    assert str(copied.value) == "A vault cannot be copied or written down"
    with pytest.raises(BadInputError) as long:
        vault.seal("contacts", "rec", ROW, bytes(LARGEST + 1))
    assert (long.value.message, long.value.hint) == (
        "This is too long to be kept",
        "shorten it to less than 1 MiB",
    )
    closed = Vault({1: bytes(32)}, random=seeded())
    closed.close()
    with pytest.raises(LockedError) as locked:
        closed.index("contacts", b"1")
    assert (locked.value.message, locked.value.hint) == (
        "The vault is locked",
        "unlock it with `handbill unlock`",
    )
