"""As much of unittest as microdot's tests ask for, for MicroPython, which has none."""


class SkipTest(Exception):
    pass


def skipIf(condition, reason):
    """A decorator that skips a test, or a class of tests."""

    def decorate(what):
        if not condition:
            return what

        def skipped(self):
            raise SkipTest(reason)

        if not isinstance(what, type):
            return skipped
        for name in dir(what):
            if name.startswith("test"):
                setattr(what, name, skipped)
        return what

    return decorate


class _Raises:
    def __init__(self, kind):
        self.kind = kind

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        assert kind, "%s was not raised" % self.kind.__name__
        return issubclass(kind, self.kind)


class TestCase:
    def assertEqual(self, a, b):
        assert a == b, "%r != %r" % (a, b)

    def assertTrue(self, a):
        assert a, "%r is not true" % (a,)

    def assertFalse(self, a):
        assert not a, "%r is not false" % (a,)

    def assertIn(self, a, b):
        assert a in b, "%r is not in %r" % (a, b)

    def assertIsNone(self, a):
        assert a is None, "%r is not None" % (a,)

    def assertRaises(self, kind, call=None, *args):
        raises = _Raises(kind)
        if call is None:
            return raises
        with raises:
            call(*args)
