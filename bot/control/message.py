"""What every message between terminal and service is: a closed struct that never shows itself."""

import msgspec


class Message(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="op"):
    """Nothing of a message is ever printed."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"
