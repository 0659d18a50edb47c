"""How an organiser broadcasts: preview, code, approval, cool-down, delivery, report."""

import pytest

from bot.domain.organiser import Role
from bot.sandbox import Person
from tests.support.house import House


@pytest.fixture
async def readers(house: House) -> list[Person]:
    people = [house.world.person(f"Reader {n}", language="ru" if n % 2 else "en") for n in range(4)]
    for person in people:
        await person.says("/subscribe")
        await person.hears()
    return people


async def test_one_organiser_broadcasts(house: House, readers: list[Person]) -> None:
    """While only one organiser was ever enrolled, Send and a code are enough."""
    olga = await house.organiser("Olga")
    assert "You are enrolled as Olga (author)" in olga.last.text
    await olga.says("/broadcast Meeting at six.\n== ru ==\nСобрание в шесть.")
    await olga.hears("Meeting at six.")
    await olga.hears("Собрание в шесть.")
    control = await olga.hears("Fingerprint")
    assert control.labels == ["Send", "Urgent", "Audience", "Cancel"]
    assert "under 20" in control.text
    await olga.presses("Send")
    await olga.hears("six digits")
    digits = await olga.says(house.code(olga))
    await olga.misses(digits)
    await olga.hears("Starts in 1 s")
    for number, reader in enumerate(readers):
        message = await reader.hears("Update ·")
        assert ("Собрание" if number % 2 else "Meeting") in message.text
    report = await olga.hears("Report")
    assert "Delivered: under 20" in report.text


async def test_two_organisers(house: House, readers: list[Person]) -> None:
    """From the second organiser on, another one has to approve with their own code."""
    olga = await house.organiser("Olga")
    pavel = await house.organiser("Pavel", Role.APPROVER, language="ru")
    assert "Ждём одобрения" in pavel.last.text
    await olga.hears("Pavel wants to become approver")
    await olga.presses("Approve")
    await olga.hears("six digits")
    await olga.says(house.code(olga))
    await olga.hears("You have agreed")
    await pavel.hears("Имя: Pavel")
    await olga.says("/broadcast Meeting at six.")
    await olga.hears("Fingerprint")
    await olga.presses("Send")
    await olga.hears("six digits")
    await olga.says(house.code(olga))
    await olga.hears("Waiting for approval: 1 of 2")
    await pavel.hears("Meeting at six.")
    await pavel.hears("Olga хочет отправить")
    await pavel.presses("Одобрить")
    await pavel.hears("шесть цифр")
    await pavel.says(house.code(pavel))
    await pavel.hears("Начнётся через 1 с")
    await olga.hears("Starts in 1 s")
    for reader in readers:
        await reader.hears("Meeting at six.")
    await pavel.hears("Отчёт")
    await olga.hears("Report")
