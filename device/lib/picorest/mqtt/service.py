"""The connection to the broker, kept up in the background. Not on an ESP8266.

One task, which looks at the socket every few milliseconds and never waits for it: HTTP goes on whatever the broker does.
"""

import socket
from asyncio import sleep_ms
from binascii import hexlify
from errno import EINPROGRESS

from .. import clock
from ..overlay import act
from ..problem import Problem
from ..resolver import doubt, open_socket, resolve
from . import packets, topics

_KEEPALIVE = const(30)  # seconds: after 1.5 times that without a word from us the broker tells our will
_PATIENCE = const(10000)  # ms for the connection, and for an answer
_LOOK = const(20)  # ms between two looks at the socket
_STATES = const(100)  # ms between two looks at pins and sensors
_FULL = const(1024)  # bytes that wait to leave: then nothing is added
_LONGEST_PAUSE = const(60)  # seconds between two attempts
_KNOWN = const(16)  # acknowledged messages that are remembered: the broker may repeat them
_AGAIN = const(50000)  # ms after which a reading that stays the same is said again: it would count as old
_REFUSALS = const(
    "it does not speak MQTT 3.1.1|it does not want this client|it is not available|user or password are wrong|"
    "it does not let this user in"
)


class Refused(Exception):
    """The broker does not want us; why, in words."""


