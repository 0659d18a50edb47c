"""A small workshop: signed statements, slogans and trust files made in memory."""

from collections.abc import Sequence
from datetime import date

from bot.domain.statement import Statement
from bot.library import header, proof, render
from tests.support.signers import Signer

VERA, BORIS, OLGA, MALLORY = Signer("vera"), Signer("boris", touch=True), Signer("olga"), Signer("mallory")
TODAY = date(2026, 11, 22)
"""The day on which stories begin (tests.support.clock)."""

BODY = """\
The first paragraph says what we want, and that we want it now, in plain words that everybody understands.

## What we do

1. We talk to the people next to us, at work and at home, before anybody tells us to be silent.
2. We keep together when one of us is taken away, and we do not leave [the family]({link}) alone.

Nobody of us speaks for all the others; that is why a statement needs the names of several of us under it.

- Bread and peace
- Nobody is alone
"""
LINK = "https://example.org/help"


def text(
    number: int,
    language: str = "en",
    *,
    day: str = "2026-10-01",
    title: str = "",
    body: str = "",
    prev: Statement | None = None,
    more: str = "",
) -> bytes:
    """A statement file with Code and Links filled in."""
    lines = [f"Statement: {number}", f"Date: {day}", f"Language: {language}"]
    lines.append(f"Title: {title or f'What number {number} says'}")
    if prev:
        lines.append(f"Prev: {prev.number} {render.true_code(prev)}")
    head = "\n".join([*lines, *filter(None, [more])])
    written = body or BODY.format(link=LINK).replace("The first", f"{number}: The first", 1)
    return proof.fixed(header.parse(f"{head}\n\n{written}".encode(), None))


def trust(
    *signers: Signer, threshold: int = 2, minisign: bool = True, more: Sequence[tuple[str, str]] = ()
) -> bytes:
    """A trust file; `more` are lines for the signers named."""
    parts = ["version = 1", f"threshold = {threshold}"]
    for signer in signers:
        parts += ["", "[[signer]]", f'name = "{signer.name}"', f'ssh = "{signer.ssh.line}"']
        if minisign:
            parts.append(f'minisign = "{signer.minisign.line}"')
        own = [line for name, line in more if name == signer.name]
        parts += [*([] if any("valid_from" in line for line in own) else ["valid_from = 2026-01-01"]), *own]
    return "\n".join([*parts, ""]).encode()


def signed(name: str, data: bytes, *signers: Signer) -> list[tuple[str, bytes]]:
    """A file and the signatures beside it, as they are imported."""
    return [(name, data), *((f"{name}.{one.name}.sig", one.signs(data)) for one in signers)]
