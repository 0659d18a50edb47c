"""What organisers rely on: sealed when the first one enrols, loosened only by several."""

import pytest

from bot.actions import policy
from bot.config import load
from bot.errors import SettingsError
from bot.i18n.translator import Words
from tests.support.house import House


def settings(house: House, **publishing: str) -> dict[str, str]:
    names = {f"HANDBILL_PUBLISHING__{name.upper()}": value for name, value in publishing.items()}
    return {"HANDBILL_HOME": str(house.config.home), "HANDBILL_PUBLISHING__COOLDOWN_SECONDS": "1"} | names


async def test_weaker_settings_open_nothing(house: House, en: Words) -> None:
    """Sealed with the first organiser: then a weaker value is refused and named, a stricter one is not."""
    weaker, stricter = settings(house, per_day="9"), settings(house, per_day="7", approvals="3")
    await policy.hold(house.store, load(weaker), house.clock)
    await house.organiser("Olga")
    await policy.hold(house.store, load(settings(house)), house.clock)
    await policy.hold(house.store, load(stricter), house.clock)
    with pytest.raises(SettingsError, match=r"\[publishing\] per_day"):
        await policy.hold(house.store, load(weaker), house.clock)
    with pytest.raises(SettingsError, match=r"\[publishing\] approvals"):
        await policy.hold(house.store, load(settings(house, approvals="1")), house.clock)


async def test_a_home_from_before(house: House) -> None:
    """A home whose organisers enrolled before there was a policy gets one at the next unlock."""
    olga = await house.organiser("Olga")
    async with house.store.begin() as tx:
        await tx.organisers._write(1, None)
    await policy.hold(house.store, load(settings(house)), house.clock)
    with pytest.raises(SettingsError):
        await policy.hold(house.store, load(settings(house, wave_percent="2")), house.clock)
    await olga.says("/policy")
    assert "publishing.wave_percent = 1" in (await olga.hears("publishing.")).text


async def test_loosening(house: House, en: Words) -> None:
    """One code is not enough; with the second the keeper may set this value, and no weaker one."""
    olga, pavel = await house.team("Olga", "Pavel")
    weaker = load(settings(house, per_day="12"))
    await olga.says("/policy publishing.per_day 12")
    await olga.hears(en("policy-ask", key="publishing.per_day", value="12"))
    await olga.hears(en("code-ask"))
    await olga.says(house.code(olga))
    await olga.hears(en("policy-agreed", key="publishing.per_day", value="12", agreed=1, needed=2))
    asked = await pavel.hears("Olga proposes: publishing.per_day = 12")
    assert asked.labels == ["Approve", "Freeze"]
    with pytest.raises(SettingsError):
        await policy.hold(house.store, weaker, house.clock)
    await house.confirms(pavel, "Approve")
    for person in (pavel, olga):
        await person.hears(en("policy-done", key="publishing.per_day", value="12"))
    await policy.hold(house.store, weaker, house.clock)
    with pytest.raises(SettingsError):
        await policy.hold(house.store, load(settings(house, per_day="13")), house.clock)


@pytest.mark.parametrize(
    "words",
    [
        "publishing.per_day 7",
        "publishing.per_day 8",
        "publishing.per_day 101",
        "publishing.per_day many",
        "publishing.per_day",
        "per_day 12",
        "telegram.rate 30",
        "publishing.approvals=1 1",
    ],
)
async def test_what_cannot_be_proposed(house: House, en: Words, words: str) -> None:
    """Only a weaker value, within its bounds, of a key of the policy takes the organisers."""
    olga, _ = await house.team("Olga", "Pavel")
    await olga.says(f"/policy {words}")
    await olga.hears(en("policy-which"))
