"""The layout of a journal blob."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.contact import ContactId
from bot.domain.outcome import Outcome
from bot.errors import DamagedVaultError, NewerDatabaseError
from bot.store import Entry, entries
from tests.store.helpers import NOW

ENTRIES = st.lists(
    st.builds(
        Entry,
        contact=st.binary(min_size=15, max_size=15).map(lambda rest: ContactId(b"\x07" + rest)),
        outcome=st.sampled_from(Outcome),
        message=st.integers(0, 2**56 - 1),
    )
)


@given(st.lists(ENTRIES))
@settings(max_examples=50)
def test_there_and_back(commits: list[list[Entry]]) -> None:
    """Every outcome and message id is read as it was written, the last one of a contact."""
    groups = [entries.group(commit, NOW) for commit in commits]
    expected = {one.contact: (one.outcome, one.message) for commit in commits for one in commit}
    for data in (entries.encode(groups), *entries.joined([entries.encode([g]) for g in groups], 2**20)):
        read = {one.contact: (one.outcome, one.message) for one in entries.unpacked(7, entries.decode(data))}
        assert read == expected


def test_written_down() -> None:
    """The bytes are those of the file's docstring, for good."""
    one = Entry(contact=ContactId(bytes(range(16))), outcome=Outcome.GONE, message=0x0A0B)
    moment = int(NOW.timestamp()).to_bytes(8, "big")
    data = b"\x01" + moment + bytes.fromhex("00000001" + bytes(range(1, 16)).hex() + "02 00000000000a0b")
    assert entries.encode([entries.group([one], NOW)]) == data


def test_joined_in_pieces() -> None:
    """Blobs are run together up to a limit, and nothing is lost at a seam."""
    one = Entry(contact=ContactId(b"\x07" * 16), outcome=Outcome.SENT)
    blobs = [entries.encode([entries.group([one] * n, NOW)]) for n in (1, 2, 3, 4)]
    joined = entries.joined(blobs, 120)
    assert all(len(blob) <= 120 for blob in joined)
    assert [len(group.rows) for blob in joined for group in entries.decode(blob)] == [1, 2, 3, 4]
    assert 1 < len(joined) < 4


def test_settled() -> None:
    """Of several entries for a contact only the last is kept."""
    contact = ContactId(b"\x07" * 16)
    groups = [
        entries.group([Entry(contact=contact, outcome=outcome)], NOW)
        for outcome in (Outcome.DOUBTED, Outcome.SENT)
    ]
    assert entries.settled(groups) == groups[1:]


def test_torn() -> None:
    """A blob that stops in the middle, or that a newer Handbill wrote, is not guessed at."""
    one = Entry(contact=ContactId(b"\x07" * 16), outcome=Outcome.SENT)
    data = entries.encode([entries.group([one], NOW)])
    for torn in (data[:-1], data[:5], data + b"\0"):
        with pytest.raises(DamagedVaultError):
            entries.decode(torn)
    with pytest.raises(NewerDatabaseError):
        entries.decode(b"\x02" + data[1:])
