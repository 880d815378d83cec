"""JSON as RFC 8259 has it. Each verdict here is also Python's own: see tests/protocol/test_json_oracle.py."""

import json

from expect import equal
from json_cases import BAD, GOOD
from picorest.jsontext.validate import loads
from picorest.problem import Problem


def verdict(data):
    try:
        loads(data)
        return True
    except ValueError:
        return False


def test_what_is_json():
    for text in GOOD:
        data = text.encode()
        assert verdict(data), text
        equal(loads(data), json.loads(text))


def test_what_is_not():
    for text in BAD:
        assert not verdict(text.encode()), text


def test_a_number_that_is_infinite_here_is_refused():
    for text in ('{"a":1e999}', "[-1e400]", '{"a":{"b":[0,{"c":1E+999}]}}'):
        assert not verdict(text.encode()), text
    equal(loads(b'{"a":[1e30,1e-999]}')["a"][1], 0)


def test_every_beginning_of_a_text_is_refused():
    text = '{"a":[1,-2.5e+3,"x\\u00e9\\n",true,null,{"b":{}}],"c":""}'
    assert verdict(text.encode())
    for n in range(len(text)):
        assert not verdict(text[:n].encode()), text[:n]


def test_bytes_that_are_no_text():
    for data in (b'"\xff"', b'"\xc3"', b"\xef\xbb", b"1\xef\xbb\xbf", b"\xef\xbb\xbf\xef\xbb\xbf1", b'{"\x80":1}', b"\0", b"1\0",
                 b'"\xc0\x80"', b'"\xe0\x80\xaf"', b'"\xed\xa0\x80"', b'"\xf5\x80\x80\x80"', b'{"\xc1\xbf":1}'):  # fmt: skip
        assert not verdict(data), data


def test_two_halves_of_a_character_are_put_together():
    for text, expected in (
        ('"\\ud83d\\ude00"', "\U0001f600"), ('"a\\uD83D\\uDE00\\ud83d\\ude01b"', "a\U0001f600\U0001f601b"),
        ('"\\\\ud83d"', "\\ud83d"), ('"\\ud800\\udc00\\udbff\\udfff"', "\U00010000\U0010ffff"),
        ('"\\n\\ud83d\\ude00"', "\n\U0001f600"), ('"\\ud7ff\\ue000"', "\ud7ff\ue000"),
    ):  # fmt: skip
        equal((text, loads(text.encode())), (text, expected))
    for text in ('"\\ud83d"', '"\\ude00"', '"\\ud83dx"', '"\\ud83d\\u0041"', '"\\ud83d\\n"', '"\\ude00\\ud83d"',
                 '"\\ud83d\\ud83d"'):  # fmt: skip
        assert not verdict(text.encode()), text


def test_a_byte_order_mark_is_skipped():
    equal(loads(b'\xef\xbb\xbf{"a":1}'), {"a": 1})
    equal(loads(bytearray(b"\xef\xbb\xbf 1")), 1)


def test_members_that_stand_there_twice():
    for data in (b'{"a":1,"a":1}', b'[{"b":{"a":1,"\\u0061":2}}]', b'{"":1,"":2}', b'{"a":{"a":1},"b":[{"a":1},{"c":1,"c":1}]}'):
        try:
            loads(data)
        except Problem as e:
            equal(e.type, "repeated-member")
        else:
            raise AssertionError(data)
    for data in (b'{"a":{"a":{"a":1}},"A":1}', b'[{"a":1},{"a":1}]', b'{"a":"{\\"a\\":1}"}', b"{}"):
        assert verdict(data), data


def test_numbers_of_whole_value_are_ints():
    for text, expected in ((b"[1.0]", [1]), (b'{"a":[-2e2,{"b":1.5}]}', {"a": [-200, {"b": 1.5}]}), (b"[0.0]", [0])):
        found = loads(text)
        equal((found, str(found)), (expected, str(expected)))


def test_depth_is_bounded():
    for n, good in ((16, True), (17, False), (500, False)):
        equal((n, verdict(b"[" * n + b"]" * n)), (n, good))
        equal((n, verdict(b'{"a":' * n + b"1" + b"}" * n)), (n, good))
    assert not verdict(b"[" * 4000)
    assert verdict(b"[" + b"[]," * 500 + b"[]]")
