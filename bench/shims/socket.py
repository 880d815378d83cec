"""The unix port's sockets: port 80 is the one in PORT, and no name is known."""

import os

import usocket
from usocket import *  # noqa: F403

_port = int(os.getenv("PORT"))


def getaddrinfo(host, port, *rest):
    if host.strip("0123456789."):
        raise OSError(-2)
    return usocket.getaddrinfo(host, _port if port == 80 else port, *rest)
