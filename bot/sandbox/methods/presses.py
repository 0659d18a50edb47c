"""Answers to pressed buttons: answerCallbackQuery."""

from bot.sandbox.errors import bad_request
from bot.sandbox.methods.call import Call

ANSWERABLE_SECONDS = 150
_MOST_TEXT = 200


def answer_callback_query(call: Call) -> bool:
    """Stop the little clock on the button, with or without a text on top of the screen."""
    press = call.bot.presses.get(call.given.text("callback_query_id"))
    if press is None or call.state.now() - press.pressed_at > ANSWERABLE_SECONDS:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = call.given.text("text")
    if len(text) > _MOST_TEXT:
        raise bad_request("MESSAGE_TOO_LONG")
    press.answered, press.answer, press.alert = True, text, call.given.flag("show_alert")
    press.url = call.given.text("url") or None
    press.changed.fire()
    return True
