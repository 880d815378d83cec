"""Other virtual boards in the same network: what their names lead to, and the Internet that they share."""

import http.client
import json

from . import ports

_NETWORK = "198.51.100."
_FIRST = 101  # of their addresses, as the board sees them
_SECONDS = 5


class Neighbours:
    """The boards behind these control ports of this computer, which have been started before. RuntimeError: one is not there."""

    def __init__(self, controls=()):
        self._controls = {f"{_NETWORK}{_FIRST + n}": control for n, control in enumerate(controls)}
        worlds = {address: _world(control) for address, control in self._controls.items()}
        self._boards = {(address, 80): world["ports"]["tcp:80"] for address, world in worlds.items()}
        self._internet = next((world["internet"] for world in worlds.values()), None)

    def services(self, own):
        """{(address, port): host port} of the stand-ins, of which `own` are the board's (those of the first neighbour if there is
        one), and of the neighbours."""
        return {**ports.services(self._internet or own), **self._boards}

    def resolve(self, name):
        """The address of HOSTNAME.local, if a neighbour that is in its network calls itself so; else None."""
        for address, control in self._controls.items():
            station = _world(control)["wifi"]["station"]
            if name.rstrip(".").lower() == f"{station['hostname'].lower()}.local" and station["ip"]:
                return address
        return None


def _world(control):
    connection = http.client.HTTPConnection("127.0.0.1", control, timeout=_SECONDS)
    try:
        connection.request("GET", "/world")
        return json.load(connection.getresponse())
    except (OSError, http.client.HTTPException, ValueError) as problem:
        raise RuntimeError(f"no virtual board has its control port at {control}: start that one first ({problem})") from None
    finally:
        connection.close()
