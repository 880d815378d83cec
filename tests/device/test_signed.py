"""Signed updates: Ed25519 and HMAC by what their standards give as examples; what is refused, and what is older than the newest."""

import os
from binascii import hexlify, unhexlify
from hashlib import sha256

from expect import equal
from picorest.problem import Problem
from picorest.update import signed
from picorest.update.ed25519 import verify
from picorest.update.sha512 import sha512

# RFC 8032, 7.1: public key, message, signature
EXAMPLES = (
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
)  # fmt: skip
ORDER = 2**252 + 27742317777372353535851937790883648493
DIGEST = "0123456789abcdef" * 4


def test_sha_512_is_that_of_the_standard():
    digest = hexlify(sha512(b"abc")).decode()
    equal((digest[:32], digest[-16:]), ("ddaf35a193617abacc417349ae204131", "2a9ac94fa54ca49f"))
    data, all_of_them = bytes(range(256)) * 2, b""
    for size in (0, 1, 111, 112, 119, 120, 127, 128, 129, 239, 240, 256, 300):  # about the ends of blocks
        all_of_them += sha512(data[:size])
    equal(hexlify(sha256(all_of_them).digest()).decode(), "de235f5ade18e551e558baf95499fe80c26e80b353b1188d6bd387f4b2ba4355")


async def test_signatures_of_the_standard_are_right_and_others_are_not():
    for public, message, signature in EXAMPLES:
        public, message, signature = unhexlify(public), unhexlify(message), unhexlify(signature)
        equal(await verify(public, message, signature), True)
    flaws = [(public, message + b"x", signature), (public, b"", signature), (bytes(32), message, signature)]
    for at in (0, 31, 32, 63):
        flaws.append((public, message, signature[:at] + bytes((signature[at] ^ 1,)) + signature[at + 1 :]))
    flaws.append((public[:31] + bytes((public[31] ^ 128,)), message, signature))
    flaws += [(public[:31], message, signature), (public, message, signature[:63]), (public, message, b"")]
    s = int.from_bytes(signature[32:], "little") + ORDER  # the same number, written otherwise
    flaws.append((public, message, signature[:32] + s.to_bytes(32, "little")))
    flaws.append((b"\xff" * 32, message, signature))  # no point
    for flaw in flaws:
        equal((flaw, await verify(*flaw)), (flaw, False))


class App:
    """A board with this configuration key `update`."""

    def __init__(self, chip, **keys):
        self.board = type("Board", (), {"chip": chip})
        self.config = type("Config", (), {"get": staticmethod(lambda _, name: keys.get(name))})


async def said(app, **asked):
    """The type of the problem, None if there is none."""
    try:
        await signed.check(app, dict({"sha256": DIGEST}, **asked))
    except Problem as problem:
        assert "%" not in problem.detail, problem.detail
        return problem.type


KEY = "a5" * 32
MARK = "13ea096f85071654551c8001e322a99f7536cc95c8d5fdadd34ad86efe89d2aa"  # of time 1700000000, by Python's hmac


async def test_an_esp8266_wants_an_hmac():
    app = App("esp8266", key=KEY)
    good = {"signed": "1700000000", "signature": MARK}
    equal(await said(app, **good), None)
    for change in ({"signed": "1700000001"}, {"signature": MARK[:-2] + "00"}, {"signature": MARK[:-2]}, {"signature": "xy"},
                   {"signature": MARK[:-1]}, {"sha256": "f" * 64}):  # fmt: skip
        equal((change, await said(app, **dict(good, **change))), (change, "wrong-signature"))
    for change in ({"signed": ""}, {"signature": ""}, {"signed": "-1"}, {"signed": "12345678901"}, {"signed": "1e9"}):
        equal((change, await said(app, **dict(good, **change))), (change, "not-signed"))
    equal(await said(app), "not-signed")
    for other in (App("esp8266", key="a4" * 32), App("esp8266", public_key=KEY), App("esp32", key=KEY)):
        equal(await said(other, **good), "wrong-signature")


async def test_what_was_signed_before_the_newest_is_refused_and_the_same_again_is_not():
    app, good = App("esp8266", key=KEY), {"signed": "1700000000", "signature": MARK}
    try:
        older = "older-update"
        for newest, expected in (("1699999999", None), ("1700000000", None), ("1700000001", older), ("1699999999", older)):
            signed.keep(newest)  # one that is older changes nothing
            equal((newest, await said(app, **good)), (newest, expected))
        equal(await said(app, signed="1700000000", signature="00"), "wrong-signature")
        with open("picorest.signed", "w") as file:
            file.write("torn")
        equal(signed.newest(), 0)
    finally:
        os.remove("picorest.signed")


def test_when_the_newest_was_signed_outlives_a_power_cut():
    signed.keep("1700000000")
    try:
        with open("picorest.signed.new", "w") as file:  # the power goes while a newer one is written
            file.write("17")
        equal(signed.newest(), 1700000000)
        with open("picorest.signed.new", "w") as file:
            file.write("1700000009\n")
        os.remove("picorest.signed")  # on FAT, between removing and renaming
        equal(signed.newest(), 1700000009)
        signed.keep("1700000010")
        equal((signed.newest(), "picorest.signed.new" in os.listdir()), (1700000010, False))
    finally:
        for name in ("picorest.signed", "picorest.signed.new"):
            if name in os.listdir():
                os.remove(name)
