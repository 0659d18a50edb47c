"""/verify and /keys, and texts that somebody forwards or pastes: whether they are the group's.

What was asked is compared and forgotten. Only in private chats; the answers are the same for everybody.
"""

import io
import zipfile
from collections.abc import Awaitable, Callable, Mapping
from itertools import chain

from bot.actions.catalogue import Catalogue, Text
from bot.actions.reading import Reading
from bot.actions.verifying import Unknown, Verifying
from bot.chat import render, verdict
from bot.chat.heard import Said, whole_number
from bot.chat.page import File, Page, page
from bot.chat.promises import Promises
from bot.chat.turn import Turn
from bot.clock import Clock
from bot.domain.rich_text import RichText, joined
from bot.domain.statement import Statement, StatementNumber
from bot.i18n.translator import Translator, Words
from bot.library import trust as trusting
from bot.library.recognise import FEWEST, Frame, Framing
from bot.library.signatures import name_of
from bot.library.sshsig import NAMESPACE
from bot.library.trust import Trust

CAPTION = 1000
"""Units of a caption; Telegram takes 1,024."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time in an archive: nothing about ours."""


class Checking:
    """What readers can ask about a text, and about signatures."""

    def __init__(self, *, verifying: Verifying, reading: Reading, promises: Promises) -> None:
        self._promises = promises
        self._verifying = verifying
        self._reading = reading
        self.commands: Mapping[str, Callable[[Turn, str], Awaitable[None]]] = {
            "verify": self._verify,
            "keys": self._keys,
        }
        self.buttons: Mapping[str, Callable[[Turn, str], Awaitable[None]]] = {"files": self._files}

    async def shown(self, turn: Turn, said: Said) -> None:
        """A message without a command, forwarded or pasted. What says nothing gets the constant answer."""
        enough = len(said.text.text.split()) >= FEWEST
        if said.command or said.text.text.startswith("/") or not (said.forwarded or enough):
            turn.say(page(turn.words("unknown")))
        elif said.text.text:
            await self._answer(
                turn, said.text, constant=not said.forwarded, picture=said.attached is not None
            )
        elif not said.album:
            turn.say(page(turn.words("verify-picture-only")))

    async def _verify(self, turn: Turn, _: str) -> None:
        said = turn.heard
        if not isinstance(said, Said):
            return
        replied = said.replied.text if said.replied else RichText("")
        asked = next((text for text in (said.argument, said.quoted, replied) if text.text), None)
        if asked is None:
            only = said.replied is not None or said.attached is not None
            turn.say(page(turn.words("verify-picture-only" if only else "verify-how")))
            return
        picture = said.attached if said.argument.text else said.replied and said.replied.attached
        await self._answer(turn, asked, constant=False, picture=picture is not None)

    async def _answer(self, turn: Turn, asked: RichText, *, constant: bool, picture: bool) -> None:
        async with turn.look() as tx:
            found = await self._verifying.verify(tx, asked)
        if constant and isinstance(found, Unknown):
            turn.say(page(turn.words("unknown")))
        else:
            turn.say(verdict.answer(turn.words, found, picture=picture))

    async def _keys(self, turn: Turn, _: str) -> None:
        async with turn.look() as tx:
            trust = await self._reading.trust(tx)
        turn.say(verdict.keys(turn.words, trust, render.elsewhere(turn.words, self._promises)))

    async def _files(self, turn: Turn, argument: str) -> None:
        """A statement's file as it was signed, with everything that it takes to check it elsewhere."""
        name, _, language = argument.partition(":")
        number = whole_number(name)
        async with turn.look() as tx:
            trust = await self._reading.trust(tx)
            found = await self._verifying.text(tx, StatementNumber(number or 0), language)
        turn.say(_packed(turn.words, found, trust) if found else page(turn.words("files-gone")))


def checking(
    catalogue: Catalogue, reading: Reading, clock: Clock, translator: Translator, promises: Promises
) -> Checking:
    """What readers can ask, over one shelf."""
    verifying = Verifying(clock=clock, catalogue=catalogue, framing=framing(translator))
    return Checking(verifying=verifying, reading=reading, promises=promises)


def framing(translator: Translator) -> Framing:
    """What this bot's messages put around a statement, in every language that it speaks."""
    everyone = [translator.speaking(language) for language in translator.languages]

    def around(statement: Statement) -> Frame:
        names = ", ".join(dict.fromkeys(each.signer for each in statement.signatures))
        return Frame(
            above=(*chain(*(_above(words, statement) for words in everyone)), statement.preface or ""),
            below=tuple(chain(*(_below(words, names) for words in everyone))),
        )

    return around


def _above(words: Words, statement: Statement) -> list[str]:
    byline = [statement.author, statement.place, render.day(words, statement.date)]
    return [" · ".join(filter(None, byline)), *render.about(words, statement)]


def _below(words: Words, names: str) -> list[str]:
    signed = [words("statement-signed", names=names)] if names else []
    return [words("statement-unsigned"), *signed, words("statement-other-language")]


def _packed(words: Words, found: Text, trust: Trust | None) -> Page:
    """One archive: messages can lose a file, or mix it with another statement's."""
    one = found.statement
    name = f"{one.language}.md"
    files = {name: one.source} | {name_of(name, each): each.data for each in one.signatures}
    if trust:
        files |= {trusting.FILE: trust.source, "allowed_signers": trusting.allowed_signers(trust)}
    archive = File(name=f"statement-{one.number}-{one.language}.zip", data=_zip(files))
    if not found.signed or trust is None:
        return Page(text=RichText(words("files-unsigned", number=one.number)), file=archive)
    text = RichText(words("files-signed", number=one.number))
    for command in _commands(found, trust):
        longer = joined([text, RichText(command).styled("pre", language="bash")], "\n")
        if len(longer) > CAPTION:
            break
        text = longer
    return Page(text=text, file=archive)


def _commands(found: Text, trust: Trust) -> list[str]:
    """The exact commands for as many signers as it takes."""
    name = f"{found.statement.language}.md"
    keys = {signer.name: signer for signer in trust.signers}
    commands: dict[str, str] = {}
    for each in found.statement.signatures:
        file = name_of(name, each)
        minisign = keys[each.signer].minisign if each.signer in found.signers else None
        if each.signer not in found.signers or len(commands) >= trust.threshold:
            continue
        if each.kind == "sig":
            space = NAMESPACE.decode()
            commands[each.signer] = (
                f"ssh-keygen -Y verify -f allowed_signers -I {each.signer} -n {space} -s {file} < {name}"
            )
        elif minisign and each.signer not in commands:
            commands[each.signer] = f"minisign -V -P {minisign.line} -m {name} -x {file}"
    return list(commands.values())


def _zip(files: Mapping[str, bytes]) -> bytes:
    """The same bytes for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), files[name], zipfile.ZIP_DEFLATED)
    return out.getvalue()
