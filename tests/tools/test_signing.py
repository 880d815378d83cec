"""Keys for updates: the file, what is told of it, and Ed25519 against the examples of its standard."""

import re
import subprocess
import sys

import pytest

from host import ROOT, UserError
from host.board import ed25519, signing

# RFC 8032, 7.1: secret key, public key, message, signature
EXAMPLES = [
    ("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
]  # fmt: skip


@pytest.mark.parametrize(("secret", "public", "message", "signature"), EXAMPLES)
def test_signatures_are_those_of_the_standard(secret, public, message, signature):
    assert ed25519.public_key(bytes.fromhex(secret)).hex() == public
    assert ed25519.sign(bytes.fromhex(secret), bytes.fromhex(message)).hex() == signature


def run(*words):
    return subprocess.run([sys.executable, "-m", "host", *words], cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_the_command_makes_a_key_once(tmp_path):
    file = tmp_path / "key.txt"
    first, second = run("build", "--new-key", str(file)), run("build", "--new-key", str(file))
    assert first.returncode == second.returncode == 0, first.stderr + second.stderr
    text = file.read_text()
    assert re.fullmatch("[0-9a-f]{64}\n", text) and text.strip() not in first.stdout
    if sys.platform != "win32":
        assert file.stat().st_mode & 0o77 == 0
    settings = signing.load(file).settings()
    for said in (first.stdout, second.stdout):
        assert [value in said for value in settings.values()] == [True, True], said
    assert "is a new key" in first.stdout and "is the key" in second.stdout
    signing.new_key(tmp_path / "other.txt")
    assert (tmp_path / "other.txt").read_text() != text


def test_what_is_no_key_is_told(tmp_path):
    with pytest.raises(UserError, match="nothing.txt cannot be read .*build --new-key .*nothing.txt makes a key"):
        signing.load(tmp_path / "nothing.txt")
    file = tmp_path / "file.txt"
    for data in (b"", b"x" * 64, b"ab" * 31, b"\xff\xfe"):
        file.write_bytes(data)
        with pytest.raises(UserError, match="is no key|is no text"):
            signing.load(file)
    with pytest.raises(UserError, match="cannot be written"):
        signing.new_key(tmp_path / "none" / "key.txt")
