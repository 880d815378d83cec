"""Requests from a grammar: mostly sound, with something odd here and there.

HOST and PIN in them stand for the board's Host and a pin that may be driven. What would restart the board, lock the
tests out or take it off the network is not in here.
"""

import json
import random
from urllib.parse import quote

PATHS = {
    "/gpio": "GET PUT", "/gpio/PIN": "GET PUT", "/gpio/D5": "GET PUT", "/gpio/6": "GET PUT", "/gpio/A0": "GET PUT",
    "/gpio/é": "GET", "/pins": "GET", "/adc": "GET", "/adc/A0": "GET", "/adc/PIN": "GET", "/dht": "GET", "/time": "GET",
    "/time/sync": "POST", "/weather": "GET", "/thingspeak": "GET POST", "/proxy": "GET", "/proxy/x": "GET", "/wifi": "GET PUT",
    "/setup": "GET", "/config": "GET PATCH", "/status": "GET", "/health": "GET", "/update": "GET PUT", "/": "GET", "*": "OPTIONS",
    "/nothing": "GET", "/gpio/": "GET", "//gpio": "GET", "/gpio/D5/state": "GET", "/../health": "GET", "/%68ealth": "GET",
    "/gpio%2fD5": "GET", "/gpio/%44%35": "GET PUT", "/health%00": "GET", "/%ff": "GET", "/%": "GET", "http://HOST/gpio": "GET",
    "/hello/x": "GET", "/hello/%41": "GET", "/hello/": "GET", "/echo": "PUT POST", "/parts": "GET", "/text/7": "GET",
    "http://x/health": "GET", "http://HOST": "GET", "ftp://x/": "GET", "HOST": "CONNECT", "": "GET",
}  # fmt: skip
METHODS = "GET GET GET GET PUT HEAD OPTIONS POST PATCH DELETE TRACE CONNECT BREW get G".split()
VERSIONS = ["HTTP/1.1"] * 12 + ["HTTP/1.0", "HTTP/1.0", "HTTP/2.0", "HTTP/1.2", "HTTP/1.1 ", "http/1.1", "HTTP/", ""]
PINS = "PIN D5 d5 14 GPIO14 D2 D3 D8 A0 LED 6 9 10 16 17 34 99 -1 0x5 5.0 é %44%35 %ff %00 + ' PIN,D5 null true".split() + [""]
STATES = "1 0 on off high low true false toggle TRUE 2 -1 1.0 null é %31 1%20 1+ nan".split() + [""]
NUMBERS = ("0 1 0.25 1.0 0.001 2.5 1000 86400 86401 -1 -0 1e3 1e-3 1e999 -1e999 nan inf 0x10 1_000 ١ 1.2.3 . 9999999999 "
           "99999999999999999999 1073741824 2147483648 4294967296").split()  # fmt: skip
