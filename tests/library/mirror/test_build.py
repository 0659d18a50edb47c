"""A mirror is a publication that needs nothing from anywhere, and that anybody can check."""

import posixpath
import re
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bot.errors import BadInputError
from bot.library import shelf, trust
from bot.library.mirror import edition, folder, manifest, page
from tests.library.mirror.workshops import NOW, SHIPPED, Workshop, files, made, seen

ATOM = "{http://www.w3.org/2005/Atom}"


def pages(found: dict[str, bytes]) -> dict[str, bytes]:
    return {path: data for path, data in found.items() if path.endswith(".html")}


def parsed(feed: bytes) -> ET.Element:
    return ET.fromstring(feed)  # noqa: S314 - our own output


def test_the_same_statements_give_the_same_bytes() -> None:
    """Whenever and wherever it is built: two builders can compare their mirrors."""
    assert files(made(SHIPPED)) == files(made(SHIPPED))


def test_every_link_leads_to_a_file_of_the_mirror() -> None:
    """Also from a folder on a stick: all of them are relative."""
    found = files(made(SHIPPED))
    for path, data in pages(found).items():
        links = [link for link in seen(data).all("href") if not link.startswith(("https://", "#"))]
        assert links
        for link in links:
            assert posixpath.normpath(posixpath.join(posixpath.dirname(path), link)) in found, (path, link)


def test_a_page_may_do_nothing_but_be_read() -> None:
    """No script, nothing loaded, no address passed on; the browser is told to refuse all else."""
    for path, data in pages(files(made(SHIPPED))).items():
        found = seen(data)
        names = {name for name, _ in found.tags}
        assert not names & {"script", "img", "iframe", "object", "embed", "form", "input", "video", "base"}
        assert not [key for _, attributes in found.tags for key in attributes if key.startswith("on")]
        assert "style" not in {key for _, attributes in found.tags for key in attributes}, path
        assert not found.all("src")
        (sheet,) = re.findall(r"<style>(.*)</style>", data.decode())
        metas = [attributes for name, attributes in found.tags if name == "meta"]
        assert {"http-equiv": "Content-Security-Policy", "content": page.policy(sheet)} in metas
        assert {"name": "referrer", "content": "no-referrer"} in metas
        assert all(
            a.get("rel") == "noreferrer" for n, a in found.tags if (a.get("href") or "").startswith("http")
        )


def test_pages_are_made_for_everybody() -> None:
    """One h1, a language, a way past the menu, a viewport."""
    for path, data in pages(files(made(SHIPPED))).items():
        found = seen(data)
        names = [name for name, _ in found.tags]
        assert names.count("h1") == 1, path
        assert names.count("main") == 1
        assert dict(found.tags)["html"]["lang"] in {"en", "ru"}
        assert "#text" in found.all("href")
        assert len(found.all("id")) == len(set(found.all("id")))


def test_the_signed_file_lies_beside_its_page(workshop: Workshop) -> None:
    """Byte for byte, with its signatures and leaflets; the page names them and claims nothing."""
    path = workshop.write(1, "en", "First", "Text.")
    (path.parent / "en.md.vera.sig").write_bytes(b"S")
    (path.parent / "en.md.vera.minisig").write_bytes(b"M")
    (path.parent / "ru.md.vera.sig").write_bytes(b"other")
    leaflets = workshop.folder.parent / "leaflets"
    leaflets.mkdir()
    (leaflets / "1-en-a5-sober-black.pdf").write_bytes(b"%PDF")
    (leaflets / "11-en-a5.pdf").write_bytes(b"%PDF of another")
    found = files(workshop.edition(leaflets=leaflets))
    assert {name for name in found if name.startswith("1/")} == {
        *("1/en.html", "1/en.md", "1/en.md.vera.sig", "1/en.md.vera.minisig", "1/1-en-a5-sober-black.pdf")
    }
    assert found["1/en.md"] == path.read_bytes()
    links = seen(found["1/en.html"]).all("href")
    assert {"en.md", "en.md.vera.sig", "en.md.vera.minisig", "1-en-a5-sober-black.pdf"} <= set(links)
    assert "authentic" not in found["1/en.html"].decode().lower()


def test_a_text_without_signatures_says_so() -> None:
    """On its own page, in its language."""
    found = files(made(SHIPPED))
    assert "No signature lies beside this text." in seen(found["3/en.html"]).words
    assert "подписи нет" in seen(found["3/ru.html"]).words


