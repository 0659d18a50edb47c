"""The scanner of the seizure test finds what it is for."""

import base64
import json
import sqlite3
import struct
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.seizure import canaries
from tests.seizure.canaries import Canary
from tests.seizure.search import NAMES, Hit, Search

PERSON = 7_316_204_958
GROUP = -1_004_123_456_789
NAME = "Zéphyrine Квітка"
TOKEN = "7316204958:" + "AAH-x_9q" * 4 + "Zzq"


def found(tmp_path: Path, *wanted: Canary) -> set[str]:
    """The encodings in which something was found below the folder."""
    return {hit.encoding for hit in Search().through(wanted, tmp_path)}


@pytest.mark.parametrize("canary", [canaries.number("id", PERSON), canaries.text("name", NAME)])
def test_fourteen_encodings(canary: Canary) -> None:
    """An id and a text are looked for in 14 encodings each, none of them twice, none short."""
    assert len(dict(canary.patterns)) == len(canary.patterns) == 14
    assert min(len(pattern) for _, pattern in canary.patterns) >= canaries.SHORTEST


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("decimal", f"chat={PERSON}"),
        ("decimal, UTF-16", f"chat={PERSON}".encode("utf-16")),
        ("hexadecimal", f"{PERSON:x}"),
        ("HEXADECIMAL", f"{PERSON:X}"),
        ("big-endian 5", PERSON.to_bytes(5, "big")),
        ("big-endian 6", PERSON.to_bytes(6, "big")),
        ("big-endian 8", struct.pack(">q", PERSON)),
        ("little-endian 5", PERSON.to_bytes(5, "little")),
        ("little-endian 8", struct.pack("<q", PERSON)),
        ("protobuf varint", bytes([0x9E, 0xDB, 0xD1, 0xA0, 0x1B])),
        ("base64 at 0", base64.b64encode(f"{PERSON};".encode())),
        ("base64 at 1", base64.b64encode(f"_{PERSON};".encode())),
        ("base64 at 2", base64.b64encode(f"id{PERSON};".encode())),
    ],
)
def test_numbers(tmp_path: Path, encoding: str, content: str | bytes) -> None:
    """An id is found however a program wrote it."""
    (tmp_path / "file").write_bytes(b"\x01" + (content if isinstance(content, bytes) else content.encode()))
    assert encoding in found(tmp_path, canaries.number("id", PERSON))


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("UTF-8", NAME.encode()),
        ("UTF-16 LE", NAME.encode("utf-16-le")),
        ("UTF-16 BE", NAME.encode("utf-16-be")),
        ("UTF-32", NAME.encode("utf-32-le")),
        ("hexadecimal", NAME.encode().hex().encode()),
        ("HEXADECIMAL", NAME.encode().hex().upper().encode()),
        ("base64 at 0", base64.b64encode(f"{NAME}…".encode())),
        ("base64 at 1", base64.b64encode(f"_{NAME}…".encode())),
        ("base64 at 2", base64.b64encode(f"by{NAME}…".encode())),
        ("JSON", json.dumps({"name": NAME}).encode()),
        ("URL", quote(f"?name={NAME}").encode()),
        ("backwards", NAME[::-1].encode()),
        ("small letters", NAME.lower().encode()),
        ("capitals", NAME.upper().encode()),
    ],
)
def test_texts(tmp_path: Path, encoding: str, content: bytes) -> None:
    """A text is found however a program wrote it."""
    (tmp_path / "file").write_bytes(b"..." + content + b"...")
    assert encoding in found(tmp_path, canaries.text("name", NAME))


def test_plain_tables_are_found_out(tmp_path: Path) -> None:
    """The control: in a plain SQLite schema every id is found, and looking for digits alone finds none."""
    people = range(PERSON, PERSON + 50)
    database = sqlite3.connect(tmp_path / "plain.db")
    database.execute("CREATE TABLE by_number (chat INTEGER PRIMARY KEY, joined TEXT)")
    database.execute("CREATE TABLE by_random (id TEXT, chat INTEGER)")
    database.executemany("INSERT INTO by_number VALUES (?, 'x')", [(person,) for person in people[:25]])
    database.executemany("INSERT INTO by_random VALUES ('x', ?)", [(person,) for person in people[25:]])
    database.commit()
    database.close()
    hits = Search().through([canaries.number(f"{person}", person) for person in people], tmp_path)
    by_label = {label: {hit.encoding for hit in hits if hit.label == label} for label in map(str, people)}
    assert all("SQLite varint" in by_label[f"{person}"] for person in people[:25])
    assert all({"big-endian 5", "big-endian 6"} <= by_label[f"{person}"] for person in people[25:])
    assert not any("decimal" in encodings for encodings in by_label.values())


