"""Where another server may send us, and which addresses are nobody's business."""

from expect import equal
from picorest.upstream.url import follow, local

LOCAL = (
    ("0.0.0.0", "0.255.255.255"), ("10.0.0.0", "10.255.255.255"), ("100.64.0.0", "100.127.255.255"),
    ("127.0.0.0", "127.255.255.255"), ("169.254.0.0", "169.254.255.255"), ("172.16.0.0", "172.31.255.255"),
    ("192.168.0.0", "192.168.255.255"), ("224.0.0.0", "255.255.255.255"),
)  # fmt: skip


def test_the_addresses_that_are_local_begin_and_end_where_the_rfcs_say():
    numbers = [[int(part) for part in end.split(".")] for pair in LOCAL for end in pair]
    for i in range(len(numbers)):
        a, b, c, d = numbers[i]
        equal((numbers[i], local("%d.%d.%d.%d" % (a, b, c, d))), (numbers[i], True))
        if not i % 2 and a:  # the address before the first one of a range
            before = "%d.%d.255.255" % ((a, b - 1) if b else (a - 1, 255))
            equal((before, local(before)), (before, False))
        elif i % 2 and a < 255:
            after = "%d.%d.0.0" % ((a, b + 1) if b < 255 else (a + 1, 0))
            equal((after, local(after)), (after, False))


def test_where_a_location_leads():
    here = "http://api.example/data/now?a=1#b"
    for location, there in (
        ("http://other.example/x", "http://other.example/x"),
        ("https://other.example", "https://other.example"),
        ("//other.example/x", "http://other.example/x"),
        ("/x", "http://api.example/x"),
        ("x", "http://api.example/data/x"),
        ("?b=2", "http://api.example/data/now?b=2"),
    ):
        equal((location, follow(here, location)), (location, there))
    for location, there in (("x", "http://api.example/x"), ("?b", "http://api.example/?b"), ("/y", "http://api.example/y")):
        equal(follow("http://api.example", location), there)
