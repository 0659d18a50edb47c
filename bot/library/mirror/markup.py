"""Elements of HTML and XML as values. Whatever is not an `Html` already is escaped: nothing can be forgotten.

Joining or formatting an `Html` with Python's own means gives a plain string, which would be escaped again:
that shows at once, where the other way round would be a hole.
"""

import html
from collections.abc import Iterable

_VOID = frozenset({"br", "hr", "link", "meta"})


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


def text(value: str) -> Html:
    """Words as markup."""
    return value if isinstance(value, Html) else Html(html.escape(value, quote=True))


def joined(parts: Iterable[str], between: str = "") -> Html:
    """Parts after each other, each escaped unless it is markup."""
    return Html(text(between).join(text(part) for part in parts))


def tag(name: str, /, *inside: str, **attributes: str | None) -> Html:
    """One element. `class_` is `class`, `http_equiv` is `http-equiv`; None leaves an attribute out."""
    shown = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{text(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _VOID:
        return Html(f"<{name}{shown}/>")
    return Html(f"<{name}{shown}>{joined(inside)}</{name}>")
