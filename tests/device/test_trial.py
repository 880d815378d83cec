"""The file that says which of two versions runs."""

import os
import sys

from expect import equal
from fakes.chip import Lasting
from picorest.update import confirm

NONE = ["/", "-"]


def put(name, text):
    with open(name, "w") as file:
        file.write(text)


def clean():
    for name in os.listdir():
        os.remove(name)


def test_what_is_written_is_read_and_nothing_is_left_beside_it():
    clean()
    equal(confirm.read(), NONE)
    for words in (["/a", "0123abcd"], ["/b", "4567abcd", "?w", "/a", "0123abcd"]):
        confirm.write(words)
        equal(confirm.read(), words)
        equal(os.listdir(), ["picorest.version"])


def test_a_file_that_was_being_written_when_the_power_went_counts_for_nothing():
    clean()
    for torn in ("", "/a", "/a 0123abcd", "/a 0123abcd ?w /"):
        put("picorest.version.new", torn)
        equal(confirm.read(), NONE)
    put("picorest.version", "/ -\n")
    equal(confirm.read(), ["/", "-"])
    put("picorest.version", "")
    put("picorest.version.new", "/a 0123abcd\n")
    equal(confirm.read(), ["/a", "0123abcd"])


def test_where_a_file_cannot_replace_another_the_new_one_counts_for_a_moment():
    clean()
    put("picorest.version.new", "/b 4567abcd ! /a 0123abcd\n")
    equal(confirm.read(), ["/b", "4567abcd", "!", "/a", "0123abcd"])


def test_a_place_in_rom_is_passed_over_where_the_firmware_has_none():
    class Firmware:
        def umount(place):
            raise OSError

    clean()
    put("picorest.version", "163840 0123abcd\n")
    path, ours = list(sys.path), sys.modules.get("vfs")
    sys.modules["vfs"] = Firmware
    try:
        equal(__import__("versions").choose(), None)
    finally:
        if ours:
            sys.modules["vfs"] = ours
        else:
            del sys.modules["vfs"]
    equal(sys.path, path)


class App:
    """A board on which a version is on trial. `second`: what happens at each second, called with its number."""

    failures = ()
    requests = 0

    def __init__(self, way="!", second=None):
        clean()
        confirm.write(["/", "-", way, "/a", "0123abcd"])
        self.seconds = 0
        self.second = second or (lambda n: None)
        self.trial = self
        self.timer = True
        self.board = Lasting()
        self.kept = confirm.asyncio
        confirm.asyncio = self

    def deinit(self):
        self.timer = False

    async def sleep(self, seconds):
        self.seconds += seconds
        if self.seconds > 500:
            raise EOFError
        self.second(self.seconds)

    async def proves(self):
        """The second at which the version was kept, None if it was not."""
        try:
            await confirm.confirm_when_healthy(self)
        except EOFError:
            return None
        finally:
            confirm.asyncio = self.kept
        equal((confirm.read(), self.trial, self.timer), (["/a", "0123abcd"], None, False))
        return self.seconds


async def test_a_version_is_kept_after_half_a_minute_without_a_failure():
    equal(await App().proves(), 30)

    def fails(n):
        app.failures = ("wifi",) if 10 <= n <= 20 else ()

    app = App(second=fails)
    equal(await app.proves(), 50)  # counted anew
    app = App(second=lambda n: setattr(app, "failures", ("user",)))
    equal(await app.proves(), None)
    equal((confirm.read(), app.timer), (["/", "-", "!", "/a", "0123abcd"], True))


async def test_one_that_came_over_wifi_has_to_be_asked_something():
    equal(await App("!w").proves(), None)

    def asked(n):
        app.requests = 1 if n > 70 else 0

    app = App("!w", asked)
    equal(await app.proves(), 71)
