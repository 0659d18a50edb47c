"""How to check a text without this mirror and without the bot: exact commands, and the public keys.

The commands name files as they lie in the mirror, so that whoever copied it can run them as they stand.
"""

from collections.abc import Iterator

from bot.library import trust
from bot.library.mirror import manifest
from bot.library.mirror.edition import SIGNATURE, Edition, Text, Words
from bot.library.mirror.markup import Html, joined, tag
from bot.library.mirror.page import Page, Site, check_path, rendered
from bot.library.mirror.reading import file_of

_SOMEBODY, _SOME_KEY = "NAME", "RW…"
"""What stands in a command where nobody has signed yet."""


def files(site: Site, language: str) -> Iterator[tuple[str, bytes]]:
    """The page in one language of words."""
    words, edition = site.speaking(language), site.edition
    sections = (
        tag("h1", words("mirror-check")),
        tag("p", words("mirror-check-lead")),
        _keys(edition, words),
        *_statement(edition, words),
        *_whole(words),
        *_heartbeat(edition, words),
        *_elsewhere(edition, words),
        *_code(words),
    )
    page = Page(
        path=check_path(language),
        language=language,
        title=words("mirror-check"),
        main=joined(sections),
        translations=[(one, check_path(one)) for one in site.spoken if one != language],
    )
    yield page.path, rendered(site, page)


def shared(edition: Edition) -> Iterator[tuple[str, bytes]]:
    """The files that the commands need: trust.toml as it was signed, and its keys for ssh-keygen."""
    if edition.trust is None:
        return
    yield trust.FILE, edition.trust.source
    yield from edition.trust_signatures.items()
    yield trust.ALLOWED, trust.allowed_signers(edition.trust)


def _keys(edition: Edition, words: Words) -> Html:
    head = tag("h2", words("mirror-keys"))
    if edition.trust is None:
        return joined((head, tag("p", words("mirror-keys-none"))))
    return joined(
        (
            head,
            tag("p", words("mirror-keys-warning")),
            tag("p", words("mirror-keys-needed", count=edition.trust.threshold)),
            tag("dl", *(part for one in edition.trust.signers for part in _signer(one, words))),
            tag("p", words("mirror-keys-file"), " ", _file(trust.FILE), " · ", _file(trust.ALLOWED)),
        )
    )


def _signer(one: trust.Signer, words: Words) -> Iterator[Html]:
    yield tag("dt", one.name)
    if one.ssh:
        yield tag("dd", tag("code", one.ssh.fingerprint))
    if one.minisign:
        yield tag("dd", tag("code", one.minisign.line))
    if one.revoked_on:
        yield tag("dd", words("mirror-key-revoked", day=one.revoked_on.isoformat()))
    if one.valid_until:
        yield tag("dd", words("mirror-key-until", day=one.valid_until.isoformat()))


def _statement(edition: Edition, words: Words) -> Iterator[Html]:
    """For a text that is signed, if there is one, so that the commands can be copied."""
    signed = next((text for text in edition.texts if text.signatures), edition.texts[0])
    yield tag("h2", words("mirror-check-one"))
    yield tag("p", words("mirror-check-one-how"))
    yield tag("pre", tag("code", _ssh(signed)))
    yield tag("p", words("mirror-check-minisign"))
    yield tag("pre", tag("code", _minisign(signed, edition)))


def _whole(words: Words) -> Iterator[Html]:
    yield tag("h2", words("mirror-check-all"))
    yield tag("p", words("mirror-check-all-how"), " ", _file(manifest.INDEX))
    commands = f"{_verify(manifest.INDEX, _SOMEBODY)}\nsha256sum -c {manifest.INDEX}"
    yield tag("pre", tag("code", commands))


def _heartbeat(edition: Edition, words: Words) -> Iterator[Html]:
    yield tag("h2", words("mirror-heartbeat"))
    yield tag("p", words("mirror-heartbeat-how"), " ", _file(manifest.HEARTBEAT))
    if edition.said_on is None:
        yield tag("p", words("mirror-heartbeat-none"))
    yield tag("pre", tag("code", _verify(manifest.HEARTBEAT, _SOMEBODY)))


def _elsewhere(edition: Edition, words: Words) -> Iterator[Html]:
    places = [
        *(tag("a", address, href=address, rel="noreferrer") for address in edition.addresses),
        *(tag("span", name, class_="code") for name in edition.bots),
    ]
    if places:
        yield tag("h2", words("mirror-elsewhere"))
        yield tag("p", words("mirror-elsewhere-how"))
        yield tag("ul", *(tag("li", place) for place in places))


def _code(words: Words) -> Iterator[Html]:
    yield tag("h2", words("mirror-code"))
    yield tag("p", words("mirror-code-how"))


def _ssh(text: Text) -> str:
    return _verify(file_of(text.statement), _signer_of(text, "sig") or _SOMEBODY)


def _verify(path: str, signer: str) -> str:
    return f"ssh-keygen -Y verify -f {trust.ALLOWED} -I {signer} -n handbill -s {path}.{signer}.sig < {path}"


def _minisign(text: Text, edition: Edition) -> str:
    signer = _signer_of(text, "minisign") or _SOMEBODY
    signers = edition.trust.signers if edition.trust else ()
    keys = {one.name: one.minisign.line for one in signers if one.minisign}
    path = file_of(text.statement)
    return f"minisign -V -P {keys.get(signer) or _SOME_KEY} -m {path} -x {path}.{signer}.minisign"


def _signer_of(text: Text, kind: str) -> str | None:
    matches = (SIGNATURE.fullmatch(name) for name in text.signatures)
    return next((match[2] for match in matches if match and match[3] == kind), None)


def _file(name: str) -> Html:
    return tag("a", name, href=name, class_="code")
