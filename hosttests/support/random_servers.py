"""Servers that answer in texts that nobody has said before: what a board asks outside may become no name that stays in memory."""

import json
import random
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote

from hosttests.fuzz.grammar import tree, words
from hosttests.support.ntp_servers import packet


class Strange(ThreadingHTTPServer):
    """Weather, ThingSpeak, TalkBack and anything else over HTTP, mostly in their form. `asked`: how often."""

    daemon_threads = True

    def __init__(self, seed: int):
        super().__init__(("127.0.0.1", 0), Handler)
        self.dice = random.Random(seed)
        self.lock = threading.Lock()
        self.asked = 0
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *error):
        self.shutdown()
        super().__exit__(*error)

    def answer(self, path: str) -> tuple[int, dict, bytes]:
        """Status, headers and body."""
        dice = self.dice
        self.asked += 1
        if dice.random() < 0.1:
            to = dice.choice([words(dice), "/" + words(dice), "http://" + words(dice), self.url + "/" + quote(words(dice))])
            return dice.choice([301, 302, 307]), {"Location": to}, b""
        headers = {"Content-Type": dice.choice(["application/json", "text/plain; charset=utf-8", "text/html", words(dice)])}
        if dice.random() < 0.1:
            headers[dice.choice(["Date", "Retry-After", "X-" + quote(words(dice)).replace("%", "-")])] = words(dice)
        status = dice.choice([200] * 12 + [400, 401, 403, 404, 429, 500])
        if dice.random() < 0.1:
            return status, headers, dice.randbytes(dice.choice([1, 50, 1500]))
        if dice.random() < 0.1:
            return status, headers, words(dice).encode()
        said = tree(dice, 3) if status != 200 else self.form(path)
        return status, headers, json.dumps(said, ensure_ascii=dice.random() < 0.5, separators=(",", ":")).encode()

    def form(self, path: str):
        """What the board expects of this path, with strange words in it."""
        dice = self.dice
        text, code = words(dice), dice.choice(["FR", words(dice)])
        if path.startswith("/v1/search"):
            place = {"id": 1, "name": text, "latitude": 48.9, "longitude": 2.3, "country_code": code}
            return {"results": [place], "generationtime_ms": 0.5}
        if path.startswith("/v1/forecast"):
            values = {"temperature_2m": 21.5, "apparent_temperature": 20, "relative_humidity_2m": 50, "pressure_msl": 1000}
            values |= {"wind_speed_10m": 3, "weather_code": dice.choice([3, 95, text])}
            return {"latitude": 48.9, "current_units": {text: text}, "current": {"time": 1795230000, "interval": 900, **values}}
        if path.startswith("/data/2.5"):
            main = {"temp": 12.3, "feels_like": 11, "humidity": 50, "pressure": 1000}
            weather = [{"id": 804, "main": words(dice), "description": words(dice)}]
            found = {"coord": {"lon": 2.3, "lat": 48.9}, "weather": weather, "main": main, "wind": {"speed": 3}, "dt": 1795230000}
            return {**found, "sys": {"country": code}, "name": text}
        if path.startswith("/talkbacks"):
            return {"id": 7, "command_string": dice.choice(["LAMP_ON", text]), "position": None}
        if path.startswith(("/channels", "/update")):
            entry = {"channel_id": 123, "created_at": text, "entry_id": dice.randrange(1, 10**6)}
            entry |= {f"field{n}": dice.choice(["1", words(dice), None]) for n in range(1, 4)}
            if "feeds" not in path:
                return entry
            return {"channel": {"id": 123, "name": text, "field1": words(dice)}, "feeds": [entry] * 2}
        return tree(dice, 4)


class Handler(BaseHTTPRequestHandler):
    def respond(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with self.server.lock:
            status, headers, body = self.server.answer(self.path)
        head = f"HTTP/1.1 {status} X\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        length = f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        self.wfile.write((head.replace("\n", "\r\n").replace("\r\r\n", "\r\n") + length).encode() + body)
        self.close_connection = True

    do_GET = do_POST = respond  # noqa: N815

    def log_message(self, *_):
        pass


def packets(dice: random.Random):
    """What a time server answers: {question: packets}, sound ones and all kinds of others."""

    def answer(question: bytes) -> list[bytes]:
        sound = packet(question, code=dice.randbytes(4), stratum=dice.choice([0, 1, 2, 16]))
        changed = bytearray(sound)
        for _ in range(dice.randrange(6)):
            changed[dice.randrange(48)] = dice.randrange(256)
        return dice.choice([[sound], [bytes(changed)], [dice.randbytes(48)], [dice.randbytes(dice.randrange(80))], []])

    return answer


def question(dice: random.Random) -> bytes:
    """A DNS question: for a name of any characters, or bytes by chance."""
    if dice.random() < 0.2:
        return dice.randbytes(dice.randrange(280))
    labels = [words(dice).encode()[:63] for _ in range(dice.randint(1, 4))]
    name = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
    kind = dice.choice([1, 1, 28, 255, dice.randrange(65536)]).to_bytes(2, "big")
    return dice.randbytes(2) + b"\x01\0\0\x01\0\0\0\0\0\0" + name[:240] + kind + b"\0\x01"
