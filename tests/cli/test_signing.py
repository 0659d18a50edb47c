"""Signing at the terminal with the real programs, checking without a home, and who may sign."""

import json
from pathlib import Path

import pytest

from bot.library import header, shelf
from tests.cli.helpers import Keeper
from tests.support.signers import Signer, needs_minisign, needs_ssh_keygen, run
from tests.support.workshop import BORIS, MALLORY, OLGA, VERA, signed, text, trust

STATEMENTS = Path(__file__).parents[2] / "statements"
TRUST = trust(VERA, BORIS, OLGA)


def workshop(folder: Path, *signers: Signer, data: bytes | None = None, name: str = "a/en.md") -> Path:
    """A statement with the signatures beside it."""
    for each, content in signed(name, data or text(1), *signers):
        (folder / each).parent.mkdir(parents=True, exist_ok=True)
        (folder / each).write_bytes(content)
    return folder / name


def new_key(folder: Path, name: str) -> str:
    """An SSH key of a real signer, without a passphrase; the public part."""
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(folder / name))
    return (folder / f"{name}.pub").read_text().strip()


def trust_file(folder: Path, *lines: str, threshold: int = 2) -> Path:
    """A trust file with these lines, one signer each."""
    parts = ["version = 1", f"threshold = {threshold}"]
    parts += [f"[[signer]]\nvalid_from = 2020-01-01\n{line}" for line in lines]
    (folder / "trust.toml").write_text("\n".join(parts) + "\n")
    return folder / "trust.toml"


@needs_ssh_keygen
def test_from_new_to_authentic(newcomer: Keeper, tmp_path: Path) -> None:
    """Two people sign with ssh-keygen, each where the key is; anybody can check it with the trust file."""
    shop = tmp_path / "statements"
    file = Path(newcomer.types("statements", "new", "--title", "We", "--folder", str(shop)).out.strip())
    keys = {name: new_key(tmp_path, name) for name in ("vera", "boris")}
    policy = trust_file(tmp_path, *(f'name = "{name}"\nssh = "{key}"' for name, key in keys.items()))
    early = ["statements", "sign", str(file), "--signer", "vera", "--key", str(tmp_path / "vera")]
    newcomer.types(*early).fails(10, "Code is missing", "--fix")
    assert newcomer.types("statements", "check", "--fix", str(shop)).code == 0
    verify = ["statements", "verify", str(shop), "--trust", str(policy)]
    assert newcomer.types(*verify).code == 10
    for name in keys:
        sign = ["statements", "sign", str(shop), "--signer", name, "--key", str(tmp_path / name)]
        done = newcomer.types(*sign)
        assert done.code == 0, done.err
        assert done.out == f"{file}.{name}.sig\n"
    assert newcomer.types("statements", "check", str(shop)).code == 0
    done = newcomer.types(*verify, "--json")
    assert done.code == 0, done.out
    told = done.json
    assert told["file"] == str(file)
    assert (told["verdict"], told["number"], told["signers"]) == ("authentic", 1, ["boris", "vera"])
    assert told["code"] == header.parse(file.read_bytes(), file).code
    assert told["reason"] is None
    file.write_bytes(file.read_bytes().replace(b"important", b"imported"))
    done = newcomer.types(*verify, "--json")
    assert done.code == 10
    assert done.json["verdict"] == "not authentic"
    assert "Code does not fit" in done.json["reason"]


def test_a_comment_behind_a_key(newcomer: Keeper, tmp_path: Path) -> None:
    """Whoever signs or shows a trust file is told of a comment in it that names a person or a machine."""
    file = workshop(tmp_path / "s", VERA)
    for comment, warned in (("", False), (" vera@her-own-laptop", True)):
        policy = trust_file(tmp_path, f'name = "vera"\nssh = "{VERA.ssh.line}{comment}"', threshold=1)
        out = tmp_path / f"out{warned}"
        done = newcomer.types("mirror", str(out), str(file), "--trust", str(policy))
        assert done.code == 0, done.err
        assert ("the ssh key of vera has a comment" in done.err) == warned
        assert "laptop" not in done.err
        assert (out / "allowed_signers").read_text() == f'vera namespaces="handbill" {VERA.ssh.line}\n'
        done = newcomer.types("statements", "sign", str(policy), "--signer", "vera", "--key", "none")
        assert ("the ssh key of vera has a comment" in done.err) == warned


