"""Cookies of responses, on an ESP8266; see microdot.py. On an ESP8266 not without user."""


def setter(res, name):
    """Response.set_cookie or delete_cookie."""
    if name == "set_cookie":
        return lambda cookie, value, **options: _set_cookie(res, cookie, value, options)
    gone = {"expires": "Thu, 01 Jan 1970 00:00:01 GMT", "max_age": 0}
    return lambda cookie, **options: _set_cookie(res, cookie, "", dict(options, **gone))


def _set_cookie(res, cookie, value, options):
    if ";" in value:
        raise ValueError("invalid cookie value")
    value = "%s=%s" % (cookie, value)
    for name in ("path", "domain", "expires", "max_age", "secure", "http_only", "partitioned"):
        given = options.get(name)
        if given or given == 0 and name == "max_age":
            word = "HttpOnly" if name == "http_only" else name[:1].upper() + name[1:].replace("_a", "-A")
            value += "; " + word if given is True else "; %s=%s" % (word, given)
    if "\r" in value or "\n" in value:
        raise ValueError("invalid cookie")
    res.headers.setdefault("Set-Cookie", []).append(value)
