"""One round of questions to the time servers (SNTP, RFC 4330 and 5905). Imported for it, then dropped.

An answer is believed only if it is complete, in reply to this very question, and from a synchronised server. One that
would move a clock which is already set by more than a minute must be confirmed by the next answer.
"""

import asyncio
import socket
from os import urandom

from .. import clock, log
from ..loop import would_block
from ..problem import Problem
from ..resolver import doubt, open_socket, resolve

_TIMEOUT_MS = const(2000)
_RETRY = const(15)  # seconds; no server is asked more often
_RETRY_MOST = const(960)
_HOUR = const(3600)
_DAY = const(86400)
_STEP_MS = const(60000)
_AGREE_MS = const(1000)
_DRIFT_MS = const(50)  # ask again before the clock is likely to be that far off
_SOON = const(60)  # seconds until a second opinion on the first answer
_EARLIEST = const(1793491200)  # 2026-11-01: this program did not run before,
_LATEST = const(3055795200)  # nor does it after 2066
_ERROR_MS = const(16000)  # a server that says so of itself is as good as unsynchronised


async def ask(sntp):
    """See Sntp.ask()."""
    wait = min(2 * sntp.wait, _RETRY_MOST) if sntp.error else _RETRY
    sntp.next_at = clock.uptime() + _RETRY  # should this die of something unforeseen
    problem = Problem("ntp-refused", "Every time server has refused this board: set others in ntp.servers.")
    for server in sntp.config.get("ntp", "servers"):
        if server in sntp.refusing:
            continue
        try:
            offset, error, stratum = await _exchange(sntp, server)
            _confirm(sntp, server, offset)
            break
        except Problem as e:
            problem = e
            doubt(sntp.board, server.split(":")[0])  # next time the name may stand for another one
    else:
        sntp.error = str(problem)
        _later(sntp, wait)
        raise problem
    now = clock.uptime()
    wait = _HOUR if clock.synced else _SOON
    drift = abs(offset) - error
    if clock.synced and drift > 0:
        wait = min(_HOUR, max(60, (now - sntp.set_at) * _DRIFT_MS // drift))
    moved = offset if clock.synced else None
    seconds, ms = clock.unix_ms()
    ms += offset
    clock.set_unix(seconds + ms // 1000, ms % 1000, sntp.board)
    if moved is None:
        log.add(sntp.board, log.CLOCK, server)
    sntp.set_at = now
    sntp.source = (server, stratum, error)
    sntp.error = sntp.unconfirmed_offset = None
    _later(sntp, wait)
    sntp.min_interval = max(_RETRY, sntp.min_interval // 2)
    return moved


def _later(sntp, wait):
    sntp.wait = max(wait, sntp.min_interval)
    sntp.next_at = clock.uptime() + sntp.wait


def _confirm(sntp, server, offset):
    doubt = sntp.unconfirmed_offset
    if clock.synced and abs(offset) > _STEP_MS:
        sntp.unconfirmed_offset = offset
        if doubt is None or abs(offset - doubt) > _AGREE_MS:
            why = "wants to move the clock by %d s: kept until a second answer agrees." % (offset // 1000)
            raise _failure("ntp-unconfirmed", server, why)


async def _exchange(sntp, server):  # long: one exchange of packets, with each way it may fail
    # (ms to add to the clock, ms that this may be wrong, stratum)
    try:
        at = server.find(":")
        where = resolve(sntp.board, server if at < 0 else server[:at], 123 if at < 0 else int(server[at + 1 :]))
    except (OSError, ValueError):
        raise _failure("ntp-unknown", server, "cannot be found: check ntp.servers and the network's DNS.") from None
    sock = open_socket(socket.SOCK_DGRAM, server)
    why = data = None
    try:
        sock.connect(where)  # answers from elsewhere do not get in
        nonce = urandom(8)
        s1, m1 = clock.unix_ms()
        start = clock.ticks_ms()
        sock.send(b"\x23" + bytes(39) + nonce)
        # looked at again and again: asyncio's time limits would take 400 bytes for ever
        while True:
            await asyncio.sleep_ms(1)
            try:
                data = sock.recv(68)
                s4, m4 = clock.unix_ms()
                if len(data) < 48:
                    why = "sent a packet that is too short."
                elif data[0] & 7 != 4 or data[24:32] != nonce:
                    why = "sent an answer to something that was not asked."
                else:
                    break
                data = None
            except OSError as e:
                if not would_block(e):
                    raise
            if clock.ticks_diff(clock.ticks_ms(), start) > _TIMEOUT_MS:
                break
    except OSError as e:
        raise _failure("ntp-unreachable", server, "cannot be reached (%s): check the network." % e) from None
    finally:
        sock.close()
    if not data:
        if why:
            raise _failure("ntp-bad-answer", server, why)
        why = "%s did not answer within 2 s: check ntp.servers and the network." % server
        raise Problem("ntp-timeout", why, retry_after=_RETRY)
    stratum = data[1]
    if stratum == 0 and data[12:16] in (b"DENY", b"RSTR"):
        sntp.refusing.append(server)
        raise _failure("ntp-refused", server, "refuses this board and is not asked again before a restart.")
    if stratum == 0 and data[12:16] == b"RATE":
        sntp.min_interval = min(_DAY, 2 * max(sntp.wait, sntp.min_interval))
        raise _failure("ntp-rate", server, "asks for fewer questions: the next one goes out later.")
    s2, m2 = _instant(data, 32)
    s3, m3 = _instant(data, 40)
    # the answer's way back is taken to be as long as the question's way there
    delay = (s4 - s1 - s3 + s2) * 1000 + m4 - m1 - m3 + m2
    root = (int.from_bytes(data[4:8], "big") // 2 + int.from_bytes(data[8:12], "big")) * 1000 >> 16
    sound = 0 < stratum < 16 and data[0] >> 6 != 3 and any(data[40:48])
    if not sound or root > _ERROR_MS or not -20 < delay < 5000:
        raise _failure("ntp-unsynchronised", server, "has no reliable time itself: wait, or change ntp.servers.")
    if not _EARLIEST <= s3 < _LATEST:
        raise _failure("ntp-implausible", server, "says it is %s, which cannot be: change ntp.servers." % clock.iso(s3)[:10])
    return ((s2 - s1 + s3 - s4) * 1000 + m2 - m1 + m3 - m4) // 2, max(0, delay) // 2 + root + 1, stratum


def _failure(type, server, why):
    return Problem(type, server + " " + why, retry_after=_RETRY)


def _instant(data, at):
    # (Unix seconds, ms) of an NTP timestamp; those without the top bit are from the era that begins in 2036
    seconds = int.from_bytes(data[at : at + 4], "big")
    seconds += -2208988800 if data[at] & 128 else 2085978496
    return seconds, (data[at + 4] << 8 | data[at + 5]) * 1000 >> 16
