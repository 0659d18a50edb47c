"""What all messages between terminal and service have in common. The messages are `messages` and `audit`."""

import msgspec


class Message(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="op"):
    """Nothing of a message is ever printed."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"
