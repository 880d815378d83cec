"""All stand-ins together: ports, states, what arrived."""

import threading
import time
from collections import Counter, deque

from . import faults, ntp
from . import settings as check
from .channels import instant
from .openmeteo import Geocoding, OpenMeteo
from .openweather import OpenWeather
from .thingspeak import ThingSpeak
from .web import Listener, Request, Wire

KEPT_REQUESTS = 20
STATES = {"weather": faults.STATES, "thingspeak": faults.STATES, "ntp": ntp.STATES}
_SECRETS = ("appid", "api_key", "key", "apikey", "talkback_key", "write_api_key")


class Upstream:
    """One HTTP service behind its port: its fault state, its counters, its last requests."""

    def __init__(self, bind, service, now, slow, gaps):
        self.service = service
        self.gaps = gaps
        self.now = now
        self.slow = slow
        self.state = faults.STATES[0]
        self.lock = threading.Lock()
        self.listener = Listener(bind, self.serve, now)
        self.forget()

    def forget(self):
        self.requests = 0
        self.statuses = Counter()
        self.last_error = None
        self.log = deque(maxlen=KEPT_REQUESTS)

    def become(self, state):
        self.state = state
        if state == "refuse":
            self.listener.shut()
        else:
            self.listener.open()

    def serve(self, request: Request, wire: Wire) -> bool:
        state = self.state
        answer = faults.decide(state, self.service, request)
        faults.leave_out(answer, self.gaps)
        query = {name: True if name in _SECRETS else value for name, value in request.query.items()}
        seen = {"at": self.now(), "method": request.method, "path": request.path, "query": query}
        with self.lock:
            # before the answer goes out, so that whoever has it finds it here
            self.requests += 1
            self.statuses[str(answer.status or "none")] += 1
            if answer.reason:
                self.last_error = answer.reason
            self.log.append(seen | {"status": answer.status or None, "reason": answer.reason})
        return faults.deliver(state, answer, request, wire, self.slow)

    def report(self) -> dict:
        with self.lock:
            return {
                "requests": self.requests,
                "statuses": dict(self.statuses),
                "last_error": self.last_error,
                "log": [dict(seen) for seen in self.log],
            }


class Standins:
    """The outside services. `now` gives the virtual world's Unix time; `slow` is how long a `slow` answer takes (s).

    `ports` (known at once): openweather, open-meteo, geocoding, thingspeak (TCP) and ntp (UDP).
    """

    def __init__(self, now=time.time, bind="127.0.0.1", slow=2.0):
        self._overrides = {}
        self._gaps = {}
        self.thingspeak = ThingSpeak(now)
        services = OpenWeather(now, self._overrides), OpenMeteo(now, self._overrides), Geocoding(), self.thingspeak
        self._upstreams = {service.name: Upstream(bind, service, now, slow, self._gaps) for service in services}
        self._ntp = ntp.NtpServer(bind, now)
        self._states = {name: states[0] for name, states in STATES.items()}
        self.ports = {name: upstream.listener.port for name, upstream in self._upstreams.items()}
        self.ports["ntp"] = self._ntp.port

    def start(self):
        for upstream in self._upstreams.values():
            upstream.become(upstream.state)
        self._ntp.start()
        return self

    def stop(self):
        for upstream in self._upstreams.values():
            upstream.listener.close()
        self._ntp.stop()

    __enter__ = start

    def __exit__(self, *error):
        self.stop()

    def set(self, name: str, state: str | None):
        """Put `weather`, `thingspeak` or `ntp` into a state; None is the healthy one. ValueError lists the allowed."""
        _check_state(name, state)
        state = state or STATES[name][0]
        self._states[name] = state
        if name == "ntp":
            self._ntp.state = state
            return
        for service, upstream in self._upstreams.items():
            if (service == "thingspeak") == (name == "thingspeak"):
                upstream.become(state)

    def set_date(self, date: str | None):
        """What the time server says it is, in ISO 8601, from now on; None: the truth."""
        self._ntp.ahead = instant(date) - self._ntp.now() if date else 0.0

    def configure(self, settings: dict):
        """Change what the services hold; nothing is changed when anything in it is wrong (ValueError says what).

        `{"thingspeak": {"channels": {"5": {"write_key": …, "read_key": …, "public": …, "name": …, "fields": {"1": …},
        "window": 15, "clear": true, "add": [{"field1": 1}]}}, "talkbacks": {"7": {"key": …, "commands": […]}}}}`; null
        removes a channel or TalkBack. `{"weather": {"temperature": -3.5}}` fixes a value everywhere, null frees it.
        `{"gaps": {"feels_like": "missing", "wind": "null"}}`: members that the services leave out, or have as null, wherever they
        stand; null brings one back.
        `{"upstream": {"weather": "slow"}, "ntp": "kod"}` is `set` by another name.
        """
        kinds = {"thingspeak": dict, "weather": dict, "upstream": dict, "gaps": dict, "ntp": (str, type(None))}
        check.members("services", settings, kinds)
        check.check_thingspeak(settings.get("thingspeak", {}))
        check.check_weather(settings.get("weather", {}))
        check.check_gaps(settings.get("gaps", {}))
        states = dict(settings.get("upstream", {}))
        if "ntp" in settings:
            states["ntp"] = settings["ntp"]
        for name, state in states.items():
            _check_state(name, state)
        self.thingspeak.configure(settings.get("thingspeak", {}))
        for name, value in settings.get("weather", {}).items():
            self._overrides.pop(name, None)
            if value is not None:
                self._overrides[name] = value
        for name, how in settings.get("gaps", {}).items():
            self._gaps.pop(name, None)
            if how is not None:
                self._gaps[name] = how
        for name, state in states.items():
            self.set(name, state)

    def state(self) -> dict:
        """States and what arrived, ready for JSON. Keys of requests are shown as `true`."""
        return {
            "states": dict(self._states),
            "services": {name: upstream.report() for name, upstream in self._upstreams.items()},
            "ntp": dict(self._ntp.counts),
            "weather": dict(self._overrides),
            "gaps": dict(self._gaps),
            "thingspeak": self.thingspeak.state(),
        }

    def reset(self):
        """As at the start: everything healthy, the demonstration channel alone, nothing counted."""
        self._overrides.clear()
        self._gaps.clear()
        self.thingspeak.forget()
        for name in STATES:
            self.set(name, None)
        for upstream in self._upstreams.values():
            upstream.forget()
        self._ntp.forget()
        self.set_date(None)


def _check_state(name, state):
    if name not in STATES:
        raise ValueError(f"unknown upstream {name!r}; allowed are {', '.join(STATES)}")
    if state is not None and state not in STATES[name]:
        raise ValueError(f"{name} cannot be {state!r}; allowed are {', '.join(STATES[name])}")
