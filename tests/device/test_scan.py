"""A part of JSON text, found without parsing all of it: the same as by parsing it."""

import json

from expect import equal, raises
from picorest.jsontext.scan import part

FOUND = {
    "data": ["Cats \\ \"sleep\" {70%} of [their] lives.", {"x": [1, [2, []]], "": {}}], "count": -1.5e3, "no": None,
    "a\"b": True, "deep": {"er": [[], {}, {"x": "}", "y": "]"}], "data": 7}, "0": "zero",
}  # fmt: skip
PATHS = ("data", "data.0", "data.1", "data.1.x", "data.1.x.1", "data.1.x.1.1", "count", "no", 'a"b', "deep", "deep.er.0",
         "deep.er.1", "deep.er.2.y", "deep.data", "0", "data.1.")  # fmt: skip
NOWHERE = "nothing data.2 data.-1 data.first count.0 no.x deep.er.3 data.0.0 deep.er.0.0 deep.er.1.x".split() + [""]


def test_what_a_path_leads_to():
    text = json.dumps(FOUND)
    spaced = json.dumps(FOUND, separators=(" \t,\r\n ", "  :\n "))
    for data in (text, spaced, "\n " + text + " \r\n", json.dumps(FOUND, separators=(",", ":"))):
        for path in PATHS:
            wanted = FOUND
            for step in path.split("."):
                wanted = wanted[int(step)] if isinstance(wanted, list) else wanted[step]
            equal((path, json.loads(part(data.encode(), path))), (path, wanted))


def test_paths_that_lead_nowhere():
    for path in NOWHERE:
        for data in (json.dumps(FOUND), "[]", "{}", "1"):
            with raises((ValueError, IndexError)):
                part(data.encode(), path)


def test_a_list_is_counted_from_its_start():
    for path, wanted in (("0", b"1"), ("1.0", b'"x"'), ("1.1.k", b"[2]"), ("2", b"null")):
        equal(part(b'[1,["x",{"k":[2]}],null]', path), wanted)