@needs_minisign
def test_signing_with_minisign(newcomer: Keeper, tmp_path: Path) -> None:
    """The same with minisign, of slogans too."""
    run("minisign", "-G", "-W", "-p", str(tmp_path / "m.pub"), "-s", str(tmp_path / "m"))
    key = (tmp_path / "m.pub").read_text().splitlines()[1]
    policy = trust_file(tmp_path, f'name = "vera"\nminisign = "{key}"', threshold=1)
    file = workshop(tmp_path / "s")
    slogans = workshop(tmp_path / "s", data=b"# war\n- Enough\n", name="slogans/en.md")
    sign = ["statements", "sign", str(tmp_path / "s"), "--signer", "vera"]
    done = newcomer.types(*sign, "--minisign-key", str(tmp_path / "m"))
    assert done.code == 0, done.err
    assert done.out.split() == [f"{file}.vera.minisig", f"{slogans}.vera.minisig"]
    made = Path(f"{file}.vera.minisig").read_text()
    assert "trusted comment: handbill\n" in made
    assert "timestamp" not in made, "it tells nobody when somebody signed"
    done = newcomer.types("statements", "verify", str(tmp_path / "s"), "--trust", str(policy), "--json")
    assert done.code == 0
    assert [json.loads(line)["number"] for line in done.out.splitlines()] == [1, None]


def test_signing_takes_a_key_and_a_name(newcomer: Keeper, tmp_path: Path) -> None:
    """And the program; each is one line that says what is missing."""
    sign = ["statements", "sign", str(workshop(tmp_path)), "--signer"]
    newcomer.types(*sign, "vera").fails(2, "there is no key")
    newcomer.types(*sign, "Vera B.", "--key", "x").fails(10, "small letters")
    (tmp_path / "a" / "en.md").write_bytes(b"junk")
    newcomer.types(*sign, "vera", "--key", "x").fails(10, "no blank line")


