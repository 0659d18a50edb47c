"""What organisers decide about each other: one freeze suspends two, others agree with codes to what follows.

Nobody alone takes anything from another organiser, except that a freeze stops whoever presses it as well.
Nothing here makes publishing take fewer people than before.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from bot.actions.policy import parse
from bot.clock import Clock
from bot.domain.approval import approvals_needed
from bot.domain.audit import Event
from bot.domain.broadcast import Broadcast, State
from bot.domain.motion import PANIC_NEEDS, Matter, Motion
from bot.domain.organiser import PERMISSIONS, Action, Organiser, OrganiserId, Standing
from bot.domain.policy import weakened, written
from bot.errors import BadInputError
from bot.store import Tx

_OPEN = tuple(state for state in State if not state.ended)
_CARRIED = {
    Matter.REMOVE: Event.REMOVED,
    Matter.UNFREEZE: Event.UNFROZEN,
    Matter.POLICY: Event.LOOSENED,
    Matter.PANIC: Event.DESTROYING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """Two are suspended, whoever pressed and whoever was meant; the others are told."""

    by: Organiser
    target: Organiser
    others: tuple[Organiser, ...]
    changed: tuple[Broadcast, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Voted:
    """A proposal got one agreement more; `carried` once these were enough."""

    motion: Motion
    who: Organiser
    about: Organiser | None
    needed: int
    carried: bool
    others: tuple[Organiser, ...]
    changed: tuple[Broadcast, ...] = ()


@dataclass(frozen=True, slots=True)
class NotPossible:
    """There is nobody to whom this could be done, or not by this organiser."""


class Council:
    """Freezing, and what is decided by several."""

    def __init__(self, *, clock: Clock, approvals: int) -> None:
        """`approvals` is the setting; the number of organisers ever enrolled comes from the store."""
        self._clock = clock
        self._approvals = approvals

    async def named(self, tx: Tx, name: str) -> Organiser | None:
        """The enrolled organiser with this name, whatever its letters' case."""
        everybody = [one for one in await tx.organisers.all() if one.standing is Standing.ENROLLED]
        exact = [one for one in everybody if one.name == name.strip()]
        alike = [one for one in everybody if one.name.casefold() == name.strip().casefold()]
        return next(iter(exact), alike[0] if len(alike) == 1 else None)

    async def freeze(self, tx: Tx, who: OrganiserId, target: bytes) -> Frozen | NotPossible:
        """Suspend both sides until two others decide. Takes no code: it must be quick."""
        one, other = await tx.organisers.get(who), await tx.organisers.get(OrganiserId(target))
        if one is None or other is None or one.id == other.id:
            return NotPossible()
        if not one.may(Action.FREEZE) or not other.active:
            return NotPossible()
        sides = []
        for each in (one, other):
            sides.append(replace(each, suspended=self._clock.now()))
            await tx.organisers.replace(sides[-1])
            await self._disarm(tx, each.id)
            await tx.motions.strike(each.id, self._clock.now())
        changed = await self._without(tx, (one.id, other.id))
        await tx.audit.add(Event.FROZE, self._clock.now(), by=one.name, about=other.name)
        return Frozen(by=sides[0], target=sides[1], others=await self.active(tx), changed=changed)

    async def motion(
        self, tx: Tx, matter: Matter, subject: bytes, by: OrganiserId | None
    ) -> Motion | NotPossible:
        """The open proposal about an organiser, or a new one as it would be; nothing is written yet."""
        about = await tx.organisers.get(OrganiserId(subject))
        if about is None or about.standing is not Standing.ENROLLED or about.id == by:
            return NotPossible()
        if matter is Matter.UNFREEZE and about.suspended is None:
            return NotPossible()
        fresh = Motion(matter=matter, subject=about.id, by=by, proposed=self._clock.now())
        return await tx.motions.find(fresh.digest, self._clock.now()) or fresh

    async def vote(
        self, tx: Tx, who: Organiser, matter: Matter, subject: bytes, agreed: bytes
    ) -> Voted | NotPossible:
        """An organiser agrees, with a code, to exactly this; with enough of them it is carried out."""
        motion = await self.motion(tx, matter, subject, who.id)
        if isinstance(motion, NotPossible) or motion.digest != agreed or not who.may(Action.DECIDE):
            return NotPossible()
        return await self._agree(tx, who, motion, await tx.organisers.get(OrganiserId(subject)))

    async def loosening(self, tx: Tx, by: OrganiserId, key: str, text: str) -> Motion | NotPossible:
        """The open proposal that a weaker value holds from now on, or a new one; nothing is written yet.

        A stricter value needs nobody's agreement: the keeper sets it, and it holds at once.
        """
        sealed, value = await tx.organisers.policy(), parse(key, text)
        if sealed is None or key not in sealed or value is None:
            return NotPossible()
        if not weakened({key: sealed[key]}, {**sealed, key: value}):
            return NotPossible()
        fresh = Motion(matter=Matter.POLICY, key=key, value=written(value), by=by, proposed=self._clock.now())
        return await tx.motions.find(fresh.digest, self._clock.now()) or fresh

    async def loosen(self, tx: Tx, who: Organiser, key: str, text: str, agreed: bytes) -> Voted | NotPossible:
        """An organiser agrees, with a code, to exactly this key and value."""
        motion = await self.loosening(tx, who.id, key, text)
        if isinstance(motion, NotPossible) or motion.digest != agreed or not who.may(Action.DECIDE):
            return NotPossible()
        return await self._agree(tx, who, motion, None)

    async def panic(self, tx: Tx, who: Organiser) -> Motion | NotPossible:
        """The open proposal to destroy everything, or a new one; nothing is written yet.

        Only where the sealed policy says "destroy", and where there are enough organisers who could agree.
        """
        sealed = await tx.organisers.policy() or {}
        able = [one for one in await self.active(tx) if one.may(Action.PANIC)]
        if sealed.get("vault.panic") != "destroy" or len(able) < PANIC_NEEDS or not who.may(Action.PANIC):
            return NotPossible()
        fresh = Motion(matter=Matter.PANIC, by=who.id, proposed=self._clock.now())
        return await tx.motions.find(fresh.digest, self._clock.now()) or fresh

    async def destroy(self, tx: Tx, who: Organiser, agreed: bytes) -> Voted | NotPossible:
        """An organiser agrees, with a code, that everything is destroyed."""
        motion = await self.panic(tx, who)
        if isinstance(motion, NotPossible) or motion.digest != agreed:
            return NotPossible()
        return await self._agree(tx, who, motion, None)

    async def _agree(self, tx: Tx, who: Organiser, motion: Motion, about: Organiser | None) -> Voted:
        motion, name = motion.agree(who.id), about.name if about else ""
        await tx.audit.add(Event.AGREED, self._clock.now(), by=who.name, about=name, detail=_proposed(motion))
        needed = await self.needed(tx, motion)
        carried = len(motion.agreed) >= needed
        changed: tuple[Broadcast, ...] = ()
        if carried:
            changed = await self._carry_out(tx, motion, about)
        else:
            await tx.motions.put(motion, self._clock.now())
        others = tuple(one for one in await self.active(tx) if one.id != who.id)
        return Voted(
            motion=motion,
            who=who,
            about=about,
            needed=needed,
            carried=carried,
            others=others,
            changed=changed,
        )

    async def needed(self, tx: Tx, motion: Motion) -> int:
        """How many must agree to this; the suspended are counted among those who are left to decide."""
        enrolled = [one for one in await tx.organisers.all() if one.standing is Standing.ENROLLED]
        deciders = [one for one in enrolled if Action.DECIDE in PERMISSIONS[one.role]]
        approvals = approvals_needed(
            ever_enrolled=await tx.organisers.ever_enrolled(), setting=self._approvals
        )
        return motion.needed(approvals=approvals, left=sum(one.id != motion.subject for one in deciders))

    async def propose_removal(self, tx: Tx, name: str) -> Motion:
        """The keeper proposes that somebody is removed; the organisers have to agree in chat.

        Who agreed already has agreed, for no longer than before. It is never the keeper's word that completes
        it: if the agreements there are would be enough now, they are asked for again.
        BadInputError when there is no such organiser, or no other one who could agree.
        """
        found = await self.named(tx, name)
        if found is None:
            raise BadInputError("there is no organiser with this name", hint="see `handbill organisers list`")
        left = [one for one in await self.active(tx) if one.id != found.id and one.may(Action.DECIDE)]
        if not left:
            raise BadInputError(
                "there is no other organiser who could agree to this",
                hint="enrol another one first; `handbill lock` stops everything meanwhile",
            )
        now = self._clock.now()
        motion = Motion(matter=Matter.REMOVE, subject=found.id, by=None, proposed=now)
        before = await tx.motions.find(motion.digest, now)
        if before is not None and len(before.agreed) < await self.needed(tx, motion):
            motion = replace(before, by=None)
        await tx.motions.put(motion, now)
        await tx.audit.add(Event.PROPOSED, now, about=found.name)
        return motion

    async def unfreeze(self, tx: Tx, name: str) -> Organiser:
        """The keeper, who has shown a passphrase, ends one side of a freeze."""
        found = await self.named(tx, name)
        if found is None or found.suspended is None:
            raise BadInputError(
                "no organiser with this name is suspended", hint="see `handbill organisers list`"
            )
        free = replace(found, suspended=None)
        await tx.organisers.replace(free)
        await tx.audit.add(Event.FREED, self._clock.now(), about=free.name)
        return free

    async def ask_to_lock(self, tx: Tx, who: Organiser) -> tuple[Organiser, ...]:
        """Somebody locks the service from their chat; the others, to be told."""
        await tx.audit.add(Event.LOCK_ASKED, self._clock.now(), by=who.name)
        return tuple(one for one in await self.active(tx) if one.id != who.id)

    async def open(self, tx: Tx) -> list[Motion]:
        """Everything that was proposed and is not decided."""
        return await tx.motions.all(self._clock.now())

    async def active(self, tx: Tx) -> tuple[Organiser, ...]:
        """Everybody who is enrolled and not suspended."""
        return tuple(one for one in await tx.organisers.all() if one.active)

    async def _carry_out(self, tx: Tx, motion: Motion, about: Organiser | None) -> tuple[Broadcast, ...]:
        now = self._clock.now()
        await tx.motions.drop(motion.digest, now)
        await tx.audit.add(
            _CARRIED[motion.matter], now, about=about.name if about else "", detail=_proposed(motion)
        )
        value = parse(motion.key, motion.value)
        if value is not None:
            await tx.organisers.seal_policy({**(await tx.organisers.policy() or {}), motion.key: value})
        if about is None:
            return ()
        if motion.matter is Matter.UNFREEZE:
            await tx.organisers.replace(replace(about, suspended=None))
            return ()
        await tx.organisers.remove(about.id)
        await self._disarm(tx, about.id)
        await tx.buttons.drop_for(about.id)
        await tx.motions.drop_about(about.id, now)
        await tx.motions.strike(about.id, now)
        for draft in await tx.broadcasts.in_states(State.DRAFT):
            if draft.author == about.id:
                await tx.broadcasts.replace(draft.end(State.CANCELLED, now=now))
        return await self._without(tx, (about.id,))

    async def _disarm(self, tx: Tx, who: OrganiserId) -> None:
        """What they could press or confirm is void."""
        await tx.stepups.clear(who)
        await tx.buttons.drop_of(who)
        for newcomer in await tx.organisers.all():
            if newcomer.standing is Standing.WAITING and who in newcomer.approved_by:
                agreed = tuple(each for each in newcomer.approved_by if each != who)
                await tx.organisers.replace(replace(newcomer, approved_by=agreed))

    async def _without(self, tx: Tx, organisers: Collection[OrganiserId]) -> tuple[Broadcast, ...]:
        """Their approvals count no more; what changed because of that."""
        changed = []
        for before in await tx.broadcasts.in_states(*_OPEN):
            after = before.without(organisers, now=self._clock.now())
            if after != before:
                await tx.broadcasts.replace(after)
                changed.append(after)
        return tuple(changed)


def _proposed(motion: Motion) -> str:
    """What the audit says about a proposal: of a policy its key and value."""
    return f"{motion.key} = {motion.value}" if motion.matter is Matter.POLICY else str(motion.matter)
