import asyncio
import os
import socket

from expect import equal
from picorest import loop
from picorest.wifi import captive_dns

A, AAAA, HTTPS, ANY = b"\0\1", b"\0\x1c", b"\0\x41", b"\0\xff"


def query(name, kind=A, id=b"\x12\x34", flags=b"\1\0", count=b"\0\1", extra=b""):
    labels = b"".join(bytes((len(part),)) + part.encode() for part in name.split("."))
    return id + flags + count + b"\0\0\0\0\0\0" + labels + b"\0" + kind + b"\0\1" + extra


def test_every_name_leads_to_us():
    for name in ("connectivitycheck.gstatic.com", "captive.apple.com", "x"):
        asked = query(name)
        said = captive_dns.reply(asked, "192.168.4.1")
        equal(said[:2], b"\x12\x34")
        assert said[2] & 0x80 and said[3] & 15 == 0
        equal(said[4:12], b"\0\1\0\1\0\0\0\0")
        equal(said[12 : len(asked)], asked[12:])
        equal(said[len(asked) :], b"\xc0\x0c\0\1\0\1\0\0\0\5\0\4\xc0\xa8\4\1")


def test_other_types_get_an_empty_answer():
    for kind in (AAAA, HTTPS):
        asked = query("captive.apple.com", kind)
        said = captive_dns.reply(asked, "192.168.4.1")
        equal(said[4:12], b"\0\1\0\0\0\0\0\0")
        equal(len(said), len(asked))
        equal(said[3] & 15, 0)
    equal(captive_dns.reply(query("a.b", ANY), "1.2.3.4")[-4:], b"\1\2\3\4")


def test_additional_records_do_not_disturb():
    said = captive_dns.reply(query("a.b", extra=b"\0\0\x29\x10\0\0\0\0\0\0\0"), "1.2.3.4")
    equal(said[-4:], b"\1\2\3\4")


def test_what_is_no_query_gets_no_answer():
    sound = query("captive.apple.com")
    assert captive_dns.reply(sound, "1.2.3.4")
    for n in range(len(sound)):
        assert captive_dns.reply(sound[:n], "1.2.3.4") is None, n
    for bad in (
        query("a.b", flags=b"\x81\0"),  # an answer
        query("a.b", flags=b"\x28\0"),  # an update
        query("a.b", count=b"\0\2"),
        query("a.b", count=b"\0\0"),
        sound[:12] + b"\xc0\x0c\0\1\0\1",  # a name that points at itself
        sound[:12] + b"\xff" * 20,
        sound[:12] + b"\1a" * 200,
        b"\0" * 300,
        bytes(range(256)),
    ):
        assert captive_dns.reply(bad, "1.2.3.4") is None, bad


class Wifi:
    """As much of picorest.wifi as a portal needs."""

    def __init__(self):
        self.on = False
        self.ap = self

    def ifconfig(self):
        return "192.168.4.1", "255.255.255.0", "192.168.4.1", "0.0.0.0"

    def connected(self):
        return self.on


class Request:
    """As much of a request as a portal looks at."""

    names = ("shed", "shed.local", "localhost")

    def __init__(self, host, path):
        self.app = self
        self.path = path
        self.known = {} if host is None else {"host": host.encode()}


class Asyncio:
    """asyncio for a portal, with pauses that are counted instead of waited."""

    def __init__(self):
        self.pauses = []

    def create_task(self, coro):
        return asyncio.create_task(coro)

    async def sleep_ms(self, ms):
        self.pauses.append(ms)
        await asyncio.sleep_ms(0)


def portal(port):
    """A portal at a free port instead of 53."""
    from picorest.wifi import captive_portal

    real = loop.address
    captive_portal.asyncio = Asyncio()

    class Net:
        readable = loop.readable

        def address(host, _, kind):
            return real("127.0.0.1", port, kind)

    captive_portal.loop = Net
    return captive_portal.Portal(Wifi(), "picorest-ABCDEF")


async def test_phones_are_sent_to_the_page_until_the_network_works():
    it = portal(0)
    probes = (
        ("connectivitycheck.gstatic.com", "/generate_204"),
        ("www.google.com", "/gen_204"),
        ("captive.apple.com", "/hotspot-detect.html"),
        ("www.apple.com", "/library/test/success.html"),
        ("www.msftconnecttest.com", "/connecttest.txt"),
        ("www.msftncsi.com", "/ncsi.txt"),
        ("detectportal.firefox.com", "/canonical.html"),
        ("detectportal.firefox.com:80", "/success.txt"),
    )
    for host, path in probes + (("www.msftconnecttest.com", "/redirect"), ("example.com", "/")):
        answer = it.redirect(Request(host, path))
        equal((answer.status_code, answer.headers["Location"]), (302, "http://192.168.4.1/"))
        assert 0 < len(answer.body) < 200
    for host in (None, "", "192.168.4.1", "192.168.4.1:80", "10.0.0.3", "shed", "SHED.local", "localhost:8080"):
        equal(it.redirect(Request(host, "/gpio")), None)
    it.wifi.on = True
    answers = [it.redirect(Request(host, path)) for host, path in probes]
    equal([a.status_code for a in answers], [204, 204, 200, 200, 200, 200, 200, 200])
    equal(answers[0].body, b"")
    assert b"Success" in answers[2].body and answers[2].headers["Content-Type"] == "text/html"
    equal(answers[4].body, b"Microsoft Connect Test")
    equal(answers[5].body, b"Microsoft NCSI")
    equal(answers[7].body, b"success\n")
    equal(it.redirect(Request("myhouse.example", "/gpio")), None)
    it.close()


async def test_a_flood_waits_and_the_socket_is_closed():
    from picorest.wifi import captive_portal as module

    port = 20000 + int.from_bytes(os.urandom(2), "big") % 10000  # another run of these tests may have another one
    it = portal(port)
    await asyncio.sleep_ms(0)
    phone = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    phone.setblocking(False)
    board = loop.address("127.0.0.1", port, socket.SOCK_DGRAM)
    for i in range(50):
        phone.sendto(query("flood.example", id=bytes((1, i))), board)
        phone.sendto(b"rubbish", board)
    while len(module.asyncio.pauses) < 100:
        await asyncio.sleep_ms(1)
    equal(module.asyncio.pauses, [20] * 100)
    for i in range(50):
        data, _ = phone.recvfrom(300)
        equal((data[1], data[-4:]), (i, b"\xc0\xa8\4\1"))
    it.close()
    while not it.task.done():
        await asyncio.sleep_ms(1)
    again = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    again.bind(board)  # EADDRINUSE if the portal still had it
    again.close()
    phone.close()
