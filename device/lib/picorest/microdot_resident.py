"""What our own modules ask of microdot: always in memory on an ESP8266, and on the ESP32 family where no module `user` brings
routes and hooks. The build puts it in place, see host/build/bundle.py; a user's module gets microdot, or esp8266/microdot.py."""

import json

Request = object  # http/request.py makes of it what it is


class HTTPException(Exception):
    def __init__(self, status_code, reason=None):
        self.status_code = status_code
        self.reason = reason or "%d error" % status_code


class Response:
    """body: text, bytes, a dict or list (sent as JSON), a generator, an asynchronous generator."""

    default_content_type = "text/plain"
    is_head = False
    status_code = 200
    reason = None

    def __init__(self, body=b"", status_code=200, headers=None, reason=None):
        if body is None:
            body = b""
            if status_code == 200:
                status_code = 204
        if status_code != 200:
            self.status_code = status_code
        if reason is not None:
            self.reason = reason
        self.headers = dict(headers or {})
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            self.headers["Content-Type"] = "application/json; charset=UTF-8"
        self.body = body.encode() if isinstance(body, str) else bytes(body) if isinstance(body, bytearray) else body

    def __getattr__(self, name):
        if name not in ("set_cookie", "delete_cookie"):
            raise AttributeError(name)
        from microdot_cookies import setter

        return setter(self, name)


Response.already_handled = Response  # no answer, but it has what one has
