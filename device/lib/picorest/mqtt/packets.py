"""The packets of MQTT 3.1.1, as bytes. Not on an ESP8266."""

from struct import pack

# the first byte of a packet, without its flags
CONNACK = const(0x20)
PUBLISH = const(0x30)
PUBACK = const(0x40)
SUBACK = const(0x90)
PINGRESP = const(0xD0)

PING = b"\xc0\x00"
DISCONNECT = b"\xe0\x00"
REFUSED = const(0x80)  # in SUBACK
_LONGEST = const(512)  # bytes of a packet that are looked at
# flags of PUBLISH
_DUP = const(8)
_QOS = const(6)
_RETAIN = const(1)
# flags of CONNECT
_USER = const(0x80)
_PASSWORD = const(0x40)
_WILL = const(0x24)  # retained


class Message:
    """What came on a topic. id: to acknowledge, 0 where that is not asked for; again: whether it may have come before."""

    def __init__(self, flags, body):
        at = 2 + (body[0] << 8 | body[1]) if len(body) > 1 else 2
        end = at + (2 if flags & _QOS else 0)
        if len(body) < end or flags & _QOS == _QOS:
            raise ValueError
        self.topic = bytes(body[2:at])
        self.id = body[at] << 8 | body[at + 1] if flags & _QOS else 0
        self.again = flags & _DUP > 0
        self.retained = flags & _RETAIN > 0
        self.text = bytes(body[end:])


def connect(client, user, password, keepalive, topic, will):
    """CONNECT: to go on with the session that the broker keeps for this client; `will` is said on `topic` if we are lost."""
    flags = _WILL | (_USER if user else 0) | (_PASSWORD if user and password else 0)
    parts = [b"\x00\x04MQTT\x04", bytes((flags,)), pack(">H", keepalive), _text(client), _text(topic), _text(will)]
    if user:
        parts.append(_text(user))
        if password:
            parts.append(_text(password))
    return _packet(0x10, b"".join(parts))


def publish(topic, text):
    """PUBLISH, retained: whoever comes later is told too; at most once, as the next one says the same again."""
    return _packet(PUBLISH | _RETAIN, _text(topic) + _bytes(text))


def subscribe(id, topic):
    """SUBSCRIBE to a topic, with messages that the broker repeats until they are acknowledged."""
    return _packet(0x82, pack(">H", id) + _text(topic) + b"\x01")


def acknowledge(id):
    """PUBACK of a message."""
    return b"\x40\x02" + pack(">H", id)


def take(data):
    """(first byte, body, bytes used, bytes still to be skipped) of the first packet in what has come; None if it is not whole.
    Of a long one, body is the start. ValueError if it is none."""
    size = shift = 0
    at = 1
    while True:
        if at >= len(data):
            return None
        byte = data[at]
        at += 1
        size |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            break
        if shift > 21:
            raise ValueError
    end = at + min(size, _LONGEST)
    if len(data) < end:
        return None
    return data[0], memoryview(data)[at:end], end, at + size - end


def _bytes(text):
    return text.encode() if isinstance(text, str) else text


def _text(text):
    data = _bytes(text)
    return pack(">H", len(data)) + data


def _packet(first, body):
    size = len(body)
    head = bytearray((first,))
    while True:
        byte = size & 127
        size >>= 7
        head.append(byte | (128 if size else 0))
        if not size:
            return bytes(head) + body
