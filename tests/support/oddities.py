"""What a hostile, broken or merely newer Telegram client can make Telegram send to a bot, as raw updates.

Written as the Bot API writes it (core.telegram.org/bots/api#update); no client of the sandbox could say most
of it. Ids and dates are filled in by whoever sends them.
"""

from collections.abc import Iterator
from typing import Any

from bot.sandbox.kinds import OTHER

Json = dict[str, Any]

FILE = {"file_id": "BAADnothing", "file_unique_id": "BAADnothing"}
PICTURE = FILE | {"width": 9, "height": 9}
ZALGO = "H" + "\u0335\u0336\u0337\u0338\u0489" * 400 + "i"
BIDI = "\u202eevil\u2066\u200f" * 100

TEXTS: dict[str, str] = {
    "oversized": "x" * 100_000,
    "bidi": BIDI,
    "zalgo": ZALGO,
    "nul": "\x00\x01\x02 hello \x7f\x9f",
    "only spaces": " \u3000\u200b\n\t",
    "markup": "*bold* <b>bold</b> [x](tg://user?id=1) `x` {} %s ${x} {0.__class__}",
    "six unicode digits": "١٢٣٤٥٦",
    "a fullwidth command": "\uff0fsubscribe",
    "six digits": "123456",
    "a path": "../../etc/passwd",
    "an address": "https://example.org/?q=1 tg://resolve?domain=x",
}
"""Said in private, each is answered with the one constant answer; in a group with silence."""

COMMANDS: dict[str, str] = {
    "unknown": "/nothing",
    "an organiser's": "/broadcast Everybody at six",
    "of another bot": "/subscribe@other_bot",
    "of two bots": "/subscribe@other_bot@handbill_bot",
    "with a newline": "/broadcast\nEverybody\nat six",
    "in mixed case": "/BroadCast Everybody",
    "many at once": "/nothing " + " ".join(["/subscribe"] * 1_000),
    "very long": "/" + "x" * 4_000,
    "dotless": "/\u0130\u0131stop",
}
"""Commands that are none."""

NUMBERS = [
    "9" * 4_000,
    "٣",
    "²",
    "-1",
    "1e3",
    "0x1",
    "1_000",
    "\u202e3",
    "3\n4",
    "1/2",
    "NaN",
    "３",
    "0",
    "999999",
]
"""Behind /statement: none is the number of a statement that is there."""

PAYLOADS = [
    *("o" + "A" * 22, "o", "o" * 64, "i4711", "s0", "s999999", "s" + "9" * 63, "s-1", "s١", "x" * 64),
    *("../..", "o\x00", "s3;DROP", "\u202es3", "admin", "o A", "%00", "[]"),
]
"""Behind /start: none is a code, or the number of a statement that is there."""

DATA = [
    *(
        "",
        ":",
        "::::",
        "subscribe",
        "subscribe:",
        "subscribe:xx",
        "unsubscribe:../en",
        "speak:xx",
        "forget:en",
    ),
    *(
        "start:en",
        "broadcast:en",
        "h",
        "h" + "A" * 16,
        "hÜ",
        "h\x00",
        "a" * 64,
        "statement:en\x00:1",
        "mydata:en",
    ),
    *("card:" + "ü" * 29, "\u202esubscribe:en", "SUBSCRIBE:en", " subscribe:en", "latest:EN", "slogan:"),
]
"""Callback data that no button has shown."""

SERVICE: dict[str, Json] = {
    "group_chat_created": {"group_chat_created": True},
    "new_chat_title": {"new_chat_title": BIDI},
    "new_chat_photo": {"new_chat_photo": [PICTURE]},
    "delete_chat_photo": {"delete_chat_photo": True},
    "write_access_allowed": {"write_access_allowed": {"from_request": True}},
    "web_app_data": {"web_app_data": {"data": "x" * 4_096, "button_text": "x"}},
    "users_shared": {"users_shared": {"request_id": 1, "users": [{"user_id": 5}]}},
    "chat_shared": {"chat_shared": {"request_id": 1, "chat_id": -5}},
    "message_auto_delete_timer_changed": {
        "message_auto_delete_timer_changed": {"message_auto_delete_time": 86_400}
    },
    "proximity_alert_triggered": {
        "proximity_alert_triggered": {
            "traveler": {"id": 5, "is_bot": False, "first_name": "A"},
            "watcher": {"id": 6, "is_bot": False, "first_name": "B"},
            "distance": 3,
        }
    },
    "something of next year": {"something_new": {"deep": [{"er": None}]}},
}
"""What a chat says about itself: silence, in private too."""

