"""Answers to our questions: JSON in whatever white space, found while it arrives."""

from expect import equal
from picorest.upstream.response import Response

TEXT = r'{"n":-1.5e3,"kind":"a \" b:\\","now":{"t":7,"words":"x , y"},"all":[{"id":1},{"id":2,"s":"] }"}]}'
# the same, with white space of each kind wherever it may stand
SPREAD = (
    '\r\n{\t"n" : -1.5e3\n,  "kind"\r\n:\r\n"a \\" b:\\\\" , "now" \t:\n{ "t" : 7 ,"words":\t"x , y"\n}\n,\n'
    '"all" : \n[ {"id": 1 } ,\n\t{ "id"\t: 2\r\n, "s" :"] }" } ] }\n\n'
)


def found(text, size, want, step):
    """What is found in an answer that arrives `step` bytes at a time."""
    res = Response(size, want)
    data = ("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(text) + text).encode()
    for at in range(0, len(data), step):
        done = res.take(data[at : at + step])
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