def test_what_is_withdrawn_or_not_yet_due_does_not_appear(workshop: Workshop) -> None:
    """In no page, list, feed, index or heartbeat: neither title nor code nor number."""
    workshop.write(1, "en", "Shown", "Text.")
    workshop.write(2, "en", "Gonesecret", "Text two.")
    workshop.write(3, "en", "Latersecret", "Text three.", Publish_At="2026-11-20T00:00:01+00:00")
    found = files(workshop.edition(without=(2,)))
    assert {path.split("/")[0] for path in found if "/" in path} == {"1"}
    assert not [path for path, data in found.items() if b"secret" in data or b"statement 2" in data]
    assert b"Newest: 1\n" in found[manifest.HEARTBEAT]


def test_an_embargo_ends_at_its_moment(workshop: Workshop) -> None:
    """Not a second before."""
    workshop.write(1, "en", "Due", "Text.", Publish_At=NOW.isoformat())
    assert workshop.edition().newest.number == 1
    workshop.write(1, "en", "Due", "Text.", Publish_At="2026-11-20T00:00:01+00:00")
    with pytest.raises(BadInputError, match="may be read now"):
        workshop.edition()


def test_a_number_to_leave_out_must_be_there(workshop: Workshop) -> None:
    """A slip of the finger must not publish what was withdrawn."""
    workshop.write(1, "en", "Shown", "Text.")
    with pytest.raises(BadInputError, match="statement 4"):
        workshop.edition(without=(4,))


def test_right_to_left_texts_run_right_to_left(workshop: Workshop) -> None:
    """The text does, in its own language; the words around it that are English do not."""
    workshop.write(1, "fa", "بیانیه", "متن.\n\n- شعار")
    workshop.write(1, "en", "Statement", "Text.")
    found = files(workshop.edition())
    tags = dict(seen(found["1/fa.html"]).tags)
    assert (tags["html"]["lang"], tags["html"]["dir"]) == ("en", "ltr")
    assert (tags["article"]["lang"], tags["article"]["dir"]) == ("fa", "rtl")
    assert {"href": "1/fa.html", "lang": "fa", "hreflang": "fa"} in [
        a for _, a in seen(found["index.html"]).tags
    ]


def test_hostile_headers_stay_words(workshop: Workshop) -> None:
    """In pages and in the feed."""
    hostile = '"><script>alert(1)</script>&amp;'
    workshop.write(
        1, "en", hostile, "Text.", Author=hostile, Preface=hostile, Place=hostile, Translator=hostile
    )
    found = files(replace(workshop.edition(), name=hostile))
    for path in ("index.html", "1/en.html"):
        assert "script" not in {name for name, _ in seen(found[path]).tags}
        assert hostile in seen(found[path]).words
    titles = [element.text for element in parsed(found["feed-en.xml"]).iter(f"{ATOM}title")]
    assert titles == [hostile, hostile]


def test_the_feed_is_atom_and_relative(workshop: Workshop) -> None:
    """Newest first, at most 20, dated by the statements, the same names for the same texts."""
    for number in range(1, 24):
        workshop.write(number, "en", f"Number {number} & more", "Text.")
    root = parsed(files(workshop.edition())["feed-en.xml"])
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) == 20
    assert [link.get("href") for link in entries[0].findall(f"{ATOM}link")] == ["23/en.html"]
    assert root.findtext(f"{ATOM}updated") == "2026-10-24T00:00:00Z"
    ids = [entry.findtext(f"{ATOM}id") or "" for entry in entries]
    assert len(set(ids)) == 20
    assert all(one.startswith("urn:uuid:") for one in ids)


def test_no_page_is_larger_than_60_kb(workshop: Workshop) -> None:
    """A statement of 64 KiB and a list of 200 long titles take more pages, and nothing is lost."""
    words = "Долгие слова о важном деле, которые никак не кончаются. " * 12
    body = "\n\n".join(f"{number}. {words}" for number in range(1, 54))
    path = workshop.write(1, "ru", "Т" * 290, body)
    assert 60_000 < path.stat().st_size <= 64 * 1024
    for number in range(2, 201):
        workshop.write(number, "ru", f"{number} " + "Т" * 280, "Текст.")
    found = files(workshop.edition())
    assert max(len(data) for data in pages(found).values()) <= page.LARGEST
    texts = [seen(found[name]).words for name in ("1/ru.html", "1/ru-2.html")]
    assert "".join(texts).count("никак не кончаются") == 53 * 12
    assert [seen(found[name]).all("start") for name in ("1/ru.html", "1/ru-2.html")] != [[], []]
    listed = [name for name in found if re.fullmatch(r"ru(-\d+)?\.html|index(-\d+)?\.html", name)]
    links = {link for name in listed for link in seen(found[name]).all("href")}
    assert {f"{number}/ru.html" for number in range(1, 201)} <= links