NAMES = {
    "pin": PINS, "state": STATES, "for": NUMBERS, "mode": "in out open_drain adc IN x".split(), "pull": "up down none 1".split(),
    "pwm": NUMBERS, "freq": NUMBERS, "wait": ["0", "0.01", "0.05", "-1", "x", "nan"], "since": NUMBERS,
    "type": "dht11 dht22 dht99 x".split(), "samples": NUMBERS, "lat": NUMBERS, "lon": NUMBERS,
    "city": ["Paris", "é", "%", "x" * 80],
    "results": NUMBERS, "channel": NUMBERS, "field": NUMBERS, "x": ["y", "%41", "a=b", "", "é"], "%70in": PINS, "": [""],
}  # fmt: skip
BROWSER = [
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "Accept-Language: en-US,en;q=0.9", "Accept-Encoding: gzip, deflate", "Upgrade-Insecure-Requests: 1", "Cache-Control: max-age=0",
]  # fmt: skip
VALUES = {
    "Connection": ["keep-alive", "close", "Close", "upgrade", "keep-alive, close", "x" * 300, ""],
    "Content-Type": ["application/json", "application/json; charset=utf-8", "application/merge-patch+json", "text/plain", ";", "é"],
    "Expect": ["100-continue", "100-Continue", "200-ok", ""],
    "Origin": ["http://HOST", "http://evil.example", "null", "", "é", "http://HOST/"],
    "Referer": ["http://HOST/", "http://HOST", "http://evil.example/HOST", "/", "http://", ""],
    "Sec-Fetch-Site": ["none", "same-origin", "same-site", "cross-site", "", "x"],
    "Sec-Purpose": ["prefetch", "prefetch;prerender", "x"],
    "Purpose": ["prefetch", "x"],
    "Authorization": ["Bearer x", "Bearer ", "Bearer", "Basic eDp5", "Basic eDp", "Basic ====", "Digest x", "é", " ", "Basic \xff"],
    "Cookie": ["a=b; c=d", ";;=", "x" * 1200],
    "Upgrade": ["h2c", "websocket"],
    "X-Forwarded-For": ["1.2.3.4", "é"],
    "X-Long": ["y" * 500, "y" * 1500],
    "X-Odd": ["a\tb", "a\x00b", "a\rb", "a\x7fb", "  a  ", ""],
}
LENGTHS = "0 1 -1 +1 1,1 0x1 007 4096 4097 99999 4294967296 18446744073709551616 1.0".split() + ["", "1 1"]
CODINGS = ["chunked", "Chunked", "gzip, chunked", "chunked, chunked", "identity", "", "x"]
ENDS = ["\r\n"] * 30 + ["\n", "\r", "\n\r", " \r\n", "\r\n ", "\r\n\t", "\0\r\n"]


# where characters of any script are taken from: those of each number of bytes in UTF-8, and of each odd first byte
SCRIPTS = [(0x20, 0x7E), (0xA1, 0x7FF), (0x800, 0xFFF), (0x3041, 0x9FFF), (0xAC00, 0xD7A3), (0xE000, 0xFFFD),
           (0x10000, 0x3FFFF), (0xF0000, 0x10FFFF)]  # fmt: skip


def words(dice: random.Random) -> str:
    """A text that hardly anybody has sent before."""
    return "".join(chr(dice.randint(*dice.choice(SCRIPTS))) for _ in range(dice.choice([1, 1, 2, 8, 24, 40])))


BROKEN = ["", " ", "{", "}", "[" * 30, "[" * 2000, '"', '"\\u', '"\\ud800"', "nul", "01", "1e999", '{"a":1,}', "{'a':1}",
          '{"a":1}x', '{"a":1,"a":2}', "\x00", "\xff", '{"a"' * 500, "1" * 3000, '"' + "x" * 3000 + '"']  # fmt: skip


def request(dice: random.Random) -> bytes:
    """One request."""
    path = dice.choice(list(PATHS))
    method = dice.choice(PATHS[path].split()) if _mostly(dice) else dice.choice(METHODS)
    if dice.random() < 0.1:
        path = dice.choice(["/gpio/", "/proxy/", "/adc/", "/", "/hello/"]) + quote(words(dice))[: dice.choice([40, 400])]
    target = path + query(dice)
    body = content(dice) if method in ("PUT", "POST", "PATCH") or not _mostly(dice) else b""
    lines, body = headers(dice, body)
    version = dice.choice(VERSIONS)
    first = f"{method} {target} {version}" if _mostly(dice) else dice.choice([" ", "  ", "\t", ""]).join([method, target, version])
    head = "".join(line + (dice.choice(ENDS) if not _mostly(dice) else "\r\n") for line in [first, *lines, ""])
    return head.encode("latin-1" if dice.random() < 0.1 else "utf-8", "replace") + body


def query(dice: random.Random) -> str:
    if dice.random() < 0.4:
        return ""
    pairs = []
    for _ in range(dice.choice([1, 1, 1, 2, 2, 3, 8])):
        name = dice.choice(list(NAMES))
        value = dice.choice(NAMES[name])
        if dice.random() < 0.2:
            value = quote(words(dice)) if _mostly(dice) else words(dice)
        if dice.random() < 0.05:
            name = quote(words(dice))
        pairs.append(f"{name}={value}" if _mostly(dice) else name)
    return "?" + dice.choice("&&&&&;?").join(pairs)


