"""The parsers of files: statements, signatures, trust files, mirrors and backups."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from email import message_from_bytes
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from bot.errors import DamagedVaultError
from bot.library import header, mail, markdown, minisign, sshsig, trust
from bot.library.mirror import manifest, prose
from bot.library.mirror.edition import Text
from bot.library.signatures import sorted_out
from bot.store import backup
from bot.vault.vault import Vault
from tests.fuzz.target import Target, accepted, refused
from tests.support.signers import Signer, armoured
from tests.support.workshop import trust as trust_file

HEADER = b"Statement: 2\nDate: 2026-10-01\nLanguage: en\nTitle: T\n"
MAIL = sorted(("Content-Type", "MIME-Version", "From", "Subject", "Date", "Message-ID", "Content-Language"))
"""The headers of an e-mail, whatever the statement says."""


def read_header(data: bytes) -> None:
    """A statement file is a statement, which adds no header to an e-mail, or an error in one of its lines."""
    for each in (data, data + b"\n\ntext"):
        told = refused(partial(_mailed, each))
        assert told is None or 1 <= told.line <= each.count(b"\n") + 1


def _mailed(data: bytes) -> None:
    statement = header.parse(data, None)
    if statement.publish_at:
        assert statement.publish_at.astimezone(ZoneInfo("Pacific/Kiritimati")) == statement.publish_at
    sent = message_from_bytes(mail.message(Text(statement=statement, prose=prose.of(statement))))
    assert sorted(sent.keys()) == MAIL
    assert not any(part.defects for part in sent.walk())


def read_markdown(data: bytes) -> None:
    """A body is blocks of text within its bounds, or a StatementError."""

    def read() -> None:
        statement = header.parse(HEADER + b"\n" + data, None)
        for block in markdown.statement_blocks(statement):
            assert all(0 <= e.offset < e.end <= len(block.text) for e in block.text.entities)
        markdown.points(statement)
        markdown.slogans(statement)

    refused(read)


def read_signature(data: bytes) -> None:
    """A signature file is refused, or fits nothing that its key did not sign."""
    for each in (data, armoured(b"SSHSIG\0\0\0\1" + data)):
        found = accepted(partial(sshsig.parse, each))
        if found:
            assert sshsig.parse_key(found.key.line) == found.key
            assert not sshsig.fits(found, b"what nobody signed")


def read_minisign(data: bytes) -> None:
    """The same of minisign; a key is read back as it was written, or refused."""
    found = accepted(partial(minisign.parse, data))
    assert not found or not minisign.fits(found, SIGNER.minisign, b"what nobody signed")
    key = accepted(partial(minisign.parse_key, data.decode("utf-8", "replace")))
    assert not key or minisign.parse_key(key.line) == key


def read_trust(data: bytes) -> None:
    """A trust file has a threshold that its signers can reach, or is refused with one line."""
    found = accepted(partial(trust.parse, data))
    if found:
        assert 1 <= found.threshold <= len(found.signers)
        assert len({one.name for one in found.signers}) == len(found.signers)
        assert set(trust.commented(found)) <= {one.name for one in found.signers}
        assert not trust.judge(data, (), found, dated=date.min, seen=date.min).enough


def read_mirror(data: bytes) -> None:
    """An index names files inside its folder, or is refused; a name is a signature's, or a file's own."""
    for each in (data, manifest.FIRST_LINE.encode() + b"\n" + data + b"\n"):
        for path, total in (accepted(partial(manifest.read, each)) or {}).items():
            assert not path.startswith("/")
            assert ".." not in path.split("/")
            assert len(total) == 64
    name = data.decode("utf-8", "replace")
    found = accepted(partial(sorted_out, [("ru.md", b""), (name, data)]))
    assert found is None or {one for one, _ in found[0]} == {"ru.md", name}


def read_backup(data: bytes) -> None:
    """Files that look like a backup, with a sum that fits, give keys that fit nothing and no database."""
    with TemporaryDirectory() as folder:
        home = Path(folder)
        one, other = home / "data", home / "keys"
        one.write_bytes(backup.DATA + bytes(backup.ID) + data)
        other.write_bytes(backup.KEYS + bytes(backup.ID) + sha256(data).digest() + data)
        pair = backup.Pair(one, other)
        with suppress(DamagedVaultError):
            pair.write_keys(home)
        try:
            pair.write_database(Vault({1: b"\1" * 32}, random=bytes), home / "database")
        except DamagedVaultError:
            pass
        else:
            raise AssertionError("a forged backup was restored")
        other.write_bytes(data)
        with suppress(DamagedVaultError):
            accepted(partial(backup.Pair, one, other))


SIGNER, TOUCH = Signer("fuzz"), Signer("touch", touch=True)

FILES: Mapping[str, Target] = {
    "header": Target(
        run=read_header,
        seeds=(
            HEADER + b"Topics: a, b\nPrev: 1 ABCD-EFGH-IJKL-MNOP\n\ntext\n",
            HEADER + b"Publish-At: 2026-10-01T09:00+03:00\n\ntext\n",
        ),
    ),
    "markdown": Target(run=read_markdown, seeds=(b"# A\n\n- **b** [c](http://d.org)\n\n> e\n\n1. f\n",)),
    "sshsig": Target(run=read_signature, seeds=(SIGNER.signs(b"x"), TOUCH.signs(b"x", hashed="sha256"))),
    "minisign": Target(run=read_minisign, seeds=(SIGNER.minisigns(b"x"), SIGNER.minisign.line.encode())),
    "trust": Target(
        run=read_trust, seeds=(trust_file(SIGNER, TOUCH, more=[("fuzz", "revoked_on = 2026-05-01")]),)
    ),
    "mirror": Target(
        run=read_mirror,
        seeds=(b"ru.md.vera.sig", b"# statement 1 en 2026-10-01 ABCD first\n" + b"0" * 64 + b"  1/en.md"),
    ),
    "backup": Target(run=read_backup, seeds=(bytes(3) + b"\x50" + bytes(80), bytes(3) + b"\2{}" + bytes(9))),
}
