"""Messages that are neither text nor picture nor file: as little of each as a bot library needs to read it.

Bots only hear of them; nothing of this kind can be sent by a bot here, and there is no content behind it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, get_args

OtherKind = Literal[
    "animation", "audio", "contact", "dice", "location", "poll", "sticker", "video", "video_note", "voice"
]
OTHER_KINDS: tuple[OtherKind, ...] = get_args(OtherKind)

_FILE = {"file_id": "BAADnothing", "file_unique_id": "BAADnothing"}
_MOVING = _FILE | {"width": 320, "height": 240, "duration": 3}
_POLL = {
    "id": "1",
    "question": "When?",
    "options": [{"text": "Six", "voter_count": 0, "persistent_id": "1"}],
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
    "allows_revoting": False,
    "members_only": False,
}

OTHER: Mapping[str, dict[str, Any]] = MappingProxyType(
    {
        # Telegram shows an animation as a document too, for old bots.
        "animation": {"animation": _MOVING, "document": _FILE},
        "audio": {"audio": _FILE | {"duration": 3}},
        "contact": {"contact": {"phone_number": "+10000000000", "first_name": "Somebody"}},
        "dice": {"dice": {"emoji": "🎲", "value": 4}},
        "location": {"location": {"longitude": 0.0, "latitude": 0.0}},
        "poll": {"poll": _POLL},
        "sticker": {
            "sticker": _FILE
            | {"width": 512, "height": 512, "is_animated": False, "is_video": False, "type": "regular"}
        },
        "video": {"video": _MOVING},
        "video_note": {"video_note": _FILE | {"length": 240, "duration": 3}},
        "voice": {"voice": _FILE | {"duration": 3}},
    }
)
"""The Bot API fields of each kind."""
