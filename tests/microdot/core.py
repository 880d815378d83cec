"""On an ESP8266, in the place of microdot.microdot, from which microdot's extensions and tests import."""

from microdot import HTTPException, Microdot, Request, Response, URLPattern, abort, invoke_handler, redirect  # noqa: F401


class AsyncBytesIO:
    """For the test client's first lines only."""
