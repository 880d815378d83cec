"""What tests on MicroPython need beyond `assert`."""


class raises:
    """`with raises(ValueError) as caught:` fails unless the block raises that; then `caught.error` is the exception."""

    def __init__(self, kind):
        self.kind = kind
        self.error = None

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if error is None:
            raise AssertionError("%s was not raised" % self.kind.__name__)
        self.error = error
        return isinstance(error, self.kind)


def equal(actual, expected):
    """Like assert actual == expected, but says both values when they differ."""
    if actual != expected:
        raise AssertionError("%r is not %r" % (actual, expected))
