"""How the words under a picture are changed after it was sent."""

from bot.i18n.translator import Words
from tests.stories.test_editing import read, subscribed
from tests.support.house import House

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(8) + (640).to_bytes(4, "big") + (480).to_bytes(4, "big")


async def test_a_picture(house: House, words: Words) -> None:
    """Of a picture the words are changed; /updates shows both as they are now, and /undo takes it back."""
    (bert,) = await subscribed(house, "Bert", language=words.language)
    olga = await house.organiser("Olga", language=words.language)
    await olga.sends_photo(PICTURE, "/broadcast Meeting at six")
    await olga.hears(words("draft-title"))
    await house.confirms(olga, words("button-send"))
    await olga.hears(words("report-done"))
    await house.deaf(olga)
    await olga.sends_photo(PICTURE, "/edit Meeting at eight")
    await olga.hears(words("edit-media"))
    await olga.says("/edit " + "x" * 995)
    await olga.hears(words("refused-caption-too-long", units=995))
    await olga.says("/edit Meeting at seven")
    preview = await olga.hears("Meeting at seven")
    assert preview.media is not None
    await olga.hears(words("edit-title"))
    await house.confirms(olga, words("button-send"))
    await olga.hears(words("report-edit-done"))
    assert read(bert) == [preview.text]
    assert bert.inbox[-1].media is not None
    await house.deaf(bert)
    await bert.says("/updates")
    await bert.hears(words("update-edited", date="")[:8])
    shown = await bert.hears("Meeting at seven")
    assert shown.media is not None
    await olga.says("/undo")
    await olga.hears(words("code-ask"))
    await olga.says(house.code(olga))
    await olga.hears(words("report-undo-done"))
    assert len(read(bert)) == 1  # what /updates showed
