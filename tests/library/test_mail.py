"""A statement as an e-mail that tells nothing but itself."""

import email
import email.policy
from pathlib import Path

import pytest

from bot.library import mail
from tests.library.mirror.workshops import SHIPPED, Workshop, made

TITLE = "=?utf-8?q?a=0D=0ABcc:_x@y.z?=" + " x" * 100
"""An encoded word (RFC 2047) that holds a line break and a header."""


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path / "workshop")


def read(data: bytes) -> email.message.EmailMessage:
    return email.message_from_bytes(data, policy=email.policy.default)


def test_the_signed_file_is_attached_byte_for_byte(workshop: Workshop) -> None:
    """With its signatures: whoever gets it can check it without asking anybody."""
    path = workshop.write(
        1, "ru", "Заявление", "Текст с **весом**.\n\n- лозунг", Author="Круг", Preface="До него."
    )
    (path.parent / "ru.md.vera.sig").write_bytes(b"-----BEGIN\nx\n")
    (path.parent / "ru.md.vera.minisig").write_bytes(b"untrusted\r\ncomment: \xd1\x8f\n")
    (text,) = workshop.edition().texts
    got = read(mail.message(text))
    attached = {part.get_filename(): part.get_content() for part in got.iter_attachments()}
    assert attached == {"ru.md": path.read_bytes(), **text.signatures}
    body = got.get_body(("plain",))
    assert body is not None
    assert body.get_content() == (
        "Заявление\n\nКруг · 2026-10-02\n\nДо него.\n\nТекст с весом.\n\n— лозунг\n\n"
        f"№ 1 · {text.prose.code}\n"
    )
    assert got["Subject"] == "Заявление"


def test_the_same_statement_is_the_same_mail() -> None:
    """No hour, no machine, no program, nothing by chance."""
    one = [mail.message(text) for text in made(SHIPPED).texts]
    assert one == [mail.message(text) for text in made(SHIPPED).texts]
    assert len(set(one)) == len({mail.name_of(text) for text in made(SHIPPED).texts}) == 6
    got = read(one[0])
    assert {name.lower() for name in got} == {
        *("from", "subject", "date", "message-id", "content-language", "mime-version", "content-type")
    }
    assert got["Date"] == "Wed, 18 Nov 2026 00:00:00 +0000"
    assert str(got["Message-ID"]).endswith("@nobody.invalid>")


def test_every_line_passes_every_server() -> None:
    """Plain ASCII, line ends of e-mail, at most 78 characters."""
    for text in made(SHIPPED).texts:
        data = mail.message(text)
        assert data.isascii()
        assert data.count(b"\n") == data.count(b"\r\n")
        assert max(map(len, data.split(b"\r\n"))) <= 78


def test_a_title_adds_no_header(workshop: Workshop) -> None:
    """However it is written."""
    workshop.write(1, "en", TITLE, "Text.")
    (text,) = workshop.edition().texts
    got = read(mail.message(text))
    assert got["Bcc"] is None
    assert got.get_all("Subject") == [TITLE]
