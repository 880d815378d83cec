"""The services that ask the outside world, run by the real MicroPython against the stand-ins."""

from hosttests.support.upstreams import BUSY as EXPECTED
from hosttests.support.upstreams import FAULTS
from tests.protocol.support import micropython

__all__ = ["EXPECTED", "FAULTS", "Outside"]


class Outside:
    """The world outside, and services of a board that ask it."""

    def __init__(self, standins):
        self.standins = standins

    def run(self, *steps, chip="esp8266", **settings):
        """Each step: [service, method, [arguments]], several of them at once, seconds that pass, or new settings; the results."""
        return micropython.run("services", self.standins.ports, settings, chip, steps)

    def asked(self, name):
        """How many requests reached a stand-in."""
        return self.standins.state()["services"][name]["requests"]

    def channel(self):
        return self.standins.thingspeak.state()["channels"]["123"]