def test_plain_columns_are_found_out(tmp_path: Path) -> None:
    """The control for the other columns: text, a packed number, a group, and a database in UTF-16."""
    for encoding in ("UTF-8", "UTF-16"):
        database = sqlite3.connect(tmp_path / f"{encoding}.db")
        database.execute(f"PRAGMA encoding = '{encoding}'")
        database.execute("CREATE TABLE plain (name TEXT, chat TEXT, packed BLOB, place INTEGER)")
        values = (NAME, str(PERSON), struct.pack("<q", PERSON), GROUP)
        database.execute("INSERT INTO plain VALUES (?, ?, ?, ?)", values)
        database.commit()
        database.close()
    wanted = [
        canaries.number("id", PERSON),
        canaries.number("group", GROUP),
        canaries.text("name", NAME),
    ]
    hits = Search().through(wanted, tmp_path)
    expected = {
        Hit("UTF-8.db", "id", "decimal"),
        Hit("UTF-8.db", "id", "little-endian 8"),
        Hit("UTF-8.db", "group", "big-endian 6"),
        Hit("UTF-8.db", "name", "UTF-8"),
        Hit("UTF-16.db", "id", "decimal, UTF-16"),
        Hit("UTF-16.db", "name", "UTF-16 LE"),
    }
    assert expected <= set(hits)


def test_a_log_line_is_found_out(tmp_path: Path) -> None:
    """The control for logs: a token in an address, whole and without the bot's number."""
    (tmp_path / "log").write_text(f"INFO httpx: POST https://api.telegram.org/bot{TOKEN}/getMe 200\n")
    secret = TOKEN.partition(":")[2]
    hits = Search().through([canaries.text("token", TOKEN), *canaries.pieces("secret", secret)], tmp_path)
    assert {hit.label for hit in hits} == {"token", "secret, piece 1", "secret, piece 2"}


def test_names_of_files_are_searched(tmp_path: Path) -> None:
    """A file may give somebody away by its name alone; so may a socket, which has no content."""
    (tmp_path / f"export-{PERSON}.tmp").touch()
    assert {hit.place for hit in Search().through([canaries.number("id", PERSON)], tmp_path)} == {NAMES}


def test_a_part_of_a_text_is_found(tmp_path: Path) -> None:
    """Half a text on the disk is found as well."""
    text = "The heron keeps a blue ledger under the bridge and nobody reads it."
    (tmp_path / "half").write_text(text[20:60])
    assert found(tmp_path, *canaries.pieces("text", text))


@given(st.text(min_size=1, max_size=200))
def test_pieces_are_the_whole(text: str) -> None:
    """No character of a text is left out of its pieces, and no piece is shorter than 12 characters."""
    cut = [dict(piece.patterns)["UTF-8"].decode() for piece in canaries.pieces("text", text + "·" * 12)]
    assert "".join(cut) == text + "·" * 12
    assert all(12 <= len(piece) < 24 for piece in cut)


@given(st.integers(0, 2**64 - 1))
def test_varints(value: int) -> None:
    """Both varints hold the value and say where they end."""
    protobuf = canaries.protobuf_varint(value)
    assert sum((byte & 0x7F) << 7 * n for n, byte in enumerate(protobuf)) == value
    sqlite = canaries.sqlite_varint(value)
    low = sqlite[8:]
    high = sum((byte & 0x7F) << 7 * n for n, byte in enumerate(reversed(sqlite[:8])))
    assert (high << 8 | low[0] if low else high) == value
    assert [byte >> 7 for byte in sqlite[:8]] == [1] * (len(sqlite[:8]) - (not low)) + [0] * (not low)


def test_what_is_too_short_is_refused() -> None:
    """Patterns that would be found by chance are a mistake of the test, not a finding."""
    with pytest.raises(ValueError, match="by chance"):
        canaries.number("id", 2_147_483_647)
    with pytest.raises(ValueError, match="by chance"):
        canaries.text("name", "Ann")
    assert "Zéphyrine" not in repr(canaries.text("name", NAME))


def test_what_is_older_is_not_searched(tmp_path: Path) -> None:
    """A file that was there before the secrets is left out, until a byte of it changes."""
    search, canary = Search(), canaries.text("name", NAME)
    (tmp_path / "pad").write_text(NAME)
    search.remember(tmp_path)
    assert not search.through([canary], tmp_path)
    (tmp_path / "pad").write_text(f"{NAME}!")
    assert search.through([canary], tmp_path) == [Hit("pad", "name", "UTF-8")]
