"""Several readings as the JSON of one bulk update. A module of its own, because it stays in memory while they are sent.
On an ESP8266 not without thingspeak."""

from json import dumps

from .. import clock
from . import outbox


def body(service):
    """What client.py takes as a body: a function that returns an iterator of the pieces of the text."""
    key = dumps(service.get("write_key"))
    return lambda: _pieces(service, key)


def _pieces(service, key):
    mark = '{"write_api_key":%s,"updates":[{"created_at":"%s"'
    for time, texts in outbox.rows(service.log, len(service.items)):
        time = clock.iso((service.time or 0) + time)
        yield mark % (key, time) if key else mark % time
        key = None
        mark = ',{"created_at":"%s"'
        for n in range(len(texts)):
            if texts[n] is not None:
                yield ',"field%s":%s' % (service.items[n][0], texts[n])
        yield "}"
    yield "]}"
