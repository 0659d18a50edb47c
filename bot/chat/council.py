"""What organisers do about each other in chat: freeze, agree, see who there is, write to all.

A freeze is one tap. Everything that takes something from somebody is agreed to by several, each with a code.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot.actions import audience
from bot.actions.council import Council, Frozen, NotPossible, Voted
from bot.actions.gate import Gate
from bot.chat import keyboards, render, report
from bot.chat.digits import question
from bot.chat.heard import Said
from bot.chat.letter import Consequence, Letter, letter
from bot.chat.page import Button, Page, page
from bot.domain.audience import Audience
from bot.domain.broadcast import Broadcast
from bot.domain.contact import Kind
from bot.domain.draft import TEXT_LIMIT
from bot.domain.motion import Matter, Motion
from bot.domain.organiser import Action, Organiser
from bot.domain.policy import written
from bot.domain.stepup import StepUp
from bot.i18n.translator import Translator, Words
from bot.store import Tx

FREEZE = "freeze"
"""The action of a Freeze button; its subject is the organiser who is meant."""
CHECKIN = "checkin"
"""What a code for /checkin is called."""

Shaken = Callable[[Tx, Organiser, Sequence[Broadcast]], Awaitable[Consequence]]
"""Tells where broadcasts stand that lost an approval or their author."""

Command = Callable[[Tx, Organiser, Said], Awaitable[Consequence]]


class CouncilDesk:
    """The commands, buttons and codes that are about organisers."""

    def __init__(
        self,
        *,
        council: Council,
        gate: Gate,
        translator: Translator,
        shaken: Shaken,
        random: Callable[[int], bytes],
        lock: Callable[[], None],
        destroy: Callable[[], None],
        deadman_days: int,
    ) -> None:
        """`lock` locks the service, `destroy` destroys all it has; both must return at once."""
        self.lock, self.destroy, self._days = lock, destroy, deadman_days
        self._council = council
        self._gate = gate
        self._translator = translator
        self._shaken = shaken
        self._random = random
        self.commands: dict[str, tuple[Action, Command]] = {
            "freeze": (Action.FREEZE, self._freeze_named),
            "organisers": (Action.ORGANISERS, self._list),
            "private": (Action.PRIVATE, self._private),
            "checklist": (Action.CHECKLIST, self._checklist),
            "policy": (Action.POLICY, self._policy),
            "stats": (Action.STATS, self._stats),
            "lock": (Action.LOCK, self._lock),
            "panic": (Action.PANIC, self._panic),
            "checkin": (Action.CHECKIN, self._check_in),
        }
        self.direct: Mapping[str, Callable[[Tx, Organiser, bytes], Awaitable[Consequence]]] = {
            FREEZE: self.freeze
        }
        self.coded: Mapping[str, Callable[[Tx, Organiser, StepUp], Awaitable[Consequence]]] = {
            Matter.REMOVE: self._vote,
            Matter.UNFREEZE: self._vote,
            Matter.POLICY: self._vote,
            Matter.PANIC: self._vote,
            CHECKIN: self._checked_in,
        }

    async def freeze(self, tx: Tx, who: Organiser, subject: bytes) -> Consequence:
        """One tap: both sides are suspended, all are told, and the others are asked to decide."""
        result = await self._council.freeze(tx, who.id, subject)
        if isinstance(result, NotPossible):
            return self._answer(who, "too-late")
        sides = [
            letter(each.chat, page(self._words(each)("frozen-you", name=other.name)))
            for each, other in ((result.by, result.target), (result.target, result.by))
        ]
        letters = [await self._ask_about_freeze(tx, reader, result) for reader in result.others]
        shaken = await self._shaken(tx, result.by, result.changed)
        return Consequence(letters=(*sides, *letters, *shaken.letters), broadcasts=shaken.broadcasts)

    async def asked(
        self, tx: Tx, motions: Sequence[Motion] | None = None, *, reader: Organiser | None = None
    ) -> tuple[Letter, ...]:
        """Open proposals, or those given, to everybody, or one, who may agree to them and has not."""
        readers = [reader] if reader else await self._council.active(tx)
        letters = [
            letter(one.chat, await self._question(tx, one, motion))
            for motion in (await self._council.open(tx) if motions is None else motions)
            for one in readers
            if one.may(Action.PANIC if motion.matter is Matter.PANIC else Action.DECIDE)
            and one.id not in {motion.subject, *motion.agreed}
        ]
        return tuple(letters)

    async def _freeze_named(self, tx: Tx, who: Organiser, said: Said) -> Consequence:
        target = await self._council.named(tx, said.argument.text)
        if target is None or target.id == who.id:
            return self._answer(who, "freeze-which")
        return await self.freeze(tx, who, target.id)

    async def _list(self, tx: Tx, who: Organiser, _: Said) -> Consequence:
        """Names and roles; with a button for each that proposes to remove them."""
        words, everybody = self._words(who), await tx.organisers.all()
        rows = [
            await self._proposal(tx, who, Matter.REMOVE, one)
            for one in everybody
            if one.id != who.id and who.may(Action.DECIDE)
        ]
        text = "\n".join([words("organisers"), *(_line(words, one) for one in everybody)])
        return Consequence(letters=(letter(who.chat, page(text, *rows)),))

    async def _private(self, tx: Tx, who: Organiser, said: Said) -> Consequence:
        """To all other organisers, as plain text; nothing of it is kept."""
        text = said.argument.cleaned().strip()
        if not text.text:
            return self._answer(who, "private-empty")
        if len(text) > TEXT_LIMIT - 100:
            return self._answer(who, "private-too-long")
        others = [one for one in await self._council.active(tx) if one.id != who.id]
        letters = [
            letter(one.chat, page(f"{self._words(one)('private', name=who.name)}\n\n{text.text}"))
            for one in others
        ]
        sent = self._answer(who, "private-sent" if others else "private-alone")
        return Consequence(letters=(*letters, *sent.letters))

    async def _checklist(self, tx: Tx, who: Organiser, _: Said) -> Consequence:
        del tx
        return self._answer(who, "checklist")

    async def _policy(self, tx: Tx, who: Organiser, said: Said) -> Consequence:
        """What the organisers rely on; with a key and a value, the question for a code to loosen it."""
        words, (key, _, value) = self._words(who), said.argument.text.partition(" ")
        if not key:
            sealed = await tx.organisers.policy() or {}
            lines = [f"{name} = {written(sealed[name])}" for name in sorted(sealed)]
            audited = report.audit(words, await tx.audit.head())
            text = "\n".join([words("policy"), *lines, "", audited])
            return Consequence(letters=(letter(who.chat, page(text)),))
        if not who.may(Action.DECIDE):
            return self._answer(who, "not-allowed")
        motion = await self._council.loosening(tx, who.id, key, value)
        if isinstance(motion, NotPossible):
            return self._answer(who, "policy-which")
        await self._gate.ask_for(tx, who.id, _action(motion), b"", motion.digest)
        proposal = page(words("policy-ask", key=motion.key, value=motion.value))
        return Consequence(letters=(letter(who.chat, proposal, await question(tx, words, _action(motion))),))

    async def _stats(self, tx: Tx, who: Organiser, _: Said) -> Consequence:
        """Rounded numbers, as every number of people."""
        words = self._words(who)
        people = await audience.size(tx, Audience(), self._random)
        groups = await audience.size(tx, Audience(kind=Kind.GROUP), self._random)
        text = words("stats", people=render.people(words, people), groups=render.people(words, groups))
        return Consequence(letters=(letter(who.chat, page(text)),))

    async def _lock(self, tx: Tx, who: Organiser, _: Said) -> Consequence:
        others = await self._council.ask_to_lock(tx, who)
        letters = [letter(o.chat, page(self._words(o)("locked-by", name=who.name))) for o in others]
        return Consequence(letters=tuple(letters), locks=True)

    async def _panic(self, tx: Tx, who: Organiser, said: Said) -> Consequence:
        """As /lock; where the policy says "destroy", the question for a code to propose that."""
        sealed = await tx.organisers.policy() or {}
        if sealed.get("vault.panic") != "destroy":
            return await self._lock(tx, who, said) if who.may(Action.LOCK) else self._answer(who, "panic-off")
        motion = await self._council.panic(tx, who)
        if isinstance(motion, NotPossible):
            return self._answer(who, "panic-alone")
        await self._gate.ask_for(tx, who.id, Matter.PANIC, b"", motion.digest)
        asked = await question(tx, self._words(who), Matter.PANIC)
        return Consequence(letters=(letter(who.chat, page(self._words(who)("panic-ask")), asked),))

    async def _check_in(self, tx: Tx, who: Organiser, _: Said) -> Consequence:
        if not self._days:
            return self._answer(who, "checkin-off")
        await self._gate.ask_for(tx, who.id, CHECKIN, b"", b"")
        return Consequence(letters=(letter(who.chat, await question(tx, self._words(who), CHECKIN)),))

    async def _checked_in(self, tx: Tx, who: Organiser, _: StepUp) -> Consequence:
        """The code itself is what counts."""
        del tx
        words = self._words(who)
        return Consequence(letters=(letter(who.chat, page(words("checkin-done", days=self._days))),))

    async def _vote(self, tx: Tx, who: Organiser, stepup: StepUp) -> Consequence:
        """A code for a proposal."""
        name, _, choice = stepup.action.partition(":")
        matter, (key, _, value) = Matter(name), choice.partition("=")
        if matter is Matter.POLICY:
            result = await self._council.loosen(tx, who, key, value, stepup.digest)
        elif matter is Matter.PANIC:
            result = await self._council.destroy(tx, who, stepup.digest)
        else:
            result = await self._council.vote(tx, who, matter, stepup.subject, stepup.digest)
        if isinstance(result, NotPossible):
            return self._answer(who, "too-late")
        if result.carried and matter is Matter.PANIC:
            return Consequence(destroys=True)  # all are told once the keys are gone
        letters = [letter(who.chat, page(self._outcome(self._words(who), result)))]
        if not result.carried:
            return Consequence(letters=(*letters, *await self.asked(tx, [result.motion])))
        about = result.about
        told = [one for one in result.others if about is None or one.id != about.id]
        letters += [letter(one.chat, page(self._outcome(self._words(one), result))) for one in told]
        if about is None:
            return Consequence(letters=tuple(letters))
        theirs = "removed-you" if matter is Matter.REMOVE else "unfrozen-you"
        letters.append(letter(about.chat, page(self._words(about)(theirs))))
        shaken = await self._shaken(tx, about, result.changed)
        return Consequence(letters=(*letters, *shaken.letters), broadcasts=shaken.broadcasts)

    async def _ask_about_freeze(self, tx: Tx, reader: Organiser, frozen: Frozen) -> Letter:
        """Both sides, and what two others can decide about each."""
        words = self._words(reader)
        text = words("frozen", name=frozen.by.name, other=frozen.target.name)
        rows = [
            await self._proposal(tx, reader, matter, side)
            for matter in (Matter.UNFREEZE, Matter.REMOVE)
            for side in (frozen.target, frozen.by)
            if reader.may(Action.DECIDE)
        ]
        return letter(reader.chat, page(text, *rows))

    async def _question(self, tx: Tx, reader: Organiser, motion: Motion) -> Page:
        """A proposal, how many agree, and Approve; with Freeze against whoever proposed it."""
        words = self._words(reader)
        about = await tx.organisers.get(motion.subject) if motion.subject else None
        by = await tx.organisers.get(motion.by) if motion.by else None
        text = words(
            f"motion-{motion.matter}",
            name=by.name if by else words("role-keeper"),
            other=about.name if about else "",
            key=motion.key,
            value=motion.value,
            agreed=len(motion.agreed),
            needed=await self._council.needed(tx, motion),
        )
        data = await self._gate.button(tx, reader.id, _action(motion), motion.subject or b"", motion.digest)
        row = [Button(label=words("button-approve"), data=data)]
        if by and by.id != reader.id:
            freeze = await self._gate.button(tx, reader.id, FREEZE, by.id)
            row.append(Button(label=words("button-freeze"), data=freeze))
        return page(text, tuple(row))

    async def _proposal(
        self, tx: Tx, reader: Organiser, matter: Matter, about: Organiser
    ) -> tuple[Button, ...]:
        """A button that proposes something about an organiser, or agrees to it; none where it cannot be."""
        motion = await self._council.motion(tx, matter, about.id, reader.id)
        if isinstance(motion, NotPossible):
            return ()
        data = await self._gate.button(tx, reader.id, matter, about.id, motion.digest)
        label = self._words(reader)(f"do-{matter}", name=about.name)
        return (Button(label=keyboards.short(label), data=data),)

    def _outcome(self, words: Words, voted: Voted) -> str:
        """What a vote came to."""
        done = f"{voted.motion.matter}-{'done' if voted.carried else 'agreed'}"
        return words(
            done,
            name=voted.about.name if voted.about else "",
            key=voted.motion.key,
            value=voted.motion.value,
            agreed=len(voted.motion.agreed),
            needed=voted.needed,
        )

    def _answer(self, who: Organiser, message: str) -> Consequence:
        return Consequence(letters=(letter(who.chat, page(self._words(who)(message))),))

    def _words(self, who: Organiser) -> Words:
        return self._translator.speaking(who.language)


def _action(motion: Motion) -> str:
    """What a button or a code for this is called; key and value of a policy go with it."""
    policy = motion.matter is Matter.POLICY
    return f"{motion.matter}:{motion.key}={motion.value}" if policy else motion.matter


def _line(words: Words, one: Organiser) -> str:
    """One organiser in the list."""
    state = "suspended" if one.suspended else one.standing.name.lower()
    return words(f"organiser-{state}", name=one.name, role=words(f"role-{one.role}"))
