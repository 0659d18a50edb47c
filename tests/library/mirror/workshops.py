"""A workshop on disk, the mirror made of it, and what a page holds."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

from bot.i18n.translator import Translator
from bot.library import shelf
from bot.library.mirror import edition
from bot.library.mirror.build import build
from bot.library.mirror.edition import Edition

NOW = datetime(2026, 11, 20, tzinfo=UTC)
SHIPPED = Path(__file__).parents[3] / "statements"


@dataclass
class Workshop:
    """A folder of statements that a test fills."""

    folder: Path

    def write(self, number: int, language: str, title: str, body: str, **headers: str) -> Path:
        path = self.folder / f"s{number}" / f"{language}.md"
        path.parent.mkdir(exist_ok=True, parents=True)
        more = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in headers.items())
        path.write_text(
            f"Statement: {number}\nDate: 2026-10-{number % 28 + 1:02}\nLanguage: {language}\n"
            f"Title: {title}\n{more}\n{body}\n",
            encoding="utf-8",
        )
        return path

    def edition(self, *, without: tuple[int, ...] = (), leaflets: Path | None = None) -> Edition:
        return made(self.folder, without=without, leaflets=leaflets)


def made(*paths: Path, without: tuple[int, ...] = (), leaflets: Path | None = None) -> Edition:
    report = shelf.check(paths)
    assert report.ok, report.problems
    texts = edition.texts(report, now=NOW, without=without, leaflets=leaflets)
    return Edition(name="Example Circle", texts=texts, slogans=edition.slogan_texts(report))


def files(one: Edition) -> dict[str, bytes]:
    translator = Translator()
    return build(one, speaking=translator.speaking, known=translator.languages)


@dataclass
class Seen(HTMLParser):
    """What a browser would find in a page."""

    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    words: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), "an attribute twice"
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def all(self, attribute: str) -> list[str]:
        return [value for _, found in self.tags if (value := found.get(attribute)) is not None]


def seen(page: bytes | str) -> Seen:
    parser = Seen()
    parser.feed(page if isinstance(page, str) else page.decode())
    parser.close()
    return parser
