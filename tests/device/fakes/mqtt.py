"""A board with a few named pins, as far as MQTT asks for it."""

import json


class Line:
    pwm = None

    def __init__(self, gpio, name, mode="out", level=0, duty=None):
        self.gpio = gpio
        self.mode = mode
        self.start = b'{"pin":%d,"name":%s,"mode":"' % (gpio, json.dumps(name))  # as gpio/pins.py has it
        self.on = level
        if duty is not None:
            self.pwm = self.of = duty

    def level(self):
        return self.on

    def duty(self):
        return self.of


class App:
    """A board, its pins and its configuration in one."""

    name = "a board"
    version = "1.2.3"
    rows = "\n1 D1 |\n2 D2 |\n3 D3 |\n4 D4 |\nA0 A0 |\n"
    dht = sensors = None

    def __init__(self, **settings):
        self.settings = dict(hostname="hall", **settings)
        self.board = self.pins = self.config = self.wifi = self
        self.names = {"lamp": 2, "bell": 1, "new": 3, "unset": 4}
        self.lines = {1: Line(1, "bell", "in", 1), 2: Line(2, "lamp", "out", 0, 0.25), 4: Line(4, "unset", None), 9: Line(9, "")}
        self.done = []

    def get(self, *path):
        value = self.settings
        for step in path:
            value = value.get(step) if value else None
        return value

    def row(self, text):
        return (text, "D" + text), ""

    def unique_id(self):
        return b"\x0a\xff"

    def address(self):
        return "1.2.3.4"

    def plan(self, line, wish):
        return line.gpio, wish

    def apply(self, line, plan):
        self.done.append((line, plan))

    def connected(self):
        return True

    def release(self):
        """There is memory enough."""
