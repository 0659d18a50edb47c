"""What the keeper does with the shelf: bring files in, withdraw one, set who may sign. Sends nothing.

Once a policy of signatures is set, only files that enough signers have signed come in, each in its own
place of the series; what a keeper can do without the signers is to take away.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from bot.clock import Clock
from bot.domain.statement import Signature, SloganFile, Statement, StatementNumber
from bot.domain.trust import TrustFile
from bot.errors import BadInputError, StatementError
from bot.library import proof, series, signatures, slogans, trust
from bot.library.fields import language as read_language
from bot.library.header import line_of
from bot.library.signatures import Files
from bot.library.source import Spot
from bot.library.trust import Judgement, Trust
from bot.store import Tx

SLOGAN_FOLDER = "slogans"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """How many files were new, the same as before, or took the place of an older text."""

    new: int = 0
    same: int = 0
    replaced: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustSet:
    """What another policy has changed: whether it was the first, and how many texts are signed enough now."""

    first: bool
    signed: int
    unsigned: int


class Shelving:
    """Everything that changes the shelf."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock

    @property
    def _today(self) -> date:
        return self._clock.now().date()

    async def import_files(self, tx: Tx, files: Files) -> Imported:
        """Seal checked files and their signatures; BadInputError for the first that is not right.

        A name that ends in `slogans/<language>.md` is a slogan file, one that ends like a signature belongs
        to the file that it names, every other is a statement.
        """
        policy = await self._policy(tx)
        plain, signed = signatures.sorted_out(files)
        sheets = [(n, data) for n, data in plain if Path(n).parent.name == SLOGAN_FOLDER]
        texts = [
            (proof.accept(data, Path(name)), Path(name), signed[name])
            for name, data in plain
            if Path(name).parent.name != SLOGAN_FOLDER
        ]
        counts = Counter[str]()
        known = {(one.number, one.language): one for one in await tx.statements.all()}
        for statement, path, found in sorted(texts, key=lambda each: (each[0].number, each[0].language)):
            place = (statement.number, statement.language)
            sealed = self._accepted(statement, found, path, policy, known)
            changed = await tx.statements.put(sealed)
            counts[("replaced" if place in known else "new") if changed else "same"] += 1
            known[place] = sealed
        of = {file.language: file for file in await tx.statements.slogan_files()}
        for name, data in sheets:
            path = Path(name)
            sheet = self._sheet(data, path, signed[name], policy, of.get(path.stem))
            changed = await tx.statements.put_slogan_file(sheet)
            counts[("replaced" if path.stem in of else "new") if changed else "same"] += 1
        return Imported(new=counts["new"], same=counts["same"], replaced=counts["replaced"])

    async def withdraw(self, tx: Tx, number: int, language: str) -> int:
        """Show a statement no more, in one language or all, for good; how many texts that were."""
        found = [
            one
            for one in await tx.statements.all()
            if one.number == number and language in {"", one.language} and one.withdrawn is None
        ]
        if not found:
            raise BadInputError("there is no such statement", hint="see `handbill statements list`")
        for one in found:
            await tx.statements.put(replace(one, withdrawn=self._today))
        return len(found)

    async def set_trust(self, tx: Tx, files: Files) -> TrustSet:
        """Seal another policy, signed by enough signers of the one before; the first one needs no signature.

        BadInputError for one that is not signed enough, was replaced already, or cannot be read.
        """
        plain, signed = signatures.sorted_out(files)
        if len(plain) != 1:
            raise BadInputError("this is not one trust file", hint="name one file")
        [(name, data)] = plain
        new, before = trust.parse(data, Path(name)), await tx.trust.get()
        digests = _digests(before)
        if before is not None and before.source != data:
            if hashlib.sha256(data).digest() in digests:
                raise BadInputError(
                    "this policy was replaced by another one", hint="an old one does not come back"
                )
            old = trust.parse(before.source)
            judged = trust.judge(data, signed[name], old, dated=self._today, seen=self._today)
            if not judged.enough:
                raise BadInputError(
                    f"not enough of the present signers have signed this: {judged.reason}",
                    hint=f"each signs it: `handbill statements sign {trust.FILE} --signer NAME --key FILE`",
                )
        if before is None or before.source != data:
            await tx.trust.set(TrustFile(source=data, since=self._today, replaced=digests))
        return await self._judged_anew(tx, new, first=before is None)

    async def _judged_anew(self, tx: Tx, policy: Trust, *, first: bool) -> TrustSet:
        """Texts whose signatures lay there already, waiting for a policy, count from today."""
        enough = []
        for one in await tx.statements.all():
            judged, day = _best(one, policy, self._today)
            enough.append(judged.enough)
            if judged.enough and day != one.accepted:
                await tx.statements.put(replace(one, accepted=day))
        for file in await tx.statements.slogan_files():
            judged, day = _best_of_slogans(file, policy, self._today)
            enough.append(judged.enough)
            if judged.enough and day != file.accepted:
                await tx.statements.put_slogan_file(replace(file, accepted=day))
        return TrustSet(first=first, signed=enough.count(True), unsigned=enough.count(False))

    async def _policy(self, tx: Tx) -> Trust | None:
        file = await tx.trust.get()
        return trust.parse(file.source) if file else None

    def _accepted(
        self,
        new: Statement,
        found: Sequence[Signature],
        path: Path,
        policy: Trust | None,
        known: Mapping[tuple[StatementNumber, str], Statement],
    ) -> Statement:
        """The statement as it is sealed, or a `StatementError`."""
        _check_name(new, path)
        before = known.get((new.number, new.language))
        if before and before.withdrawn:
            raise _at(path, new, "Statement").error(
                f"statement {new.number} was withdrawn", hint="publish the text anew, under the next number"
            )
        same = before is not None and before.source == new.source
        kept = before.signatures if before and same else ()
        if policy is None:
            return replace(new, signatures=_merged(kept, found))
        proof.refuse_incomplete(new, path)
        if before and before.accepted and not same:
            raise _at(path, new, "Statement").error(
                f"this is a fork: another text of statement {new.number} was signed and sealed",
                hint="give a changed text the next number",
            )
        others = [one for one in known.values() if one.accepted and one is not before]
        series.refuse_misplaced(new, others, path)
        good = [each for each in found if each in kept or self._counts(new.source, each, policy, new.date)]
        sealed = replace(new, signatures=_merged(kept, good))
        if before and same and before.accepted and _best(before, policy, before.accepted)[0].enough:
            return replace(sealed, accepted=before.accepted)
        judged = trust.judge(new.source, _merged(kept, found), policy, dated=new.date, seen=self._today)
        if not judged.enough:
            raise _unsigned(path, judged)
        return replace(sealed, accepted=self._today)

    def _counts(self, data: bytes, signature: Signature, policy: Trust, dated: date) -> bool:
        """Whether a signature is worth something today: one that comes later is no older for it."""
        return bool(trust.judge(data, [signature], policy, dated=dated, seen=self._today).signers)

    def _sheet(
        self,
        data: bytes,
        path: Path,
        found: Sequence[Signature],
        policy: Trust | None,
        before: SloganFile | None,
    ) -> SloganFile:
        language = read_language(path.stem, Spot(path, 1))
        same = before is not None and before.source == data
        old = before.replaced if before else ()
        kept = before.signatures if before and same else ()
        if before and not same:
            old = (*old, hashlib.sha256(before.source).digest())
        sheet = SloganFile(
            language=language,
            slogans=tuple(slogans.parse(data, path, language)),
            source=data,
            signatures=_merged(kept, found),
            replaced=old,
        )
        if policy is None:
            return sheet
        if hashlib.sha256(data).digest() in old:
            raise Spot(path, 1).error(
                "these slogans were replaced by newer ones", hint="an old file does not come back: change it"
            )
        good = [each for each in found if each in kept or self._counts(data, each, policy, self._today)]
        sheet = replace(sheet, signatures=_merged(kept, good))
        if (
            before
            and same
            and before.accepted
            and _best_of_slogans(before, policy, before.accepted)[0].enough
        ):
            return replace(sheet, accepted=before.accepted)
        judged = trust.judge(data, _merged(kept, found), policy, dated=self._today, seen=self._today)
        if not judged.enough:
            raise _unsigned(path, judged)
        return replace(sheet, accepted=self._today)


