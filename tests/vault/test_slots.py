"""Keyholders: one or two passphrases open a vault, and who holds one can change."""

import json
from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from bot.errors import BadInputError, DamagedVaultError, LockedError, SettingsError, WrongPassphraseError
from bot.vault import files, keyring, keys, primitives
from bot.vault.slots import Half
from bot.vault.vault import Vault
from tests.vault.helpers import seeded

PEOPLE = [f"six words that only {name} knows" for name in ("anna", "boris", "vera", "gleb", "dora")]
NEW = "another six words for somebody new"


def make(home: Path, *people: str, needed: int = 2) -> bytes:
    return keys.create(home, people, needed=needed, random=seeded(), memory_mib=8, time=1, lanes=1)


def keyring_of(home: Path) -> dict[str, object]:
    whole: dict[str, object] = json.loads((home / files.KEYRING).read_bytes())
    return whole


@pytest.fixture
def five(tmp_path: Path) -> Path:
    make(tmp_path, *PEOPLE)
    return tmp_path


def test_any_two_of_five_open_and_nobody_alone(tmp_path: Path) -> None:
    """Each of the ten pairs of five keyholders opens the vault, in either order; none of them does alone."""
    master = make(tmp_path, *PEOPLE)
    halves = [keys.open_home(tmp_path, [one]) for one in PEOPLE]
    assert [type(one) for one in halves] == [Half] * 5
    found = [one for one in halves if isinstance(one, Half)]
    assert all(keys.combine(tmp_path, [one]) is None for one in found)
    assert all(keys.combine(tmp_path, [one, one]) is None for one in found), "nor by typing it twice"
    for one, other in combinations(found, 2):
        assert keys.combine(tmp_path, [one, other]) == keys.combine(tmp_path, [other, one]) == master
    assert keys.combine(tmp_path, found) == master
    with pytest.raises(LockedError, match="two passphrases"):
        Vault.open_home(tmp_path, PEOPLE[0])
    assert Vault.open_home(tmp_path, *PEOPLE[3:]) == master


def test_a_half_opens_nothing_in_the_keyring(five: Path) -> None:
    """With one keyholder's key alone, no sealed field of the file shows the master key, whatever is tried."""
    master = Vault.open_home(five, *PEOPLE[:2])
    half = keys.open_home(five, PEOPLE[:1])
    assert isinstance(half, Half)
    whole = files.read_keyring(five)
    made, _ = keyring.parse(whole)
    opened = []
    for label in labels():
        for sealed in [slot.master for slot in made.slots] + list(made.pairs):
            plain = primitives.hpke_open(half.private, info=label, sealed=sealed)
            opened += [plain] if plain else []
    assert len(opened) == 1 + (7 - half.slot), (
        "its own slot, and the outer seal of each pair it comes first in"
    )
    assert not [plain for plain in opened if master in plain]


def labels() -> Iterator[bytes]:
    for slot in range(8):
        yield f"handbill/v1/slot/{slot}/master".encode()
    for one, other in combinations(range(8), 2):
        for layer in ("outer", "inner"):
            yield f"handbill/v1/pair/{one}/{other}/{layer}".encode()


def test_whether_it_takes_one_or_two_does_not_show(tmp_path: Path) -> None:
    """Keyrings for one, for any of three and for two of five look alike: same members, same lengths."""
    shapes = set()
    for number, (people, needed) in enumerate(((1, 1), (3, 1), (2, 2), (5, 2))):
        home = tmp_path / str(number)
        home.mkdir()
        make(home, *PEOPLE[:people], needed=needed)
        shapes.add(shape(keyring_of(home)))
    assert len(shapes) == 1


def shape(value: object) -> str:
    """A keyring with each value in place of its length."""
    if isinstance(value, dict):
        return str({name: shape(inner) for name, inner in value.items()})
    return str([shape(inner) for inner in value]) if isinstance(value, list) else str(len(str(value)))


