"""Atom (RFC 4287), one feed a language. Addresses are relative, so that every copy of the mirror has one."""

import re
import uuid
from collections.abc import Iterator, Sequence

from bot.library.mirror.edition import Text
from bot.library.mirror.markup import Html, joined, tag
from bot.library.mirror.page import Site, feed_path
from bot.library.mirror.reading import path_of

NEWEST = 20
"""Statements in a feed."""
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold (section 2.2)."""
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:handbill:mirror")


def files(site: Site) -> Iterator[tuple[str, bytes]]:
    """The feeds."""
    for language in site.edition.languages:
        texts = [text for text in site.edition.texts if text.statement.language == language]
        yield feed_path(language), _feed(site, language, texts)


def _feed(site: Site, language: str, texts: Sequence[Text]) -> bytes:
    words = site.speaking(site.nearest(language))
    whole = tag(
        "feed",
        tag("id", _urn(f"{site.edition.name} {language}")),
        tag("title", _clean(site.edition.name)),
        tag("subtitle", words("mirror-statements")),
        tag("updated", _moment(texts)),
        tag("author", tag("name", _clean(site.edition.name))),
        tag("link", rel="self", type="application/atom+xml", href=feed_path(language)),
        tag("link", rel="alternate", type="text/html", href=site.list_path(site.nearest(language))),
        *(_entry(text) for text in texts[:NEWEST]),
        xmlns="http://www.w3.org/2005/Atom",
        **{"xml:lang": language},
    )
    return f'<?xml version="1.0" encoding="utf-8"?>\n{whole}\n'.encode()


def _entry(text: Text) -> Html:
    statement = text.statement
    author = tag("author", tag("name", _clean(statement.author))) if statement.author else Html("")
    return joined(
        (
            tag(
                "entry",
                tag("id", _urn(f"{statement.number} {statement.language} {text.prose.code}")),
                tag("title", _clean(statement.title)),
                tag("updated", _moment([text])),
                author,
                tag("link", rel="alternate", type="text/html", href=path_of(statement)),
                tag("summary", _clean(text.prose.lead)),
            ),
        )
    )


def _moment(texts: Sequence[Text]) -> str:
    """Midnight of the newest date: a statement has no hour, and the hour of building is nobody's business."""
    return f"{max(text.statement.date for text in texts)}T00:00:00Z"


def _urn(name: str) -> str:
    return uuid.uuid5(_NAMESPACE, name).urn


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
