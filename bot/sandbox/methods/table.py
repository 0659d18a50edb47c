"""Every method by its name in small letters; names are case-insensitive for Telegram."""

from collections.abc import Mapping
from types import MappingProxyType

from bot.sandbox.methods import chats, editing, polling, presses, profile, sending
from bot.sandbox.methods.call import Method

METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "getme": profile.get_me,
        "getupdates": polling.get_updates,
        "setwebhook": polling.set_webhook,
        "deletewebhook": polling.delete_webhook,
        "getwebhookinfo": polling.get_webhook_info,
        "sendmessage": sending.send_message,
        "sendrichmessage": sending.send_rich_message,
        "sendphoto": sending.send_photo,
        "senddocument": sending.send_document,
        "copymessage": sending.copy_message,
        "sendchataction": sending.send_chat_action,
        "editmessagetext": editing.edit_message_text,
        "editmessagecaption": editing.edit_message_caption,
        "editmessagereplymarkup": editing.edit_message_reply_markup,
        "deletemessage": editing.delete_message,
        "deletemessages": editing.delete_messages,
        "answercallbackquery": presses.answer_callback_query,
        "getchat": chats.get_chat,
        "getchatadministrators": chats.get_chat_administrators,
        "getchatmember": chats.get_chat_member,
        "getchatmembercount": chats.get_chat_member_count,
        "leavechat": chats.leave_chat,
        "getfile": profile.get_file,
        "setmycommands": profile.set_my_commands,
        "getmycommands": profile.get_my_commands,
        "deletemycommands": profile.delete_my_commands,
        "setmyname": profile.setter("name", 64, lambda bot: bot.names),
        "getmyname": profile.getter("name", lambda bot: bot.names),
        "setmydescription": profile.setter("description", 512, lambda bot: bot.descriptions),
        "getmydescription": profile.getter("description", lambda bot: bot.descriptions),
        "setmyshortdescription": profile.setter("short_description", 120, lambda bot: bot.short_descriptions),
        "getmyshortdescription": profile.getter("short_description", lambda bot: bot.short_descriptions),
    }
)