@pytest.mark.parametrize(
    ("people", "needed", "said"),
    [
        (PEOPLE[:1], 2, "2 to 8 keyholders"),
        ([], 1, "1 to 8 keyholders"),
        (PEOPLE * 2, 2, "2 to 8 keyholders"),
        ([PEOPLE[0], PEOPLE[0]], 2, "same passphrase"),
        (["käse " + PEOPLE[0], "ka\u0308se " + PEOPLE[0]], 2, "same passphrase"),
        (PEOPLE, 3, "one passphrase or two"),
        (PEOPLE, 0, "one passphrase or two"),
    ],
)
def test_vaults_that_nobody_or_one_alone_could_open(
    tmp_path: Path, people: list[str], needed: int, said: str
) -> None:
    """Too few, too many or equal passphrases are refused, however they are typed."""
    with pytest.raises(BadInputError, match=said):
        make(tmp_path, *people, needed=needed)
    assert not (tmp_path / files.KEYRING).exists()


def test_somebody_joins(five: Path) -> None:
    """A new keyholder opens with any other; the master key is another one, the records stay readable."""
    before = Vault.open_home(five, *PEOPLE[:2])
    sealed = Vault.unlock(five, before, random=seeded()).seal("bot", "token", b"1", b"secret")
    slot = keys.add(five, PEOPLE[:2], NEW, random=seeded("add"))
    after = Vault.open_home(five, PEOPLE[4], NEW)
    assert after != before
    assert keys.overview(five, [NEW, PEOPLE[0]]).opened[0] == slot
    assert Vault.unlock(five, after, random=seeded()).open("bot", "token", b"1", sealed) == b"secret"
    with pytest.raises(DamagedVaultError):
        Vault.unlock(five, before, random=seeded())


def test_nobody_joins_twice_or_as_a_ninth(five: Path) -> None:
    """A passphrase that opens a slot already is refused, and so is a ninth keyholder; nothing is changed."""
    with pytest.raises(BadInputError, match="same passphrase"):
        keys.add(five, PEOPLE[:2], PEOPLE[4], random=seeded())
    for number in range(3):
        keys.add(five, PEOPLE[:2], f"{NEW} {number}", random=seeded(str(number)))
    before = files.read_keyring(five)
    with pytest.raises(BadInputError, match="All eight"):
        keys.add(five, PEOPLE[:2], NEW, random=seeded())
    assert files.read_keyring(five) == before
    assert len(keys.overview(five, PEOPLE[:2]).holders.used) == 8


def test_somebody_goes_without_the_others_passphrases(five: Path) -> None:
    """Two remove a third by the number of the slot; whoever was not asked opens as before, the third not."""
    half = keys.open_home(five, PEOPLE[4:])
    assert isinstance(half, Half)
    keys.remove(five, PEOPLE[:2], half.slot, random=seeded("remove"))
    assert Vault.open_home(five, *PEOPLE[2:4])
    with pytest.raises(WrongPassphraseError):
        Vault.open_home(five, PEOPLE[0], PEOPLE[4])
    other = keys.open_home(five, PEOPLE[:1])
    assert isinstance(other, Half)
    with pytest.raises(DamagedVaultError):
        keys.combine(five, [half, other])
    with pytest.raises(BadInputError, match="no keyholder"):
        keys.remove(five, PEOPLE[:2], half.slot, random=seeded())


def test_the_last_ones_stay(tmp_path: Path) -> None:
    """Nobody can be removed when too few would be left to open the vault."""
    make(tmp_path, *PEOPLE[:2])
    for slot in keys.overview(tmp_path, PEOPLE[:2]).holders.used:
        with pytest.raises(BadInputError, match="2 to 8"):
            keys.remove(tmp_path, PEOPLE[:2], slot, random=seeded())
    keys.require(tmp_path, PEOPLE[:2], 1, random=seeded("one"))
    own = keys.open_home(tmp_path, PEOPLE[:1])
    assert isinstance(own, bytes)
    [slot] = keys.overview(tmp_path, PEOPLE[1:2]).opened
    keys.remove(tmp_path, PEOPLE[:1], slot, random=seeded("two"))
    with pytest.raises(BadInputError, match="1 to 8"):
        keys.remove(tmp_path, PEOPLE[:1], *keys.overview(tmp_path, PEOPLE[:1]).opened, random=seeded())


def test_one_changes_a_passphrase(five: Path) -> None:
    """The first passphrase given is replaced; slot and the others stay, the old one opens nothing."""
    before = keys.overview(five, PEOPLE[:2])
    slot = keys.change(five, PEOPLE[:2], NEW, random=seeded("change"))
    after = keys.overview(five, [NEW, PEOPLE[1]])
    assert (after.holders, after.opened) == (before.holders, before.opened)
    assert slot in after.opened
    with pytest.raises(WrongPassphraseError):
        keys.open_home(five, PEOPLE[:1])


