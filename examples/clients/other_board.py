"""A board from another board, in MicroPython alone: copy this file beside your main.py.

    from other_board import OtherBoard

    hall = OtherBoard("192.168.1.77")
    hall.put("/gpio/lamp", {"state": 1, "for": 30})
    for pin in hall.changes("door"):
        print("the door is", pin["state"])

An ESP32 finds "hall.local" by that name, an ESP8266 needs the address. A lease (for) ends by itself when this board dies.
"""

import json
import socket
import time


class OtherBoard:
    """host: address or name. token: that of the other's configuration, if it has one. tries: how often it is asked when it
    does not answer, or is busy."""

    def __init__(self, host, port=80, token=None, tries=4):
        self.host = host
        self.port = port
        self.token = token
        self.tries = tries

    def get(self, path, patience=10):
        """(status, what the JSON says, or None without a body) of a question."""
        return self._ask("GET", path, b"", patience)

    def put(self, path, change, patience=10):
        """The same of a change. Do not send "toggle" this way: it may arrive twice when an answer is lost."""
        return self._ask("PUT", path, json.dumps(change).encode(), patience)

    def changes(self, pin):
        """The pin now, and then after each change, for ever; what happens while the other board is away is told afterwards."""
        since = None
        while True:
            try:
                path = "/gpio/" + pin + ("?wait=20&since=%d" % since if since is not None else "")
                status, answer = self.get(path, 30)
            except OSError:
                continue  # it is away: the tries before this took their time
            if status == 200:
                since = answer["rev"]
                yield answer
            elif status != 304:
                time.sleep(5)

    def _ask(self, method, path, body, patience):
        wait = 1
        for n in range(self.tries):
            try:
                status, answer = self._once(method, path, body, patience)
                if status != 503 and status != 429 or n == self.tries - 1:
                    return status, answer
                wait = answer.get("retry_after", wait)
            except (OSError, ValueError):
                if n == self.tries - 1:
                    raise
            time.sleep(min(wait, 30))
            wait *= 2

    def _once(self, method, path, body, patience):
        sock = socket.socket()
        try:
            sock.settimeout(patience)
            sock.connect(socket.getaddrinfo(self.host, self.port)[0][-1])
            head = "%s %s HTTP/1.0\r\nHost: %s\r\nContent-Length: %d\r\n" % (method, path, self.host, len(body))
            if self.token:
                head += "Authorization: Bearer %s\r\n" % self.token
            sock.write(head.encode() + b"\r\n" + body)
            answer = b""
            while True:
                piece = sock.read(512)
                if not piece:
                    break
                answer += piece
        finally:
            sock.close()
        head, found, body = answer.partition(b"\r\n\r\n")
        if not found:
            raise OSError("the answer breaks off")
        return int(head.split(b" ", 2)[1]), json.loads(body) if body else None
