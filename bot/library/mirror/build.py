"""All files of a mirror, by path. The same edition gives the same bytes: there is no clock in here."""

from collections.abc import Callable, Iterator, Sequence

from bot.library.mirror import checking, feed, lists, manifest, reading
from bot.library.mirror.edition import Edition, Words
from bot.library.mirror.page import DEFAULT, Site


def build(edition: Edition, *, speaking: Callable[[str], Words], known: Sequence[str]) -> dict[str, bytes]:
    """Every file, index and heartbeat included. `known` are the languages that `speaking` has words in."""
    spoken = [language for language in known if language in edition.languages] or [DEFAULT]
    if DEFAULT in spoken:
        spoken = [DEFAULT, *(language for language in spoken if language != DEFAULT)]
    site = Site(edition=edition, spoken=tuple(spoken), speaking=speaking)
    files = dict(_files(site))
    index = manifest.index(edition, files)
    return {**files, manifest.INDEX: index, manifest.HEARTBEAT: manifest.heartbeat(edition, index)}


def _files(site: Site) -> Iterator[tuple[str, bytes]]:
    for text in site.edition.texts:
        yield from reading.files(site, text)
    for slogans in site.edition.slogans:
        yield from lists.slogans(site, slogans)
    for language in site.spoken:
        yield from lists.statements(site, language)
        yield from checking.files(site, language)
    yield from feed.files(site)
    yield from checking.shared(site.edition)
