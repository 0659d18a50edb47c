"""Whatever is wrong with a file, one line says where, what and what to do."""

from pathlib import Path

import pytest

from bot.errors import Exit, StatementError
from bot.library import header, proof, slogans

PATH = Path("en.md")
HEADER = "Statement: 2\nDate: 2026-10-01\nLanguage: en\nTitle: T\n"
GOOD = HEADER + "\nText.\n"

STATEMENTS: list[tuple[str, str | bytes, int, str, str]] = [
    # what is wrong, the file, the line, part of the message, part of the hint
    ("nothing in it", "", 1, "no blank line", "blank line"),
    ("only a header", HEADER, 4, "no blank line", "blank line"),
    ("no body", HEADER + "\n\n \n", 5, "no text", "write the statement"),
    ("too long", GOOD + "x" * 65536, 1, "more than 65,536 bytes", "shorten"),
    ("not UTF-8", GOOD.encode() + b"\xff\n", 7, "not UTF-8", "as UTF-8"),
    ("a byte order mark", "\ufeff" + GOOD, 1, "U+FEFF", "without a byte order mark"),
    ("Windows line ends", GOOD.replace("\n", "\r\n"), 1, "U+000D", "Unix line ends"),
    ("NUL", GOOD + "a\x00b", 7, "U+0000 (control character)", "delete it"),
    ("tab", GOOD + "\tcode", 7, "U+0009", "spaces"),
    ("bidi", GOOD + "a\u202eb", 7, "U+202E (right-to-left override)", "delete it"),
    (
        "zero width",
        HEADER.replace("T\n", "T\u200bT\n") + "\nText",
        4,
        "U+200B (zero width space)",
        "delete it",
    ),
    ("bidi as an entity", GOOD + "\nOne\n\ntwo &#8238; three", 10, "U+202E", "delete it"),
    ("bidi in a link", GOOD + "\n[a](http://a.org/&#8238;b)", 8, "U+202E", "delete it"),
    ("not a header line", "Statement 2\n\nText", 1, "not a header line", "`Name: text`"),
    ("no space after the colon", "Statement:2\n\nText", 1, "not a header line", "one space"),
    ("empty value", "Statement: 2\nTitle: \n\nText", 2, "not a header line", "`Name: text`"),
    ("white space at the end", "Statement: 2\nTitle: T \n\nText", 2, "ends with white space", "delete"),
    ("unknown header", HEADER + "Auther: A\n\nText", 5, "no header is called Auther", "did you mean Author"),
    (
        "strange header",
        HEADER + "Xyzzy: A\n\nText",
        5,
        "no header is called Xyzzy",
        "the headers are Statement",
    ),
    ("header twice", HEADER + "Title: U\n\nText", 5, "Title stands in line 4 already", "keep one"),
    (
        "missing header",
        "Statement: 2\nDate: 2026-10-01\nTitle: T\n\nText",
        3,
        "Language is missing",
        "`Language: …`",
    ),
    ("number", GOOD.replace("2\n", "02\n", 1), 1, "written in digits", "12"),
    ("date", GOOD.replace("2026-10-01", "1.10.2026"), 2, "not a date", "2026-10-01"),
    ("no such day", GOOD.replace("2026-10-01", "2026-02-30"), 2, "no such day", "2026-10-01"),
    ("region", GOOD.replace("en\n", "en-GB\n"), 3, "without a region", "for example en"),
    ("long title", GOOD.replace(": T", ": " + "T" * 301), 4, "301 characters are too many", "shorten"),
    ("long preface", f"{HEADER}Preface: {'p' * 1001}\n\nText", 5, "1001 characters", "shorten"),
    ("topics", HEADER + "Topics: labour,, students\n\nText", 5, "separated by commas", "labour, students"),
    ("topic twice", HEADER + "Topics: a, b, a\n\nText", 5, "named twice", "once"),
    ("moment", HEADER + "Publish-At: tomorrow\n\nText", 5, "not a moment", "+03:00"),
    ("no offset", HEADER + "Publish-At: 2026-10-01T09:00\n\nText", 5, "offset from UTC is missing", "+03:00"),
    ("far year", HEADER + "Publish-At: 9999-12-31T23:59-12:00\n\nText", 5, "2000 to 2999", "+03:00"),
    ("first year", HEADER + "Publish-At: 0001-01-01T00:00+12:00\n\nText", 5, "2000 to 2999", "+03:00"),
    (
        "Links",
        HEADER + "Links: https://example.org, x\n\nText",
        5,
        "separated by one space",
        "https://example.org/a",
    ),
    (
        "Links to a host that is none",
        HEADER + "Links: http://[x\n\nText",
        5,
        "begin with https://",
        "example.org",
    ),
    ("Links twice", HEADER + "Links: http://a.org http://a.org\n\nText", 5, "named twice", "once"),
    ("Prev", HEADER + "Prev: 1\n\nText", 5, "number and the code", "ABCD"),
    (
        "Prev of itself",
        HEADER + "Prev: 2 ABCD-EFGH-IJKL-MNOP\n\nText",
        5,
        "this statement or a later",
        "before",
    ),
    ("malformed Code", HEADER + "Code: abcd\n\nText", 5, "four groups of four", "check --fix"),
    (
        "wrong Code",
        HEADER + "Code: ABCD-EFGH-IJKL-MNOP\n\nText",
        5,
        "which have DT7X-YCDD-YNCR-K6BW",
        "check --fix",
    ),
    (
        "unlisted link",
        HEADER + "Links: http://a.org\n\n[x](http://b.org) http://a.org",
        5,
        "http://b.org",
        "add it",
    ),
    ("unused link", HEADER + "Links: http://a.org\n\nText", 5, "does not use", "take it out"),
    ("picture", GOOD + "\nOne\n\n![x](http://a.org/x.png)", 10, "a picture is not allowed", "in words"),
    ("HTML block", GOOD + "\n<div>x</div>\n", 8, "raw HTML", "Markdown"),
    ("HTML in a line", GOOD + "\na <b>c</b>\n", 8, "raw HTML", "&lt;"),
    (
        "link elsewhere",
        GOOD + "\n- a\n- [b](tg://resolve)\n",
        9,
        "something else than a web address",
        "https://",
    ),
    ("script link", GOOD + "\n[b](javascript:x)\n", 8, "something else than a web address", "https://"),
    ("link with a user name", GOOD + "\n<https://a.org@b.org>\n", 8, "something else", "https://"),
    ("nothing to be seen", HEADER + "\n[a]: http://a.org\n", 6, "nothing of this text", "write"),
    (
        "deep lists",
        HEADER + "\n" + "".join(f"{'  ' * n}- x\n" for n in range(9)),
        11,
        "nested too deeply",
        "fewer",
    ),
    ("deep emphasis", HEADER + "\n" + "*a " * 3000 + "b*" * 3000, 6, "nested too deeply", "fewer"),
]