def test_half_of_them_change_nothing(five: Path) -> None:
    """Whatever changes the keys takes as many passphrases as opening does."""
    before = files.read_keyring(five)
    for act in (
        lambda: keys.add(five, PEOPLE[:1], NEW, random=seeded()),
        lambda: keys.change(five, PEOPLE[:1], NEW, random=seeded()),
        lambda: keys.remove(five, PEOPLE[:1], 0, random=seeded()),
        lambda: keys.require(five, PEOPLE[:1], 1, random=seeded()),
        lambda: keys.overview(five, PEOPLE[:1]),
    ):
        with pytest.raises(LockedError):
            act()
    assert files.read_keyring(five) == before


def test_only_the_slot_that_changed_hands_looks_different(five: Path) -> None:
    """Two copies of the file tell which slot was touched, not whether somebody came, went or changed."""
    slot, pictures = -1, [keyring_of(five)]
    slot = keys.add(five, PEOPLE[:2], NEW, random=seeded("1"))
    pictures.append(keyring_of(five))
    keys.change(five, [NEW, PEOPLE[0]], NEW + " again", random=seeded("2"))
    pictures.append(keyring_of(five))
    keys.remove(five, PEOPLE[:2], slot, random=seeded("3"))
    pictures.append(keyring_of(five))
    for before, after in pairwise(pictures):
        assert differences(before, after) == {slot}


def differences(before: dict[str, object], after: dict[str, object]) -> set[int]:
    """The slots whose keyholder changed; everything that is sealed must have changed everywhere."""
    touched = set()
    for index, (old, new) in enumerate(zip(before["slots"], after["slots"], strict=True)):  # type: ignore[call-overload]  # JSON
        assert old["master"] != new["master"]
        same = {name for name in ("commit", "private", "public") if old[name] == new[name]}
        assert len(same) in (0, 3)
        touched |= set() if same else {index}
    for name in ("pairs", "epochs", "holders"):
        assert before[name] != after[name]
    return touched


def test_what_a_keyring_looks_like_without_a_passphrase(five: Path) -> None:
    """Which slots changed hands can be seen by comparing, in eight bytes a slot; nothing else can."""
    before = keys.marks(five, 2)
    assert (len(before), before[0]) == (1 + 8 * 8, 2)
    assert len({before[1 + 8 * slot :][:8] for slot in range(8)}) == 8
    keys.require(five, PEOPLE[:2], 2, random=seeded("same"))
    assert keys.marks(five, 2) == before, "another master key changes no slot"
    slot = keys.change(five, PEOPLE[:2], NEW, random=seeded("change"))
    after = keys.marks(five, 2)
    assert {at // 8 for at in range(64) if before[1 + at] != after[1 + at]} == {slot}
    assert keys.marks(five, 1) == bytes([1]) + after[1:]


def test_whoever_joins_takes_a_slot_by_chance(tmp_path: Path) -> None:
    """The number of a slot does not tell who came after whom."""
    taken = set()
    for number in range(4):
        home = tmp_path / str(number)
        home.mkdir()
        make(home, PEOPLE[0], needed=1)
        taken.add(keys.add(home, PEOPLE[:1], NEW, random=seeded(f"chance {number}")))
    assert len(taken) > 1


def test_settings_and_keys_agree(five: Path) -> None:
    """Where the settings promise another number of passphrases than the keys take, nothing is unlocked."""
    master = Vault.open_home(five, *PEOPLE[:2])
    Vault.unlock(five, master, random=seeded(), needed=2).close()
    with pytest.raises(SettingsError, match="unlock is 1, but the keys take 2"):
        Vault.unlock(five, master, random=seeded(), needed=1)


def test_every_change_makes_another_master_key(five: Path) -> None:
    """No two master keys are ever the same, and each is made by chance."""
    masters = {Vault.open_home(five, *PEOPLE[:2])}
    for number in range(3):
        keys.require(five, PEOPLE[:2], 2, random=seeded(str(number)))
        masters.add(Vault.open_home(five, *PEOPLE[:2]))
    assert len(masters) == 4
    assert bytes(32) not in masters
