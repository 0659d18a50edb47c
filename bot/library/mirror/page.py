"""The frame around every page: head, top, foot, and the rules that a browser enforces for it.

No script, nothing loaded from anywhere, no address told to others; the style sheet stands inside and is the
only one allowed. Pages are cut so that none needs more than 60 KB.
"""

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.library import languages
from bot.library.mirror import style
from bot.library.mirror.edition import Edition, Words
from bot.library.mirror.markup import Html, joined, tag

LARGEST = 60_000
"""Bytes of a page, pictures aside."""
ROOM = 44_000
"""Bytes of text on a page that is one of several; the rest is for the frame around it."""
DEFAULT = "en"


@dataclass(frozen=True, kw_only=True)
class Site:
    """An edition and the words around it."""

    edition: Edition
    spoken: tuple[str, ...]
    """Languages there are words in, the one of `index.html` first."""
    speaking: Callable[[str], Words]

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """Of all statements, sorted; asked for by every page."""
        return self.edition.languages

    def nearest(self, language: str) -> str:
        """The language in which a page about a text speaks."""
        return language if language in self.spoken else self.spoken[0]

    def list_path(self, language: str, number: int = 1) -> str:
        """Where the list of statements in a language of words stands."""
        base = "index" if language == self.spoken[0] else language
        return numbered(f"{base}.html", number)

    def slogans_path(self, language: str) -> str | None:
        """Where the slogans for readers of this language stand."""
        written = [each.language for each in self.edition.slogans]
        found = next((one for one in (language, self.spoken[0], *written) if one in written), None)
        return found and f"slogans/{found}.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page: where it stands, in which language its words are, and what it holds."""

    path: str
    language: str
    title: str
    main: Html
    translations: Sequence[tuple[str, str]] = ()
    """Languages and paths of the same in other languages."""


def check_path(language: str) -> str:
    """Where it stands how to check."""
    return f"check-{language}.html"


def feed_path(language: str) -> str:
    """Where the feed of statements in one language stands."""
    return f"feed-{language}.xml"


def numbered(path: str, number: int) -> str:
    """The path of a further page: `12/en.html`, `12/en-2.html`."""
    stem, _, ending = path.rpartition(".")
    return path if number == 1 else f"{stem}-{number}.{ending}"


def relative(path: str, target: str) -> str:
    """From one page to another: works from any folder, address or stick."""
    return "../" * path.count("/") + target


def shared_out(pieces: Sequence[Html]) -> list[list[Html]]:
    """Pieces on as many pages as they need. A single piece longer than a page stays whole."""
    pages: list[list[Html]] = [[]]
    filled = 0
    for piece in pieces:
        size = len(piece.encode())
        if pages[-1] and filled + size > ROOM:
            pages.append([])
            filled = 0
        pages[-1].append(piece)
        filled += size
    return pages


def turning(words: Words, path: str, number: int, count: int) -> Html:
    """The way to the pages before and after."""
    if count == 1:
        return Html("")
    here = path.rpartition("/")[2]
    before = tag("a", words("mirror-before"), href=numbered(here, number - 1), rel="prev")
    after = tag("a", words("mirror-after"), href=numbered(here, number + 1), rel="next")
    return tag(
        "p",
        before if number > 1 else tag("span"),
        tag("span", words("mirror-page", number=number, count=count)),
        after if number < count else tag("span"),
        class_="pages",
    )


def rendered(site: Site, page: Page) -> bytes:
    """The bytes of a page."""
    words = site.speaking(page.language)
    whole = tag(
        "html",
        _head(site, page),
        tag("body", _top(site, page, words), tag("main", page.main, id="text"), _foot(words)),
        lang=page.language,
        dir=languages.direction(page.language),
    )
    return f"<!DOCTYPE html>\n{whole}\n".encode()


def policy(sheet: str) -> str:
    """What the browser may do: show this text in this style, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _head(site: Site, page: Page) -> Html:
    sheet = style.sheet()
    own = page.title if page.title == site.edition.name else f"{page.title} · {site.edition.name}"
    written = site.languages
    feeds = [one for one in (page.language, *written) if one in written][:1]
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy(sheet)),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", own),
        *(
            tag(
                "link", rel="alternate", type="application/atom+xml", href=relative(page.path, feed_path(one))
            )
            for one in feeds
        ),
        tag("style", Html(sheet)),
    )


def _top(site: Site, page: Page, words: Words) -> Html:
    places = [(words("mirror-statements"), site.list_path(page.language))]
    slogans = site.slogans_path(page.language)
    places += [(words("mirror-slogans"), slogans)] if slogans else []
    places.append((words("mirror-check"), check_path(page.language)))
    links = [_link(page, label, target) for label, target in places]
    others = [
        tag("a", languages.name(one), href=relative(page.path, path), lang=one, hreflang=one)
        for one, path in page.translations
    ]
    items = joined(tag("li", link) for link in (*links, *others))
    home = relative(page.path, site.list_path(page.language))
    return joined(
        (
            tag("a", words("mirror-skip"), href="#text", class_="skip"),
            tag(
                "header",
                tag("a", site.edition.name, href=home, class_="name"),
                tag("nav", tag("ul", items), aria_label=words("mirror-nav")),
                class_="top",
            ),
        )
    )


def _link(page: Page, label: str, target: str) -> Html:
    current = "page" if page.path == target else None
    return tag("a", label, href=relative(page.path, target), aria_current=current)


def _foot(words: Words) -> Html:
    return tag("footer", tag("p", words("mirror-foot")), class_="foot")