SLOGANS: list[tuple[str, str | bytes, int, str, str]] = [
    ("empty", "", 1, "no slogan in this file", "# theme"),
    ("not UTF-8", b"# a\n- \xff", 2, "not UTF-8", "UTF-8"),
    ("prose", "# a\nhello", 2, "neither a theme nor a slogan", "each in one line"),
    ("no space", "# a\n-b", 2, "neither a theme nor a slogan", "- slogan"),
    ("nothing behind the sign", "# a\n- ", 2, "neither", "- slogan"),
    ("slogan first", "- b", 1, "before the first theme", "# theme"),
    ("slogan twice", "# a\n- b\n# c\n- b", 4, "already", "keep one"),
    ("theme twice", "# a\n- b\n# a", 3, "line 1 already", "together"),
    ("theme without slogans", "# a\n# c\n- b", 1, "no slogan stands under", "take the theme away"),
    ("long slogan", "# a\n- " + "😀" * 129, 2, "at most 256", "shorten"),
    ("bidi", "# a\n- b\u2066", 2, "U+2066", "delete it"),
]


def as_bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def check(error: StatementError, line: int, message: str, hint: str) -> None:
    assert (error.path, error.line) == (PATH, line)
    assert str(error).startswith(f"en.md:{line}: ")
    assert message in error.problem
    assert hint in error.hint
    assert error.exit_code == Exit.BAD_INPUT


@pytest.mark.parametrize(
    ("data", "line", "message", "hint"), [case[1:] for case in STATEMENTS], ids=[c[0] for c in STATEMENTS]
)
def test_a_broken_statement_file_is_refused(data: str | bytes, line: int, message: str, hint: str) -> None:
    """With file, line, what is wrong and what to do."""
    with pytest.raises(StatementError) as caught:
        proof.accept(as_bytes(data), PATH)
    check(caught.value, line, message, hint)


@pytest.mark.parametrize(
    ("data", "line", "message", "hint"), [case[1:] for case in SLOGANS], ids=[c[0] for c in SLOGANS]
)
def test_a_broken_slogan_file_is_refused(data: str | bytes, line: int, message: str, hint: str) -> None:
    """With file, line, what is wrong and what to do."""
    with pytest.raises(StatementError) as caught:
        slogans.parse(as_bytes(data), PATH, "en")
    check(caught.value, line, message, hint)


def test_bytes_from_elsewhere_have_no_file_name() -> None:
    """Their errors name the line alone."""
    with pytest.raises(StatementError, match=r"^line 1: "):
        proof.accept(b"")


def test_all_that_is_wrong_with_links_and_code_is_told_at_once() -> None:
    """So that a file is corrected in one go."""
    data = HEADER + "Links: http://a.org\nCode: ABCD-EFGH-IJKL-MNOP\n\n<http://b.org>"
    statement = header.parse(data.encode(), PATH)
    assert [error.line for error in proof.examine(statement, PATH)] == [5, 5, 6]
