"""Statements as e-mails: plain text to read, the signed file and its signatures attached. Sends nothing.

The same statement gives the same bytes: the date is its own, boundary and id come from the content, and
nothing names a machine, a program or an hour.
"""

import hashlib
from datetime import UTC, datetime
from email.header import Header
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime

from bot.library.markdown import plain
from bot.library.mirror.edition import Text

NOBODY = "statements@nobody.invalid"
"""Who it is from where nobody is named: an address that never exists (RFC 2606)."""


def name_of(text: Text) -> str:
    """The file's name: number, language."""
    return f"{text.statement.number:04}-{text.statement.language}.eml"


def message(text: Text, *, sender: str = NOBODY) -> bytes:
    """One statement as an RFC 5322 message with the line ends of e-mail."""
    statement = text.statement
    mark = hashlib.sha256(b"\0".join((statement.source, *text.signatures.values()))).hexdigest()[:32]
    # Not EmailMessage: it reads a title that is written like an encoded word, line breaks included.
    mail = MIMEMultipart(boundary=f"={mark}=", policy=compat32)
    day = statement.date
    mail["From"] = sender
    mail["Subject"] = Header(statement.title, "utf-8", header_name="Subject").encode()
    mail["Date"] = format_datetime(datetime(day.year, day.month, day.day, tzinfo=UTC))
    mail["Message-ID"] = f"<{statement.number}.{statement.language}.{mark}@nobody.invalid>"
    mail["Content-Language"] = statement.language
    mail.attach(MIMEText(_words(text), "plain", "utf-8"))
    for name, data in ((f"{statement.language}.md", statement.source), *text.signatures.items()):
        part = MIMEApplication(data)
        part["Content-Disposition"] = f'attachment; filename="{name}"'
        mail.attach(part)
    return mail.as_bytes(policy=compat32.clone(linesep="\r\n"))


def _words(text: Text) -> str:
    """The text as it reads, with who and when above it and number and code below."""
    statement = text.statement
    title, _, body = plain(statement).partition("\n\n")
    byline = " · ".join(filter(None, (statement.author, statement.place, statement.date.isoformat())))
    parts = (title, byline, statement.preface, body, f"№ {statement.number} · {text.prose.code}")
    return "\n\n".join(part for part in parts if part) + "\n"
