"""Organisers and the invitations that lead to them."""

from dataclasses import replace

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from bot.domain.contact import ChatId
from bot.domain.organiser import OrganiserId, Standing
from bot.errors import DamagedVaultError
from bot.store import Store, invitations, organisers, tables
from tests.store.helpers import HOUR, NOW, blobs, execute, invitation, organiser


class TestOrganisers:
    async def test_found(self, store: Store) -> None:
        """An organiser is known by chat and by id, with the secret that the terminal gave out."""
        vera, boris = organiser(5), replace(organiser(6), since=NOW - HOUR)
        async with store.begin() as tx:
            await tx.organisers.add(vera, b"secret of vera")
            await tx.organisers.add(boris, b"secret of boris")
        async with store.read() as tx:
            assert await tx.organisers.by_chat(ChatId(5)) == vera
            assert await tx.organisers.get(boris.id) == boris
            assert await tx.organisers.all() == [boris, vera]
            assert await tx.organisers.secret(vera.id) == b"secret of vera"
            assert await tx.organisers.by_chat(ChatId(7)) is None
            assert await tx.organisers.get(OrganiserId(bytes(16))) is None
            assert await tx.organisers.secret(OrganiserId(bytes(16))) is None

    async def test_replaced(self, store: Store) -> None:
        """A used TOTP step is remembered; the secret stays what it was."""
        before = organiser(5)
        after = replace(before, last_step=before.last_step + 1, wrong_codes=())
        async with store.begin() as tx:
            await tx.organisers.add(before, b"secret")
            await tx.organisers.replace(after)
            await tx.organisers.replace(organiser(6))
            assert await tx.organisers.all() == [after]
            assert await tx.organisers.secret(after.id) == b"secret"

    async def test_one_a_chat(self, store: Store) -> None:
        """One Telegram account is one organiser."""

        async def twice() -> None:
            async with store.begin() as tx:
                await tx.organisers.add(organiser(5), b"secret")
                await tx.organisers.add(organiser(5), b"secret")

        with pytest.raises(IntegrityError):
            await twice()

    async def test_ever_enrolled(self, store: Store) -> None:
        """Whoever was enrolled once counts for good; whoever still waits does not count yet."""
        waiting = organiser(5, Standing.WAITING)
        async with store.begin() as tx:
            assert await tx.organisers.ever_enrolled() == 0
            await tx.organisers.add(waiting, b"secret")
            assert await tx.organisers.ever_enrolled() == 0
            enrolled = replace(waiting, standing=Standing.ENROLLED)
            await tx.organisers.replace(enrolled)
            await tx.organisers.replace(replace(enrolled, last_step=1))
            assert await tx.organisers.ever_enrolled() == 1
            await tx.organisers.add(organiser(6), b"secret")
            assert await tx.organisers.remove(enrolled.id)
            assert not await tx.organisers.remove(enrolled.id)
            assert await tx.organisers.ever_enrolled() == 2

    async def test_count_deleted(self, store: Store) -> None:
        """Nobody becomes the only organiser by deleting the count."""
        async with store.begin() as tx:
            await tx.organisers.add(organiser(5), b"secret")
        await execute(store, delete(tables.policy))
        async with store.read() as tx:
            with pytest.raises(DamagedVaultError):
                await tx.organisers.ever_enrolled()

    def test_every_field(self) -> None:
        """Nothing an organiser or an invitation knows is left out of its record."""
        assert organisers.CODEC.missing() == {"id"}
        assert invitations.CODEC.missing() == {"id"}


class TestInvitations:
    async def test_claimed(self, store: Store) -> None:
        """An invitation is found by its code, and then by the chat that sent the code."""
        mine = invitation()
        claimed = replace(mine, claimed_by=ChatId(5), wrong_codes=(NOW,))
        async with store.begin() as tx:
            await tx.invitations.add(mine, "oCODE", b"secret")
            await tx.invitations.add(invitation(), "oOTHER", b"other secret")
            assert await tx.invitations.by_code("oCODE") == mine
            assert await tx.invitations.by_code("oCODF") is None
            assert await tx.invitations.by_claimer(ChatId(5)) is None
            await tx.invitations.replace(claimed)
            assert await tx.invitations.by_claimer(ChatId(5)) == claimed
            assert await tx.invitations.by_code("oCODE") == claimed
            assert await tx.invitations.secret(mine.id) == b"secret"

    async def test_used(self, store: Store) -> None:
        """A code works once, and not when it has expired."""
        mine, late, old = invitation(), invitation(NOW + 2 * HOUR), invitation(NOW)
        async with store.begin() as tx:
            for number, one in enumerate((mine, late, old)):
                await tx.invitations.add(one, f"o{number}", b"secret")
            await tx.invitations.remove(mine.id)
            assert await tx.invitations.by_code("o0") is None
            assert await tx.invitations.secret(mine.id) is None
            assert await tx.invitations.purge(NOW) == 1
            assert await tx.invitations.by_code("o1") == late
            assert await tx.invitations.by_code("o2") is None

    async def test_code_unknown(self, store: Store) -> None:
        """The code stands nowhere in the database."""
        async with store.begin() as tx:
            await tx.invitations.add(invitation(), "oCODE", b"secret")
        for column in ("id", "bidx", "rec", "totp"):
            [value] = await blobs(store, tables.invitations, column)
            assert b"oCODE" not in value