class Mqtt:
    """error: what is wrong, in words, or None; success: uptime at which the broker was last heard of, or None."""

    error = success = log = None
    told = None  # the error that the console has told
    sock = None

    def __init__(self, app):
        self.app = app
        get = app.config.get
        self.host = get("mqtt", "host")
        self.port = get("mqtt", "port") or (8883 if get("mqtt", "tls") else 1883)
        self.base = topics.base(app)
        self.start = self.base.encode()
        self.known = []  # numbers of messages that were acknowledged

    async def run(self):
        """Connect, and connect again, for ever."""
        pause = 1
        while True:
            if self.app.wifi.connected():
                began = clock.uptime()
                try:
                    await self.session()
                except (Problem, Refused) as e:
                    self.error = str(e)
                except (OSError, EOFError):
                    doubt(self.app.board, self.host)
                    self.error = "The MQTT broker %s:%d does not answer, or has closed the connection." % (self.host, self.port)
                except ValueError:
                    self.error = "What %s:%d says is not MQTT." % (self.host, self.port)
                except MemoryError:
                    self.error = "There was too little memory for MQTT."
                    self.app.release()
                finally:
                    self.close()
                self.tell()
                pause = 1 if self.success is not None and self.success > began + 5 else min(2 * pause, _LONGEST_PAUSE)
            await sleep_ms(1000 * pause)

    def tell(self):
        if self.error != self.told:
            self.told = self.error
            print("MQTT:", self.error or "connected.")

    def close(self):
        if self.sock:
            self.sock.close()
            self.sock = None

    async def session(self):
        """From connecting to the end of the connection, which is an exception."""
        self.data = self.out = b""
        self.skip = 0  # bytes of a packet that is too long
        await self.connect()
        get = self.app.config.get
        own = "picorest-" + hexlify(self.app.board.unique_id()).decode()
        self.out = packets.connect(own, get("mqtt", "user"), get("mqtt", "password"), _KEEPALIVE, self.base + "/status", "offline")
        start = self.heard = clock.ticks_ms()
        while True:
            packet = self.receive()
            if packet:
                break
            self.flush()
            if clock.ticks_diff(clock.ticks_ms(), start) > _PATIENCE:
                raise OSError
            await sleep_ms(_LOOK)
        kind, body = packet
        if kind != packets.CONNACK or len(body) != 2:
            raise ValueError
        if body[1]:
            why = _REFUSALS.split("|")[body[1] - 1] if body[1] <= 5 else "it gives no reason that we know"
            raise Refused("The MQTT broker %s refuses the board: %s." % (self.host, why))
        if not body[0] & 1:
            self.known.clear()  # the broker has forgotten its side of the session
        self.error = None
        self.tell()
        self.out += packets.subscribe(1, self.base + "/gpio/+/set")
        await self.converse()

    async def connect(self):
        app = self.app
        try:
            address = resolve(app.board, self.host, self.port)
        except OSError as e:
            raise Problem("upstream-unknown", upstream="mqtt", host=self.host, retry_after=e.args[0]) from None
        tls = None
        if app.config.get("mqtt", "tls"):
            from ..upstream.tls import context

            tls = context(app, "mqtt")
        self.sock = sock = open_socket(socket.SOCK_STREAM, "mqtt")
        try:
            sock.connect(address)
        except OSError as e:
            if e.errno != EINPROGRESS:
                raise
        from select import POLLOUT, poll

        poll = poll()
        poll.register(sock, POLLOUT)
        start = clock.ticks_ms()
        while not poll.poll(0):
            if clock.ticks_diff(clock.ticks_ms(), start) > _PATIENCE:
                raise OSError
            await sleep_ms(_LOOK)
        if tls:
            self.sock = tls.wrap_socket(sock, server_hostname=self.host, do_handshake_on_connect=False)

    async def converse(self):
        """Say what changes, and do what is asked for."""
        said = {}
        measured = []
        todo = iter(self.news())
        looked = pinged = again = clock.ticks_ms()
        while True:
            for _ in range(8):
                packet = self.receive()
                if not packet:
                    break
                self.take(*packet)
            now = clock.ticks_ms()
            while todo and len(self.out) < _FULL:
                found = next(todo, None)
                if not found:
                    todo = None
                else:
                    self.out += packets.publish(*found)
            if not todo and clock.ticks_diff(now, looked) >= _STATES:
                looked = now
                found = topics.measured(self.app)
                if found != measured:
                    measured = found
                    todo = self.others()
            if not todo and looked == now:
                if clock.ticks_diff(now, again) > _AGAIN:
                    again = now
                    for topic in said:
                        if topic.startswith("sensor"):
                            said[topic] = None
                changed = []
                for topic, text in topics.states(self.app):
                    if said.get(topic) != text:
                        said[topic] = text
                        changed.append(("%s/%s" % (self.base, topic), text))
                todo = iter(changed)
            if clock.ticks_diff(now, pinged) > _KEEPALIVE * 500:
                if clock.ticks_diff(now, self.heard) > _KEEPALIVE * 500 + _PATIENCE:
                    raise OSError
                pinged = now
                self.out += packets.PING
            self.flush()
            await sleep_ms(_LOOK)

    def news(self):
        """(topic, text) of what is said once, when a connection begins."""
        yield self.base + "/status", "online"
        if self.app.config.get("mqtt", "discovery"):
            yield from act(self.app, "mqtt.discovery", "entries")(self.app, self.base)

    def others(self):
        """(topic, text) of what Home Assistant is told of sensors that have measured; None if it is told nothing."""
        app = self.app
        return act(app, "mqtt.discovery", "others")(app, self.base) if app.config.get("mqtt", "discovery") else None

    def take(self, kind, body):
        if kind == packets.SUBACK and body and body[-1] == packets.REFUSED:
            text = "The MQTT broker %s lets the board hear no commands: its user may not read %s/gpio/+/set there."
            self.error = text % (self.host, self.base)
            self.tell()
        if kind & 0xF0 != packets.PUBLISH:
            return  # SUBACK, PINGRESP: it lives
        message = packets.Message(kind, body)
        # one that is repeated was done, but the broker has not heard of it; one that is kept would be done at each start
        if not (message.again and message.id in self.known or message.retained):
            try:
                if self.skip:
                    raise Problem("too-large", allowed=len(body))
                topics.obey(self.app, self.start, message)
            except Problem as e:
                print("MQTT: a message was refused:", e)
        if message.id:
            self.out += packets.acknowledge(message.id)
            if message.id not in self.known:
                self.known.append(message.id)
            if len(self.known) > _KNOWN:
                self.known.pop(0)

    def receive(self):
        """(first byte, body) of a packet that has come, or None."""
        while True:
            found = None if self.skip else packets.take(self.data)
            if found:
                kind, body, used, self.skip = found
                self.data = self.data[used:]
                return kind, body
            data = self.sock.read(256)
            if data is None:
                return None
            if not data:
                raise EOFError
            self.heard = clock.ticks_ms()
            self.success = clock.uptime()
            self.data += data
            n = min(self.skip, len(self.data))
            self.data = self.data[n:]
            self.skip -= n

    def flush(self):
        if self.out:
            n = self.sock.write(self.out)
            if n:
                self.out = self.out[n:]
