"""The list of statements, newest first, and the slogans by theme."""

from collections.abc import Iterator
from itertools import groupby

from bot.domain.statement import Statement
from bot.library import languages
from bot.library.mirror.edition import SloganText, Text, Words
from bot.library.mirror.markup import Html, joined, tag
from bot.library.mirror.page import DEFAULT, Page, Site, check_path, numbered, rendered, shared_out, turning
from bot.library.mirror.reading import dated, own_words, path_of


def statements(site: Site, language: str) -> Iterator[tuple[str, bytes]]:
    """The list for readers of one language; a text in another language stands where theirs is missing."""
    words, path = site.speaking(language), site.list_path(language)
    entries = [
        _entry(list(group), language, words)
        for _, group in groupby(site.edition.texts, key=lambda text: text.statement.number)
    ]
    shared = shared_out(entries)
    for number, pieces in enumerate(shared, 1):
        main = joined(
            (
                tag("p", words("mirror-lead"), class_="kicker") if number == 1 else "",
                tag("h1", words("mirror-statements")),
                tag("ol", *pieces, class_="list", role="list"),
                turning(words, path, number, len(shared)),
            )
        )
        page = Page(
            path=numbered(path, number),
            language=language,
            title=site.edition.name if number == 1 else f"{words('mirror-statements')} ({number})",
            main=main,
            translations=[(one, site.list_path(one)) for one in site.spoken if one != language],
        )
        yield page.path, rendered(site, page)


def slogans(site: Site, text: SloganText) -> Iterator[tuple[str, bytes]]:
    """Pages of slogans in one language, the signed file and its signatures."""
    yield f"slogans/{text.language}.md", text.source
    for name, data in text.signatures.items():
        yield f"slogans/{name}", data
    language = site.nearest(text.language)
    words, path = site.speaking(language), f"slogans/{text.language}.html"
    pieces = [
        piece
        for theme, group in groupby(text.slogans, key=lambda slogan: slogan.theme)
        for piece in (tag("h2", theme), *_lines([slogan.text for slogan in group]))
    ]
    shared = shared_out(pieces)
    own = (
        {}
        if text.language == language
        else {"lang": text.language, "dir": languages.direction(text.language)}
    )
    for number, some in enumerate(shared, 1):
        main = joined(
            (
                tag("h1", words("mirror-slogans")),
                tag("div", *some, **own),
                turning(words, path, number, len(shared)),
                _beside(text, words, check_path(language)),
            )
        )
        page = Page(
            path=numbered(path, number),
            language=language,
            title=words("mirror-slogans"),
            main=main,
            translations=[
                (one.language, f"slogans/{one.language}.html")
                for one in site.edition.slogans
                if one.language != text.language
            ],
        )
        yield page.path, rendered(site, page)


_TOGETHER = 40
"""Slogans in one piece of a page."""


def _lines(texts: list[str]) -> Iterator[Html]:
    for at in range(0, len(texts), _TOGETHER):
        yield tag("ul", *(tag("li", text) for text in texts[at : at + _TOGETHER]), class_="slogans")


def _beside(text: SloganText, words: Words, check: str) -> Html:
    names = [f"{text.language}.md", *text.signatures]
    links = joined((tag("a", name, href=name, class_="code") for name in names), between=" · ")
    how = tag("a", words("mirror-how"), href=f"../{check}")
    unsigned = "" if text.signatures else tag("p", words("mirror-unsigned"))
    return tag("section", tag("p", words("mirror-file"), " ", links), unsigned, tag("p", how), class_="proof")


def _entry(texts: list[Text], language: str, words: Words) -> Html:
    by_language = {text.statement.language: text for text in texts}
    chosen = by_language.get(language) or by_language.get(DEFAULT) or texts[0]
    shown = chosen.statement
    own = own_words(shown, language)
    others = [one.statement for one in texts if one is not chosen]
    about = joined(
        (dated(shown, words), *((" · ", tag("span", shown.author, **own)) if shown.author else ()))
    )
    return tag(
        "li",
        tag("span", str(shown.number), class_="no"),
        tag(
            "div",
            tag("h2", tag("a", shown.title, href=path_of(shown)), **own),
            tag("p", about, class_="meta"),
            tag("p", tag("span", chosen.prose.code, class_="code"), class_="meta"),
            tag("p", joined((_other(one) for one in others), between=" · "), class_="meta") if others else "",
        ),
    )


def _other(statement: Statement) -> Html:
    language = statement.language
    return tag("a", languages.name(language), href=path_of(statement), lang=language, hreflang=language)
