"""Answers to our questions: JSON in whatever white space, found while it arrives."""

import random

from expect import equal
from picorest.upstream import response
from picorest.upstream.response import Response

TEXT = r'{"n":-1.5e3,"kind":"a \" b:\\","now":{"t":7,"words":"x , y"},"all":[{"id":1},{"id":2,"s":"] }"}]}'
# the same, with white space of each kind wherever it may stand
SPREAD = (
    '\r\n{\t"n" : -1.5e3\n,  "kind"\r\n:\r\n"a \\" b:\\\\" , "now" \t:\n{ "t" : 7 ,"words":\t"x , y"\n}\n,\n'
    '"all" : \n[ {"id": 1 } ,\n\t{ "id"\t: 2\r\n, "s" :"] }" } ] }\n\n'
)


def taken(res, data):
    """What take() returns, called again after each MemoryError."""
    left = res.remaining
    while True:
        try:
            return res.take(data)
        except MemoryError:
            if res.remaining < left:
                data = None


def found(text, size, want, step):
    """What is found in an answer that arrives `step` bytes at a time."""
    res = Response(size, want)
    data = ("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(text) + text).encode()
    for at in range(0, len(data), step):
        done = taken(res, data[at : at + step])
    assert done
    return res.found, res.body


def test_white_space_changes_nothing():
    for step in (1, 2, 7, 64, 1000):
        for text in (TEXT, SPREAD):
            values, body = found(text, 1000, b" n kind id", step)
            equal(values, ["-1.5e3", r'"a \" b:\\"', "1"])
            equal(bytes(body[:60]), TEXT[:60].encode())
            equal(found(text, 1000, b'"now":{ t words n', step)[0], ["7", '"x , y"', None])
            equal(b"".join(found(text, 1000, b'"all":[', step)[0]), TEXT[TEXT.find('"all"') :].encode())


def test_white_space_does_not_count():
    for size in (len(TEXT), len(TEXT) - 1):
        for text in (TEXT, SPREAD):
            try:
                found(text, size, b" n", 64)
                assert size == len(TEXT)
            except OverflowError:
                assert size < len(TEXT)


def test_endless_white_space_ends():
    try:
        found("{" + " " * 20000, 100, b" n", 64)
        raise AssertionError
    except ValueError:
        pass


def test_without_names_the_answer_is_kept_as_it_is():
    equal(bytes(found(SPREAD, 1000, None, 64)[1]), SPREAD.encode())


def test_where_memory_is_short_it_goes_on():
    """Whatever finds none in the middle of a piece: nothing is taken twice, nothing is left out."""

    def now_and_then(function):
        def tried(*args):
            if random.getrandbits(2) == 0:
                raise MemoryError
            result = function(*args)
            if random.getrandbits(2) == 0 and function is not response._pack:
                raise MemoryError
            return result

        return tried

    wants = (b" n kind id", b'"now":{ t words n', b'"all":[', b" s", None)
    right = [found(SPREAD, 1000, want, 64) for want in wants]
    names = "_pack", "find"
    whole = [getattr(response, name) for name in names]
    try:
        response._pack, response.find = [now_and_then(function) for function in whole]
        for step in (1, 7, 32, 1000):
            for _ in range(20):
                for n in range(len(wants)):
                    values, body = found(SPREAD, 1000, wants[n], step)
                    equal((join(values), body), (join(right[n][0]), right[n][1]))
    finally:
        response._pack, response.find = whole


def join(values):
    """Values, with the pieces of the last one together."""
    return values and [text for text in values if isinstance(text, str)] + [b"".join([p for p in values if isinstance(p, bytes)])]
