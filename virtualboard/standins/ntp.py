"""A UDP time server (RFC 5905) that can also tell lies, each of which a sound client must see through."""

import socket
import struct
import threading
from contextlib import suppress

STATES = ("up", "down", "kod", "deny", "wrong-origin", "unsynchronised", "short", "late")
NTP_EPOCH = 2208988800
LIE_SECONDS = 86400  # the false answers carry tomorrow's time: a clock that believed one shows it
LATE_SECONDS = 6.0
_HEADER = "!BBbb II 4s QQQQ"


def timestamp(unix: float) -> int:
    """64-bit NTP timestamp; the era wraps in 2036 as it does on the wire."""
    seconds = int(unix // 1)
    return ((seconds + NTP_EPOCH) & 0xFFFFFFFF) << 32 | int((unix - seconds) * (1 << 32)) & 0xFFFFFFFF


def reply(request: bytes, received: float, sent: float, state: str, count: int) -> bytes | None:
    """The answer to one client packet, None for silence. `count` numbers the answers: unsynchronised has two faces."""
    version = request[0] >> 3 & 7 or 4
    leap, stratum, refid, origin = 0, 2, bytes([192, 0, 2, 1]), request[40:48]
    if state == "down":
        return None
    if state in ("kod", "deny"):
        # all times but the origin are zero: believing them puts a clock into 2036
        code = b"RATE" if state == "kod" else b"DENY"
        return bytes([3 << 6 | version << 3 | 4, 0, request[2], 0xEC]) + bytes(8) + code + bytes(8) + origin + bytes(16)
    if state in ("wrong-origin", "unsynchronised", "short"):
        received, sent = received + LIE_SECONDS, sent + LIE_SECONDS
    if state == "wrong-origin":
        origin = bytes(byte ^ 0x55 for byte in origin)
    if state == "unsynchronised":
        leap, stratum, refid = 3, (0, 16)[count % 2], bytes(4)
    packet = struct.pack(
        _HEADER, leap << 6 | version << 3 | 4, stratum, request[2] - 256 if request[2] > 127 else request[2], -20,
        0x0000_0147, 0x0000_0200, refid, timestamp(received - 17), int.from_bytes(origin, "big"),
        timestamp(received), timestamp(sent),
    )  # fmt: skip
    return packet[:44] if state == "short" else packet


class NtpServer:
    """Answers on a UDP port of its own; `counts` = requests, answers and packets that were no question."""

    def __init__(self, bind: str, now):
        self.now = now
        self.state = STATES[0]
        self.ahead = 0.0  # seconds by which its time is another one than the world's
        self._sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sock.bind((bind, 0))
        self._sock.settimeout(0.2)
        self.port = self._sock.getsockname()[1]
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._running = False
        self.forget()

    def forget(self):
        self.counts = {"requests": 0, "answers": 0, "ignored": 0}

    def start(self):
        self._running = True
        self._thread.start()

    def stop(self):
        self._running = False
        with suppress(OSError):
            self._sock.sendto(b"", self._sock.getsockname())  # wakes the thread
        if self._thread.is_alive():
            self._thread.join(2)
        self._sock.close()

    def _run(self):
        while self._running:
            try:
                request, client = self._sock.recvfrom(512)
            except OSError:
                continue
            received = self.now() + self.ahead
            if len(request) < 48 or request[0] & 7 != 3:
                self.counts["ignored"] += bool(request)
                continue
            self.counts["requests"] += 1
            if self.state == "late":
                later = threading.Timer(LATE_SECONDS, self._answer, (request, client, received, "up"))
                later.daemon = True
                later.start()
            else:
                self._answer(request, client, received, self.state)

    def _answer(self, request, client, received, state):
        packet = reply(request, received, self.now() + self.ahead, state, self.counts["answers"])
        if packet and self._running:
            self.counts["answers"] += 1
            with suppress(OSError):
                self._sock.sendto(packet, client)