def test_without_the_programs(newcomer: Keeper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where they are not installed it says how to."""
    monkeypatch.setenv("PATH", str(tmp_path))
    sign = ["statements", "sign", str(workshop(tmp_path)), "--signer", "vera"]
    newcomer.types(*sign, "--key", "x").fails(10, "ssh-keygen is not here", "openssh-client")
    newcomer.types(*sign, "--minisign-key", "x").fails(10, "minisign is not here")
    assert list((tmp_path / "a").iterdir()) == [tmp_path / "a" / "en.md"]


@needs_ssh_keygen
def test_keys_of_another_kind(newcomer: Keeper, tmp_path: Path) -> None:
    """Are refused by their name, and nothing is written."""
    run("ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", str(tmp_path / "key"))
    file = workshop(tmp_path)
    sign = ["statements", "sign", str(file), "--signer", "vera", "--key", str(tmp_path / "key")]
    newcomer.types(*sign).fails(10, "ecdsa-sha2-nistp256 is not a kind of key")
    assert list(file.parent.iterdir()) == [file]
    broken = newcomer.types("statements", "sign", str(file), "--signer", "vera", "--key", "/nonexistent")
    broken.fails(10, "ssh-keygen did not sign")


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (signed("a/en.md", text(1), VERA), "1 of 2 signatures"),
        (signed("a/en.md", text(1), VERA, MALLORY), "mallory is not among the signers"),
        ([*signed("a/en.md", text(1), VERA), ("a/en.md.olga.sig", b"x" * 9_999_999)], "too long"),
        (signed("a/ru.md", text(1), VERA, BORIS), "its language is en"),
        (signed("a/en.md", b"x" * 10_000_000, VERA, BORIS), "more than 65,536 bytes"),
        (signed("a/en.md", text(1) + b"\0", VERA, BORIS), "U+0000"),
        (signed("a/en.md", text(1) + "\u202e".encode(), VERA, BORIS), "U+202E"),
        (signed("a/en.md", b"Title: a\n" + text(1), VERA, BORIS), "already"),
        (signed("a/en.md", text(1).replace(b"Language: en\n", b""), VERA, BORIS), "Language is missing"),
        (signed("a/en.md", text(1).replace(b"Code: ", b"Place: "), VERA, BORIS), "Code is missing"),
        (signed("slogans/en.md", b"# war\n- Enough\n", VERA), "1 of 2 signatures"),
    ],
)
def test_not_authentic(newcomer: Keeper, tmp_path: Path, files: list[tuple[str, bytes]], words: str) -> None:
    """One clear line for each file, exit code 10."""
    for name, data in files:
        (tmp_path / "s" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "s" / name).write_bytes(data)
    (tmp_path / "trust.toml").write_bytes(TRUST)
    verify = ["statements", "verify", str(tmp_path / "s"), "--trust", str(tmp_path / "trust.toml")]
    done = newcomer.types(*verify, "--json")
    assert done.code == 10
    assert done.json["verdict"] == "not authentic"
    assert words in done.json["reason"]
    shown = newcomer.types(*verify)
    assert shown.code == 10
    assert len(shown.out.splitlines()) == 1


def test_a_trust_file_that_is_none(newcomer: Keeper, tmp_path: Path) -> None:
    """Says why."""
    file = workshop(tmp_path)
    (tmp_path / "trust.toml").write_bytes(b"version = 1\n")
    verify = ["statements", "verify", str(file), "--trust"]
    newcomer.types(*verify, str(tmp_path / "trust.toml")).fails(10, "[[signer]]")
    newcomer.types(*verify, str(tmp_path / "none.toml")).fails(10, "cannot be read")


def test_who_may_sign(keeper: Keeper, tmp_path: Path) -> None:
    """Set once without signatures, then only with those of enough signers; what lacks signatures is told."""
    passphrase = ["--passphrase-file", keeper.passphrase_file]
    shown = keeper.types("signers", "show", "--json", *passphrase)
    assert shown.json == {"threshold": None, "since": None, "signers": []}
    keeper.types("statements", "import", str(STATEMENTS), *passphrase)
    first = workshop(tmp_path, data=TRUST, name="trust.toml")
    done = keeper.types("signers", "set", str(first), *passphrase)
    assert done.out == "2 of 3 must sign from now on\n"
    assert "lack signatures and are not shown" in done.err
    told = keeper.types("signers", "show", "--json", *passphrase).json
    assert told["threshold"] == 2
    assert [one["name"] for one in told["signers"]] == ["vera", "boris", "olga"]
    assert told["signers"][0]["ssh"] == VERA.ssh.fingerprint
    assert VERA.ssh.fingerprint in keeper.types("signers", "show", *passphrase).out
    other = trust(VERA, BORIS, threshold=2)
    second = workshop(tmp_path / "b", VERA, data=other, name="trust.toml")
    keeper.types("signers", "set", str(second), *passphrase).fails(10, "1 of 2 signatures")
    second = workshop(tmp_path / "b", VERA, OLGA, data=other, name="trust.toml")
    assert keeper.types("signers", "set", str(second), *passphrase).code == 0
    keeper.types("signers", "set", str(first), *passphrase).fails(10, "replaced by another one")
    keeper.types("signers", "set", str(tmp_path / "none"), *passphrase).fails(10, "cannot be read")


def test_signed_statements_at_the_terminal(keeper: Keeper, tmp_path: Path) -> None:
    """Import takes the signatures beside the files; list says who signed, withdraw takes one away."""
    passphrase = ["--passphrase-file", keeper.passphrase_file]
    keeper.types("signers", "set", str(workshop(tmp_path, data=TRUST, name="trust.toml")), *passphrase)
    file = workshop(tmp_path / "s", VERA)
    keeper.types("statements", "import", str(file), *passphrase).fails(10, "1 of 2 signatures")
    workshop(tmp_path / "s", VERA, OLGA)
    done = keeper.types("statements", "import", str(tmp_path / "s"), *passphrase)
    assert done.out == "1 new, 0 as before, 0 replaced\n", done.err
    listed = keeper.types("statements", "list", "--json", *passphrase).json["statements"]
    assert [one["standing"] for one in listed] == ["signed by olga, vera"]
    assert keeper.types("statements", "withdraw", "1", *passphrase).out == "1 text withdrawn\n"
    assert "withdrawn on" in keeper.types("statements", "list", *passphrase).out
    keeper.types("statements", "withdraw", "1", *passphrase).fails(10, "no such statement")
    keeper.types("statements", "import", str(file), *passphrase).fails(10, "was withdrawn")


def test_signatures_do_not_disturb_the_workshop(tmp_path: Path) -> None:
    """They are no statement files, and unreadable ones are counted for nothing."""
    file = workshop(tmp_path, VERA, OLGA)
    assert [each.path for each in shelf.check([tmp_path]).files] == [file]
    assert len(list(file.parent.iterdir())) == 3