def _best(one: Statement, policy: Trust, today: date) -> tuple[Judgement, date]:
    """What its signatures are worth since the day on which it was accepted, or else from today on."""
    days = (one.accepted or today, today)
    for day in days:
        judged = trust.judge(one.source, one.signatures, policy, dated=one.date, seen=day)
        if judged.enough:
            return judged, day
    return judged, today


def _best_of_slogans(file: SloganFile, policy: Trust, today: date) -> tuple[Judgement, date]:
    for day in (file.accepted or today, today):
        judged = trust.judge(file.source, file.signatures, policy, dated=day, seen=day)
        if judged.enough:
            return judged, day
    return judged, today


def _merged(old: Sequence[Signature], new: Sequence[Signature]) -> tuple[Signature, ...]:
    """One of a kind for each signer, the newer ones, sorted."""
    found = {(each.signer, each.kind): each for each in (*old, *new)}
    return tuple(found[key] for key in sorted(found))


def _digests(before: TrustFile | None) -> tuple[bytes, ...]:
    return (*before.replaced, hashlib.sha256(before.source).digest()) if before else ()


def _check_name(new: Statement, path: Path) -> None:
    if path.stem != new.language:
        raise _at(path, new, "Language").error(
            f"the file is called {path.name}, its language is {new.language}",
            hint=f"rename it to {new.language}.md or correct Language",
        )


def _at(path: Path, new: Statement, header: str) -> Spot:
    return Spot(path, line_of(new.source, header))


def _unsigned(path: Path, judged: Judgement) -> StatementError:
    return Spot(path, 1).error(
        f"not enough signers have signed this: {judged.reason}",
        hint=f"each signs it: `handbill statements sign {path.name} --signer NAME --key FILE`",
    )
