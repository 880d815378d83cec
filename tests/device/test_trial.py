"""The file that says which of two versions runs."""

import os
import sys

from expect import equal
from picorest import trial

NONE = ["/", "-"]


def put(name, text):
    with open(name, "w") as file:
        file.write(text)


def clean():
    for name in os.listdir():
        os.remove(name)


def test_what_is_written_is_read_and_nothing_is_left_beside_it():
    clean()
    equal(trial.read(), NONE)
    for words in (["/a", "0123abcd"], ["/b", "4567abcd", "?w", "/a", "0123abcd"]):
        trial.write(words)
        equal(trial.read(), words)
        equal(os.listdir(), ["picorest.version"])


def test_a_file_that_was_being_written_when_the_power_went_counts_for_nothing():
    clean()
    for torn in ("", "/a", "/a 0123abcd", "/a 0123abcd ?w /"):
        put("picorest.version.new", torn)
        equal(trial.read(), NONE)
    put("picorest.version", "/ -\n")
    equal(trial.read(), ["/", "-"])
    put("picorest.version", "")
    put("picorest.version.new", "/a 0123abcd\n")
    equal(trial.read(), ["/a", "0123abcd"])


def test_where_a_file_cannot_replace_another_the_new_one_counts_for_a_moment():
    clean()
    put("picorest.version.new", "/b 4567abcd ! /a 0123abcd\n")
    equal(trial.read(), ["/b", "4567abcd", "!", "/a", "0123abcd"])


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
