"""What a bot puts into a message: text with entities, buttons, files. Checked here, sent elsewhere."""

from typing import Any, Literal

from bot.sandbox.chats import file_id
from bot.sandbox.errors import bad_request
from bot.sandbox.messages import Button, Media
from bot.sandbox.methods.call import Call
from bot.sandbox.pictures import document, photo
from bot.sandbox.texts import MAX_CAPTION, MAX_TEXT, Entity, cleaned, entities_of

Rows = tuple[tuple[Button, ...], ...]
Body = tuple[str, tuple[Entity, ...]]

_MAX_DATA_BYTES = 64
_MAX_COPY = 256
_MAX_BUTTONS = 100
_MAX_RAW_BYTES = 32768
_URLS = ("http://", "https://", "tg://")


def body_text(call: Call) -> Body:
    """The cleaned `text`. Raises the 400 of an empty or too long one."""
    text, entities = _formatted(call, "text", "entities", MAX_TEXT, what="message")
    if not text:
        raise bad_request("message text is empty")
    return text, entities


def caption(call: Call) -> Body:
    """The cleaned `caption`; empty is allowed."""
    return _formatted(call, "caption", "caption_entities", MAX_CAPTION, what="message caption")


def _formatted(call: Call, name: str, entities: str, limit: int, *, what: str) -> Body:
    if call.given.text("parse_mode"):
        raise bad_request("can't parse entities: not supported by the sandbox")
    raw = call.given.text(name)
    if len(raw.encode(errors="surrogatepass")) > _MAX_RAW_BYTES:
        raise bad_request(f"{what} is too long")
    return cleaned(raw, entities_of(call.given.json(entities)), limit, what=what)


def keyboard(call: Call) -> Rows:
    """The inline keyboard; empty when there is none. Raises the 400 of a wrong one."""
    markup = call.given.object("reply_markup")
    if not markup:
        return ()
    if "inline_keyboard" not in markup:
        if {"keyboard", "remove_keyboard", "force_reply"} & markup.keys():
            return ()
        raise bad_request("object expected as reply markup")
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    made = tuple(tuple(_button(each) for each in row) for row in rows if row)
    if sum(map(len, made)) > _MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return made


def _button(raw: Any) -> Button:
    if not isinstance(raw, dict) or not isinstance(raw.get("text"), str):
        raise bad_request("can't parse inline keyboard button: Can't find field \"text\"")
    label = raw["text"].strip()
    if not label:
        raise bad_request("inline keyboard button text must be non-empty")
    if "callback_data" in raw:
        return Button(label=label, data=_data(raw["callback_data"]))
    if "url" in raw:
        return Button(label=label, url=_url(raw["url"]))
    if "copy_text" in raw:
        return Button(label=label, copy=_copied(raw["copy_text"]))
    raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")


def _data(raw: Any) -> str:
    if not isinstance(raw, str) or not 1 <= len(raw.encode()) <= _MAX_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    return raw


def _url(raw: Any) -> str:
    if not isinstance(raw, str) or not raw.startswith(_URLS):
        raise bad_request(f"inline keyboard button URL '{raw}' is invalid: Wrong HTTP URL")
    return raw


def _copied(raw: Any) -> str:
    text = raw.get("text") if isinstance(raw, dict) else None
    if not isinstance(text, str) or not 1 <= len(text) <= _MAX_COPY:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    return text


def media(call: Call, kind: Literal["photo", "document"]) -> Media:
    """The file to send: uploaded, or known by its file_id. Raises the 400 of what is neither."""
    named = call.given.text(kind)
    upload = call.given.uploads.get(named.removeprefix("attach://") if named else kind)
    if upload is None:
        if not named:
            raise bad_request(f"there is no {kind} in the request")
        return known_file(call, named, kind)
    if not upload.content:
        raise bad_request("file must be non-empty")
    if kind == "photo":
        return call.state.keep(photo(call.state.chance, upload.content))
    return call.state.keep(document(call.state.chance, upload.content, upload.name))


def known_file(call: Call, named: str, kind: str | None = None) -> Media:
    """The file of a file_id, which is worth something only to the bot it was given to."""
    found = call.state.media.get(named.partition("-")[0])
    if found is None or named != file_id(found.unique_id, call.bot.id):
        raise bad_request("wrong file identifier/HTTP URL specified" if kind else "invalid file_id")
    if kind and found.kind != kind:
        raise bad_request(f"can't use file of type {found.kind.title()} as {kind.title()}")
    return found