def headers(dice: random.Random, body: bytes) -> tuple[list[str], bytes]:
    """Header lines that fit a body, or lie about it; and the body as it is sent."""
    lines = ["Host: HOST"]
    if not _mostly(dice):
        lines = dice.choice([[], ["Host: x", "Host: y"], ["host:HOST"], ["Host: \xff"], ["Host:"]])
    if dice.random() < 0.3:
        lines += BROWSER
    for _ in range(dice.choice([0, 0, 0, 1, 1, 2, 4, 40])):
        name = dice.choice(list(VALUES))
        text = f"{name}: {words(dice) if dice.random() < 0.1 else dice.choice(VALUES[name])}"
        if not _mostly(dice):
            text = dice.choice([name, ":" + text, " " + text, name + " : x", text.upper(), text + "\n"])
        lines.append(text)
    if body or not _mostly(dice):
        if dice.random() < 0.25:
            lines.append(f"Transfer-Encoding: {'chunked' if _mostly(dice) else dice.choice(CODINGS)}")
            body = chunks(dice, body)
        if dice.random() < (0.05 if "Transfer" in lines[-1:] else 0.95):
            lines.append(f"Content-Length: {len(body) if _mostly(dice) else dice.choice(LENGTHS)}")
    if not _mostly(dice):
        dice.shuffle(lines)
    return lines, body


def chunks(dice: random.Random, body: bytes) -> bytes:
    out = b""
    while body:
        size = dice.randint(1, len(body))
        said = b"%x" % size if _mostly(dice) else dice.choice([b"-1", b"", b"0x1", b"g", b"ffffffff", b"%X;a=b" % size])
        out += said + b"\r\n" + body[:size] + (b"\r\n" if _mostly(dice) else dice.choice([b"\n", b"", b"x\r\n"]))
        body = body[size:]
    ends = [b"0\r\nA: b\r\n\r\n", b"0\n\n", b"0\r\n", b"00000000\r\n\r\n"]
    return out + (b"0\r\n\r\n" if _mostly(dice) else dice.choice(ends))


def content(dice: random.Random) -> bytes:
    """A body: what an endpoint takes, any JSON, or none."""
    kind = dice.random()
    if kind < 0.5:
        names = dice.sample(["state", "for", "mode", "pull", "pwm", "freq"], dice.randint(1, 3))
        made = {name: _value(dice, NAMES[name]) for name in names}
        if dice.random() < 0.4:
            made = {dice.choice(PINS): dice.choice([made, _value(dice, STATES)]) for _ in range(dice.randint(1, 4))}
        text = json.dumps(made, ensure_ascii=dice.random() < 0.5)
    elif kind < 0.8:
        text = json.dumps(tree(dice, dice.choice([1, 2, 3, 20])), ensure_ascii=dice.random() < 0.5)
    else:
        text = dice.choice(BROKEN)
    return text.encode("latin-1" if dice.random() < 0.1 else "utf-8", "replace")


def tree(dice: random.Random, depth: int):
    """Any JSON value."""
    kind = dice.randrange(4 if depth <= 0 else 6)
    if kind < 4:
        text = dice.choice(["", "é", "\n\x01", "state", "x" * 200, words(dice)])
        return [None, dice.random() < 0.5, dice.choice([0, -1, 1.5, 1 << 40, 1e300]), text][kind]
    count = dice.randint(0, 3)
    if kind == 4:
        return [tree(dice, depth - 1) for _ in range(count)]
    keys = ["state", "D5", "pins", "dht", "ntp", "proxy", "", "é", words(dice)]
    return {dice.choice(keys): tree(dice, depth - 1) for _ in range(count)}


def _value(dice: random.Random, pool: list[str]):
    text = dice.choice(pool)
    if dice.random() < 0.1:
        return words(dice)
    if dice.random() < 0.5:
        try:
            return float(text) if "." in text else int(text)
        except ValueError:
            return dice.choice([text, None, True, False, [], {}, -0.0, 1 << 70])
    return text


def _mostly(dice: random.Random) -> bool:
    return dice.random() < 0.93
