"""MQTT's packets: what leaves, byte for byte as the standard has it, and what comes in pieces, too long or wrong."""

from expect import equal, raises
from picorest.mqtt import packets


def test_what_leaves():
    body = b"\x00\x04MQTT\x04\xe4\x00\x1e\x00\x01c\x00\x01t\x00\x03off\x00\x01u\x00\x01p"
    equal(packets.connect("c", "u", "p", 30, "t", "off"), bytes((0x10, len(body))) + body)
    equal(packets.connect("c", None, "p", 30, "t", "")[9:10], b"\x24")  # a password needs a user
    equal(packets.publish("a/\xfc", "1"), b"1\x07\x00\x04a/\xc3\xbc1")
    equal(packets.publish("a", b"x" * 200)[:3], b"1\xcb\x01")
    equal(packets.subscribe(1, "a/+/set"), b"\x82\x0c\x00\x01\x00\x07a/+/set\x01")
    equal(packets.acknowledge(0x1234), b"\x40\x02\x12\x34")


def test_what_comes_in_pieces():
    data = b"\x32\x07\x00\x01a\x00\x05on" + b"\xd0\x00"
    for n in range(9):
        equal(packets.take(data[:n]), None)
    kind, body, used, more = packets.take(data)
    equal((kind, bytes(body), used, more), (0x32, b"\x00\x01a\x00\x05on", 9, 0))
    kind, body, used, more = packets.take(data[9:])
    equal((kind, bytes(body), used, more), (packets.PINGRESP, b"", 2, 0))
    message = packets.Message(0x3A, b"\x00\x01a\x00\x05on")
    equal((message.topic, message.id, message.text, message.again, message.retained), (b"a", 5, b"on", True, False))
    message = packets.Message(0x31, b"\x00\x01aon")
    equal((message.topic, message.id, message.text, message.again, message.retained), (b"a", 0, b"on", False, True))


def test_a_long_one_is_cut():
    data = packets.publish("a", b"x" * 100000)
    equal(packets.take(data[:500]), None)
    kind, body, used, more = packets.take(data)
    equal((kind, len(body), used + more), (0x31, 512, len(data)))


def test_what_is_none():
    with raises(ValueError):
        packets.take(b"\x30\xff\xff\xff\xff\x01")
    for flags, body in ((0x36, b"\x00\x01a\x00\x01"), (0x30, b"\x00\x09a"), (0x32, b""), (0x30, b"\x00"), (0x32, b"\x00\x01a\x00")):
        with raises(ValueError):
            packets.Message(flags, body)
