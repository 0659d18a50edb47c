"""A statement's own pages: the text, who wrote it and when, and under it what is needed to check it.

The signed file and its signatures lie beside the page, byte for byte; a page names them and claims nothing
about them.
"""

from collections.abc import Iterator

from bot.domain.statement import Statement
from bot.library import languages
from bot.library.mirror.edition import Text, Words
from bot.library.mirror.markup import Html, joined, tag
from bot.library.mirror.page import (
    Page,
    Site,
    check_path,
    numbered,
    relative,
    rendered,
    shared_out,
    turning,
)


def path_of(statement: Statement) -> str:
    """Where the first page of a text stands."""
    return f"{statement.number}/{statement.language}.html"


def file_of(statement: Statement) -> str:
    """Where its signed file stands."""
    return f"{statement.number}/{statement.language}.md"


def files(site: Site, text: Text) -> Iterator[tuple[str, bytes]]:
    """All that stands in the mirror for one text: pages, signed file, signatures, leaflets."""
    statement = text.statement
    yield file_of(statement), statement.source
    for name, data in (*text.signatures.items(), *text.leaflets.items()):
        yield f"{text.folder}/{name}", data
    shared = shared_out(text.prose.pieces)
    for number, pieces in enumerate(shared, 1):
        yield from [_page(site, text, number, len(shared), pieces)]


def dated(statement: Statement, words: Words) -> Html:
    """Its date in words."""
    day = statement.date
    return tag(
        "time", words("date", day=day.day, month=day.month, year=str(day.year)), datetime=day.isoformat()
    )


def own_words(statement: Statement, language: str) -> dict[str, str | None]:
    """The attributes of an element that holds words of the statement, on a page in this language."""
    if statement.language == language:
        return {"lang": None, "dir": None}
    return {"lang": statement.language, "dir": languages.direction(statement.language)}


def _page(site: Site, text: Text, number: int, count: int, pieces: list[Html]) -> tuple[str, bytes]:
    statement = text.statement
    language = site.nearest(statement.language)
    words = site.speaking(language)
    path = path_of(statement)
    head = _head(site, statement, words) if number == 1 else tag("p", statement.title, class_="kicker")
    last = number == count
    article = tag(
        "article",
        head,
        tag("div", *pieces, class_="text"),
        turning(words, path, number, count),
        **own_words(statement, language),
    )
    neighbours = _neighbours(site, statement, words) if last else Html("")
    page = Page(
        path=numbered(path, number),
        language=language,
        title=statement.title if number == 1 else f"{statement.title} ({number})",
        main=joined((article, _proof(text, words, language) if last else "", neighbours)),
        translations=[
            (each.statement.language, path_of(each.statement))
            for each in site.edition.texts
            if each.statement.number == statement.number and each.statement.language != statement.language
        ],
    )
    return page.path, rendered(site, page)


def _head(site: Site, statement: Statement, words: Words) -> Html:
    about = [
        words("statement-translator", name=statement.translator) if statement.translator else "",
        words("statement-original", language=statement.original) if statement.original else "",
    ]
    kicker = joined((words("mirror-number", number=statement.number), " · ", dated(statement, words)))
    language = site.nearest(statement.language)
    ours = {"lang": None if language == statement.language else language}
    byline = " · ".join(filter(None, (statement.author, statement.place)))
    return tag(
        "header",
        tag("p", kicker, class_="kicker", **ours),
        tag("h1", statement.title),
        tag("p", byline, class_="by") if byline else "",
        *(tag("p", line, class_="meta", **ours) for line in about if line),
        tag("div", tag("p", statement.preface), class_="preface") if statement.preface else "",
    )


def _proof(text: Text, words: Words, language: str) -> Html:
    """What anybody needs to check the text without this page."""
    statement = text.statement
    name = file_of(statement).rpartition("/")[2]
    code = joined((f"№ {statement.number} · ", tag("span", text.prose.code, class_="code mark")))
    signed = [tag("a", each, href=each, class_="code") for each in text.signatures]
    about = words("mirror-signatures") if signed else words("mirror-unsigned")
    check = tag("a", words("mirror-how"), href=relative(path_of(statement), check_path(language)))
    leaflets = [tag("a", each, href=each, class_="code") for each in text.leaflets]
    return tag(
        "section",
        tag("p", code),
        tag("p", words("mirror-file"), " ", tag("a", name, href=name, class_="code")),
        tag("p", about, " " if signed else "", joined(signed, between=" · ")),
        tag("p", words("mirror-leaflets"), " ", joined(leaflets, between=" · ")) if leaflets else "",
        tag("p", check),
        class_="proof",
    )


def _neighbours(site: Site, statement: Statement, words: Words) -> Html:
    """The statements before and after it in the same language."""
    same = [each.statement for each in site.edition.texts if each.statement.language == statement.language]
    at = same.index(statement)
    newer, older = same[at - 1] if at else None, same[at + 1] if at + 1 < len(same) else None

    def way(other: Statement | None, label: str) -> Html:
        if other is None:
            return tag("span")
        return tag("a", words(label, number=other.number), href=relative(path_of(statement), path_of(other)))

    return tag("p", way(older, "mirror-older"), way(newer, "mirror-newer"), class_="pages")
