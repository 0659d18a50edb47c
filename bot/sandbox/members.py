"""How somebody stands in a chat, as the Bot API's ChatMember. Who may change it is not decided here."""

from dataclasses import dataclass
from typing import Literal

from bot.sandbox.messages import Json, Peer

Status = Literal[
    "creator",
    "administrator",
    "member",
    "restricted",
    "left",
    "kicked",
]

_ADMIN_RIGHTS = [
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_send_welcome_messages",
    "can_manage_topics",
]
_CHANNEL_RIGHTS = ("can_post_messages", "can_edit_messages")
MEMBER_RIGHTS = [
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One person or bot in one chat. A restricted one may not write."""

    user: Peer
    status: Status
    anonymous: bool = False

    @property
    def inside(self) -> bool:
        """Whether this member is in the chat now."""
        return self.status not in ("left", "kicked")

    @property
    def leads(self) -> bool:
        """Whether this member is an admin."""
        return self.status in ("creator", "administrator")

    def json(self, *, channel: bool = False) -> Json:
        """A Bot API ChatMember."""
        member: Json = {"user": self.user.json(), "status": self.status}
        if self.leads:
            member["is_anonymous"] = self.anonymous
        if self.status == "administrator":
            rights = (*_ADMIN_RIGHTS, *_CHANNEL_RIGHTS) if channel else _ADMIN_RIGHTS
            member |= {"can_be_edited": False} | dict.fromkeys(rights, True)
        if self.status == "restricted":
            member |= {"is_member": True, "until_date": 0} | dict.fromkeys(MEMBER_RIGHTS, False)
        if self.status == "kicked":
            member["until_date"] = 0
        return member
