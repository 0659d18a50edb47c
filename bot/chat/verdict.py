"""The answers of /verify and /keys as pages, in the reader's words. Nothing that was shown is kept."""

from collections.abc import Sequence

from bot.actions.verifying import Answer, Known, KnownSlogan, Sent
from bot.chat.page import Button, Page, page
from bot.chat.render import day
from bot.domain.rich_text import RichText, joined, units
from bot.i18n.translator import Words
from bot.library.likeness import Kind, Piece
from bot.library.sshsig import NAMESPACE
from bot.library.trust import Signer, Trust

CONTEXT = 6
"""Words shown of what is the same on both sides of a difference."""
SHOWN, LONGEST = 2400, 300
"""Units of all differences, and of one piece, that are shown."""
MOST_PIECES = 60
"""Fewer than the 100 entities that Telegram takes."""
MOST_SIGNERS = 30

_STYLES = {Kind.GONE: "strikethrough", Kind.NEW: "bold"}


def answer(words: Words, found: Answer, *, picture: bool) -> Page:
    """What a text is. `picture`: something was with it that nobody can check."""
    notes = [words("verify-picture")] if picture else []
    if isinstance(found, Known):
        return _known(words, found, notes)
    if isinstance(found, KnownSlogan):
        said = words("verify-slogan-signed" if found.trusted else "verify-slogan")
    elif isinstance(found, Sent):
        said = words("verify-sent")
    elif found.short:
        return page(words("verify-short"))
    else:
        said = words("verify-unknown")
    return page("\n\n".join([said, *notes, words("verify-outside")]))


def keys(words: Words, trust: Trust | None, elsewhere: Sequence[str] = ()) -> Page:
    """Who may sign, how to check it, and where to look when this bot is gone."""
    title = RichText(words("keys-title")).styled("bold")
    if trust is None:
        return page(joined([title, words("keys-none"), *elsewhere], "\n\n"))
    space = NAMESPACE.decode()
    command = f"ssh-keygen -Y verify -f allowed_signers -I NAME -n {space} -s FILE.md.NAME.sig < FILE.md"
    return page(
        joined(
            [
                title,
                words("keys-rule", number=trust.threshold),
                *(_signer(words, signer) for signer in trust.signers[:MOST_SIGNERS]),
                words("keys-how"),
                RichText(command).styled("pre", language="bash"),
                words("keys-after"),
                *elsewhere,
            ],
            "\n\n",
        )
    )


def _known(words: Words, found: Known, notes: Sequence[str]) -> Page:
    one = found.statement
    parts: list[RichText | str] = []
    if found.pieces:
        parts += [words("verify-altered", number=one.number), differences(found.pieces)]
    elif not found.added:
        parts.append(words("verify-whole" if found.whole else "verify-part", number=one.number))
    if found.added:
        if not found.pieces:
            parts.append(words("verify-added", number=one.number))
        parts += [_shortened(each).styled("bold") for each in found.added]
    if found.links:
        parts.append(words("verify-links"))
        parts += [_shortened(each).styled("code") for each in found.links[:MOST_PIECES]]
    if found.withdrawn:
        parts.append(words("verify-withdrawn", number=one.number, date=day(words, found.withdrawn)))
    elif found.trusted:
        own = not (found.pieces or found.added or found.links)
        signed = "verify-signed" if own else "verify-signed-itself"
        parts.append(words(signed, number=one.number, names=", ".join(found.signers)))
    else:
        parts.append(words("verify-unsigned", number=one.number))
    text = joined([*parts, *notes, words("verify-outside")], "\n\n")
    return page(text, *([] if found.withdrawn else _buttons(words, found)))


def _buttons(words: Words, found: Known) -> list[tuple[Button, ...]]:
    one, language = found.statement, words.language
    return [
        (Button(label=words("button-files"), data=f"files:{language}:{one.number}:{one.language}"),),
        (Button(label=words("button-read"), data=f"statement:{language}:{one.number}"),),
    ]


def differences(pieces: Sequence[Piece]) -> RichText:
    """What was taken out, struck; what was put in, bold; a few words around each."""
    shown: list[RichText] = []
    size = 0
    for number, piece in enumerate(pieces[:MOST_PIECES]):
        if piece.kind is Kind.SAME:
            first, last = number == 0, number == len(pieces) - 1
            new = RichText(_context(piece.words, first=first, last=last))
        else:
            new = _shortened(piece.words).styled(_STYLES[piece.kind])
        size += len(new) + 1
        if size > SHOWN:
            return joined([*shown, "…"], " ")
        shown.append(new)
    return joined(shown if len(pieces) <= MOST_PIECES else [*shown, "…"], " ")


def _context(text: str, *, first: bool, last: bool) -> str:
    words = text.split(" ")
    if first:
        return text if len(words) <= CONTEXT else " ".join(["…", *words[-CONTEXT:]])
    if last:
        return text if len(words) <= CONTEXT else " ".join([*words[:CONTEXT], "…"])
    return text if len(words) <= 2 * CONTEXT else " ".join([*words[:CONTEXT], "…", *words[-CONTEXT:]])


def _shortened(text: str) -> RichText:
    """As it reads, without what cannot be seen, and no longer than a glance."""
    clean = RichText(text).cleaned()
    return clean if units(clean.text) <= LONGEST else clean.cut(0, LONGEST) + "…"


def _signer(words: Words, signer: Signer) -> RichText:
    lines = [RichText(signer.name).styled("bold")]
    if signer.ssh:
        lines.append(RichText(signer.ssh.fingerprint).styled("code"))
    if signer.minisign:
        lines.append(RichText(signer.minisign.line).styled("code"))
    if signer.revoked_on:
        lines.append(RichText(words("keys-revoked", date=day(words, signer.revoked_on))))
    elif signer.valid_until:
        lines.append(RichText(words("keys-until", date=day(words, signer.valid_until))))
    return joined(lines, "\n")
