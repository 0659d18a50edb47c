"""Files that are no statements, and what is said of each."""

HEAD = b"Statement: 3\nDate: 2026-11-18\nLanguage: en\nTitle: x\n\n"
BAD = {
    "YAML": (b"---\nStatement: 3\n---\n\ntext\n", "this is not a header line"),
    "YAML fields": (b"statement: 3\ntitle: x\n\ntext\n", "this is not a header line"),
    "10 MB": (b"a" * 10_000_000, "the file has more than 65,536 bytes"),
    "no UTF-8": (HEAD + b"\xff\n", "this is not UTF-8"),
    "NUL": (HEAD + b"te\0xt\n", "U+0000 (control character) is not allowed"),
    "bidi": (HEAD + "te\u202ext\n".encode(), "U+202E (right-to-left override) is not allowed"),
    "a header twice": (b"Statement: 3\n" + HEAD + b"text\n", "Statement stands in line 1 already"),
    "no language": (HEAD.replace(b"Language: en\n", b"") + b"text\n", "the header Language is missing"),
    "a picture": (HEAD + b"![a](b.png)\n", "a picture is not allowed"),
    "HTML": (HEAD + b"<b>x</b>\n", "raw HTML is not allowed"),
    "no text": (HEAD, "there is no text under the header"),
    "UTF-16": ((HEAD + b"text\n").decode().encode("utf-16"), "this is not UTF-8"),
    "a byte order mark": (b"\xef\xbb\xbf" + HEAD + b"text\n", "U+FEFF"),
    "other line ends": ((HEAD + b"text\n").replace(b"\n", b"\r\n"), "U+000D (control character)"),
    "a private character": (HEAD + "te\ue000xt\n".encode(), "U+E000 (no character) is not allowed"),
    "an unclosed mark": (HEAD + b"some **bold words\n", "** stands alone here"),
    "an unfinished link": (HEAD + b"see [here](https://exam\n", "a link is begun here and not finished"),
    "code without an end": (HEAD + b"text\n\n```\nmore\n", "the code that begins here has no end"),
    "a link to a script": (HEAD + b"[a](javascript:b)\n", "a link leads to something else"),
    "no such day": (HEAD.replace(b"11-18", b"02-30") + b"text\n", "there is no such day"),
    "a number beyond all": (HEAD.replace(b"3", b"18446744073709551616", 1) + b"text\n", "from 1 to 999999"),
}
