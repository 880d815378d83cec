"""The board's ports on the host, and what the names of the Internet mean to it."""

import errno
import socket

# names that the device asks for -> (address as the board sees it, stand-in, the ports it serves)
_SERVICES = {
    "api.openweathermap.org": ("198.51.100.11", "openweather", (80, 443)),
    "api.open-meteo.com": ("198.51.100.12", "open-meteo", (80, 443)),
    "geocoding-api.open-meteo.com": ("198.51.100.13", "geocoding", (80, 443)),
    "api.thingspeak.com": ("198.51.100.14", "thingspeak", (80, 443)),
    "pool.ntp.org": ("198.51.100.15", "ntp", (123,)),
}


class Taken(Exception):
    """A port that was asked for is in use; the message says which and what to do."""


def services(standins):
    """{(address, port): host port} for the stand-ins' ports {name: host port}."""
    return {(address, port): standins[name] for address, name, ports in _SERVICES.values() for port in ports
            if name in standins}


def resolve(name, online):
    """The address that the board is told for a name, or None."""
    name = name.rstrip(".").lower()
    if name == "localhost":
        return "127.0.0.1"
    if not online:
        if name.endswith(".ntp.org"):
            name = "pool.ntp.org"
        return _SERVICES[name][0] if name in _SERVICES else None
    try:
        return socket.getaddrinfo(name, None, socket.AF_INET)[0][4][0]
    except OSError:
        return None


def taken(problem, port, option, bind="127.0.0.1"):
    """The Taken that says why an OSError keeps us from a port, and what to do."""
    if problem.errno == errno.EACCES:
        return Taken(f"port {port} is for root only, as those below 1024 are: choose another one with {option}")
    if problem.errno == errno.EADDRNOTAVAIL:
        return Taken(f"this computer has no address {bind}: name one of its own after --bind")
    return Taken(f"port {port} on {bind} is not free ({problem.strerror.lower()}); "
                 f"stop what uses it or choose another one with {option}")  # fmt: skip


class Ports:
    """Reserves host ports for the board's own: ("tcp", 80) is the one that was asked for, others are free ones."""

    def __init__(self, bind, port):
        self.bind = bind
        self._numbers = {}
        self._held = []
        self.port = self._hold("tcp", 80, port)

    def host(self, kind, port):
        """The host port behind a port of the board; the same one for the whole life of the board."""
        return self._numbers.get((kind, port)) or self._hold(kind, port, 0)

    def table(self):
        return {f"{kind}:{port}": number for (kind, port), number in sorted(self._numbers.items())}

    def close(self):
        for sock in self._held:
            sock.close()

    def _hold(self, kind, board_port, port):
        """A socket that is bound but never listens: it keeps the number, and others may bind beside it on purpose."""
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM)
        try:
            sock.bind((self.bind, port))
        except OSError:
            # only connections that are being forgotten? then sharing works; a server on it makes this fail as well
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                sock.bind((self.bind, port))
            except OSError as problem:
                sock.close()
                raise taken(problem, port, "--port", self.bind) from None
        number = self._numbers[kind, board_port] = sock.getsockname()[1]
        if kind == "tcp":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._held.append(sock)
        else:
            sock.close()  # a second datagram socket on the number would take the board's packets
        return number