def test_the_index_names_every_file_and_the_chain() -> None:
    """Every file but itself and the heartbeat, and each code with the one before it."""
    found = files(made(SHIPPED))
    index = manifest.read(found[manifest.INDEX])
    assert set(index) == set(found) - manifest.UNLISTED
    assert all(index[path] == manifest.digest(found[path]) for path in index)
    assert (
        b"# statement 3 en 2026-11-18 JLTT-CUAA-KEMY-4BBD after 2 6H7Q-EMBF-LTUU-NCCQ\n"
        in found[manifest.INDEX]
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"# handbill mirror 2\n",
        b"# handbill mirror 1",
        b"# handbill mirror 1\n" + b"0" * 64 + b"  ../x\n",
        b"# handbill mirror 1\n" + b"0" * 64 + b"  /x\n",
        b"# handbill mirror 1\n" + b"0" * 64 + b"  a/./x\n",
        b"# handbill mirror 1\n" + b"0" * 64 + b"  index.txt\n",
        b"# handbill mirror 1\n" + (b"0" * 64 + b"  x\n") * 2,
        b"# handbill mirror 1\n" + b"0" * 63 + b"  x\n",
    ],
)
def test_other_files_are_no_index(data: bytes) -> None:
    """One clear line for each."""
    with pytest.raises(BadInputError):
        manifest.read(data)


def test_the_heartbeat_promises_only_what_somebody_said() -> None:
    """What is newest, over which index, and the day only if one was named; other ways if there are any."""
    found = files(made(SHIPPED))
    assert found[manifest.HEARTBEAT].decode() == (
        "# handbill heartbeat 1\nNewest: 3\nDate: 2026-11-18\n"
        "Code: en JLTT-CUAA-KEMY-4BBD\nCode: ru QSCS-27GX-VRHY-CRCI\n"
        f"Index: {manifest.digest(found[manifest.INDEX])}\n"
    )
    more = replace(
        made(SHIPPED), said_on=date(2026, 11, 22), addresses=("https://example.org/",), bots=("@example_bot",)
    )
    again = files(more)
    tail = b"Said-On: 2026-11-22\nAddress: https://example.org/\nBot: @example_bot\n"
    assert again[manifest.HEARTBEAT].endswith(tail)
    assert "https://example.org/" in seen(again["check-en.html"]).all("href")
    assert "@example_bot" in seen(again["check-ru.html"]).words


def test_the_commands_on_the_page_work_as_they_stand(workshop: Workshop, ssh_key: Path) -> None:
    """A reader who copies them checks a text, the index and every file, and an altered one is refused."""
    path = workshop.write(1, "en", "First", "Text.")
    sign = ["ssh-keygen", "-q", "-Y", "sign", "-n", "handbill", "-f", str(ssh_key)]
    subprocess.run([*sign, str(path)], check=True, capture_output=True)
    path.with_name("en.md.sig").rename(path.with_name("en.md.vera.sig"))
    public = ssh_key.with_suffix(".pub").read_text().strip()
    toml = (
        f'version = 1\nthreshold = 1\n[[signer]]\nname = "vera"\nssh = "{public}"\nvalid_from = 2026-01-01\n'
    )
    whole = replace(workshop.edition(), trust=trust.parse(toml.encode()))
    out = workshop.folder.parent / "out"
    folder.put(out, files(whole), dated=date(2026, 10, 2))
    subprocess.run([*sign, str(out / "index.txt")], check=True, capture_output=True)
    (out / "index.txt.sig").rename(out / "index.txt.vera.sig")
    shown = seen((out / "check-en.html").read_bytes()).words
    commands = [
        line.replace("NAME", "vera")
        for line in re.findall(
            r"(?:ssh-keygen -Y verify|sha256sum) [^\n]*?(?:\.md|index\.txt)(?=[A-Z\n])", shown
        )
    ]
    assert len(commands) == 3

    def codes() -> list[int]:
        return [
            subprocess.run(["sh", "-c", c], cwd=out, capture_output=True, check=False).returncode
            for c in commands
        ]

    assert codes() == [0, 0, 0]
    (out / "1" / "en.md").write_text("other")
    assert codes() == [255, 0, 1]


def test_two_slogan_files_of_one_language_are_refused(tmp_path: Path) -> None:
    """Nobody could tell which of them counts."""
    for name in ("a", "b"):
        (tmp_path / name / "slogans").mkdir(parents=True)
        (tmp_path / name / "slogans" / "en.md").write_text("# t\n\n- s\n")
    with pytest.raises(BadInputError, match="another slogan file"):
        edition.slogan_texts(shelf.check([tmp_path]))
