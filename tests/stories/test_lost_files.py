"""Pictures and files that the bot cannot send any more, because they were given to another bot."""

from bot.i18n.translator import Words
from tests.support.house import House

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(8) + (640).to_bytes(4, "big") + (480).to_bytes(4, "big")


async def test_updates_whose_file_is_gone(house: House, en: Words) -> None:
    """A picture that cannot be sent any more leaves its words; the rest follows."""
    olga, bert = await house.organiser("Olga"), house.world.person("Bert")
    await olga.sends_photo(PICTURE, "/broadcast In pictures")
    await house.confirms(olga, "Send")
    await olga.hears(en("report-done"))
    await house.broadcasts(olga, "In words")
    await olga.hears(en("report-done"))
    house.world.state.media.clear()
    await bert.says("/updates")
    gone, there = await bert.hears("In pictures"), await bert.hears("In words")
    assert gone.media is None
    assert en("update-file-gone") in gone.text
    assert gone.id < there.id
