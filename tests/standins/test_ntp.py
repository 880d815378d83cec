"""The NTP stand-in: a right answer in the RFC's terms, and each lie recognisable by the check it breaks."""

import os
import socket
import struct

import pytest

from virtualboard.standins.channels import instant

NOW = 1795230000.25
ERA_END = 2085978496  # 2036-02-07T06:28:16Z


@pytest.fixture
def ask(standins, clock):
    clock[0] = NOW
    standins.reset()

    def query(timeout=2.0, packet=None):
        stamp = os.urandom(8)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(timeout)
            sock.sendto(packet or b"\x23" + bytes(39) + stamp, ("127.0.0.1", standins.ports["ntp"]))
            return sock.recv(512), stamp

    return query


def seconds(packet, offset):
    whole, fraction = struct.unpack("!II", packet[offset : offset + 8])
    return whole - 2208988800 + fraction / 2**32


def test_a_good_answer_passes_every_check(ask):
    packet, stamp = ask()
    assert len(packet) == 48 and packet[0] == 0x24 and packet[1] == 2
    assert packet[24:32] == stamp
    assert seconds(packet, 32) == seconds(packet, 40) == NOW
    assert NOW - 60 < seconds(packet, 16) < NOW


def test_the_version_of_the_question_is_kept(ask):
    packet, _ = ask(packet=b"\x1b" + bytes(47))
    assert packet[0] == 0x1C


def test_the_era_wraps_in_2036(ask, clock):
    clock[0] = ERA_END + 5.5
    packet, _ = ask()
    assert struct.unpack("!II", packet[40:48]) == (5, 1 << 31)


@pytest.mark.parametrize("state, code", [("kod", b"RATE"), ("deny", b"DENY")])
def test_kiss_of_death(ask, standins, state, code):
    standins.set("ntp", state)
    packet, stamp = ask()
    assert len(packet) == 48 and packet[0] >> 6 == 3 and packet[0] & 7 == 4
    assert packet[1] == 0 and packet[12:16] == code and packet[24:32] == stamp and packet[40:48] == bytes(8)


def test_wrong_origin_is_otherwise_perfect(ask, standins):
    standins.set("ntp", "wrong-origin")
    packet, stamp = ask()
    assert packet[0] == 0x24 and packet[1] == 2 and packet[24:32] != stamp
    assert seconds(packet, 40) == NOW + 86400


def test_unsynchronised_has_both_faces(ask, standins):
    standins.set("ntp", "unsynchronised")
    packets = [ask()[0] for _ in range(2)]
    assert {packet[1] for packet in packets} == {0, 16} and {packet[0] >> 6 for packet in packets} == {3}
    assert all(packet[12:16] == bytes(4) for packet in packets)


def test_short_lacks_the_end(ask, standins):
    standins.set("ntp", "short")
    assert len(ask()[0]) < 48


def test_down_is_silent_and_counted(ask, standins):
    standins.set("ntp", "down")
    with pytest.raises(TimeoutError):
        ask(timeout=0.3)
    assert standins.state()["ntp"] == {"requests": 1, "answers": 0, "ignored": 0}


def test_late_is_later_than_anyone_waits(ask, standins):
    standins.set("ntp", "late")
    with pytest.raises(TimeoutError):
        ask(timeout=0.5)


@pytest.mark.parametrize("packet", [b"\x23" + bytes(46), b"\x24" + bytes(47), b"x"])
def test_what_is_no_question_is_ignored(ask, standins, packet):
    with pytest.raises(TimeoutError):
        ask(timeout=0.3, packet=packet)
    assert standins.state()["ntp"]["ignored"] == 1


@pytest.mark.parametrize("date", ["1970-01-01T00:00:10Z", "2006-07-08T12:00:00Z", "2038-01-19T03:14:08Z", "2100-02-28T23:59:50Z"])
def test_it_says_the_date_that_is_wanted(ask, standins, date):
    standins.set_date(date)  # after the fixture's reset
    packet, stamp = ask()
    told = int.from_bytes(packet[40:44], "big")
    assert told == (instant(date) + 2208988800) & 0xFFFFFFFF and packet[24:32] == stamp
    standins.reset()
    assert seconds(ask()[0], 40) == NOW