MEDIA: dict[str, Json] = {
    **OTHER,
    "photo": {"photo": [PICTURE]},
    "photo with a caption": {"photo": [PICTURE], "caption": ZALGO},
    "document": {"document": FILE | {"file_name": BIDI}},
    "story": {"story": {"id": 1, "chat": {"id": 5, "type": "private"}}},
    "game": {"game": {"title": "x", "description": "x", "photo": [PICTURE]}},
    "a hundred entities": {
        "text": "x" * 200,
        "entities": [{"type": "bold", "offset": n, "length": 2} for n in range(100)],
    },
    "entities out of bounds": {
        "text": "/x",
        "entities": [
            {"type": "bot_command", "offset": -5, "length": 2**31},
            {"type": "bot_command", "offset": 0, "length": 0},
            {
                "type": "text_mention",
                "offset": 0,
                "length": 9,
                "user": {"id": 5, "is_bot": False, "first_name": "A"},
            },
            {"type": "of_next_year", "offset": 0, "length": 1},
        ],
    },
    "a forwarded text": {
        "text": "x",
        "forward_origin": {"type": "hidden_user", "sender_user_name": BIDI, "date": 1},
    },
    "an inline result": {"text": "x", "via_bot": {"id": 9, "is_bot": True, "first_name": "B"}},
}
"""Messages with something other than plain words: the one constant answer in private, silence in a group."""


def others(person: Json, chat: Json) -> Iterator[tuple[str, Json]]:
    """Every kind of update that this bot does not ask for, and kinds of the years to come."""
    message = {"message_id": 7, "date": 1, "chat": chat, "from": person, "text": "/subscribe"}
    command = message | {"entities": [{"type": "bot_command", "offset": 0, "length": 10}]}
    for kind in ("edited_message", "edited_channel_post", "business_message", "edited_business_message"):
        yield kind, command
    yield (
        "business_connection",
        {
            "id": "b",
            "user": person,
            "user_chat_id": person["id"],
            "date": 1,
            "is_enabled": True,
            "can_reply": True,
        },
    )
    yield "deleted_business_messages", {"business_connection_id": "b", "chat": chat, "message_ids": [1]}
    yield (
        "message_reaction",
        {
            "chat": chat,
            "message_id": 7,
            "date": 1,
            "user": person,
            "old_reaction": [],
            "new_reaction": [{"type": "emoji", "emoji": "👍"}],
        },
    )
    yield "message_reaction_count", {"chat": chat, "message_id": 7, "date": 1, "reactions": []}
    yield "inline_query", {"id": "1", "from": person, "query": "/subscribe", "offset": ""}
    yield "chosen_inline_result", {"result_id": "1", "from": person, "query": "/subscribe"}
    yield (
        "shipping_query",
        {
            "id": "1",
            "from": person,
            "invoice_payload": "x",
            "shipping_address": dict.fromkeys(
                ("country_code", "state", "city", "street_line1", "street_line2", "post_code"), "x"
            ),
        },
    )
    yield (
        "pre_checkout_query",
        {"id": "1", "from": person, "currency": "XTR", "total_amount": 1, "invoice_payload": "x"},
    )
    yield "purchased_paid_media", {"from": person, "paid_media_payload": "x"}
    yield "poll", OTHER["poll"]["poll"]
    yield "poll_answer", {"poll_id": "1", "user": person, "option_ids": [0]}
    yield "chat_join_request", {"chat": chat, "from": person, "user_chat_id": person["id"], "date": 1}
    yield "chat_boost", {"chat": chat}
    yield "removed_chat_boost", {"chat": chat}
    yield "of_next_year", {"anything": [{"at": "all"}]}
    # What no Telegram of today writes: a field that a library relies on is missing, or is something else.
    yield "message", {"message_id": 7}
    yield "message", message | {"date": "tomorrow"}
    yield "message", message | {"chat": {"id": person["id"]}}
    yield "message", message | {"poll": {"question": "?"}, "text": None}
    yield "message", message | {"entities": [{"type": "bold"}]}
    # A button under a message of another bot, or under none.
    yield (
        "callback_query",
        {"id": "1", "from": person, "chat_instance": "1", "inline_message_id": "x", "data": "x"},
    )
    yield "callback_query", {"id": "1", "from": person, "chat_instance": "1", "game_short_name": "x"}
    # A bot, and a channel whose post Telegram copies into the group beside it.
    yield "message", command | {"from": person | {"is_bot": True}}
    yield "message", command | {"is_automatic_forward": True, "sender_chat": {"id": -9, "type": "channel"}}
