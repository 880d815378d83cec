# socket of the chips: tuples for addresses, the board's own ports and names; the sockets themselves stay native.
import gc

import _vb
from usocket import (
    AF_INET,
    AF_INET6,
    IP_ADD_MEMBERSHIP,
    IP_DROP_MEMBERSHIP,
    MSG_DONTWAIT,
    MSG_PEEK,
    SO_BROADCAST,
    SO_REUSEADDR,
    SOCK_DGRAM,
    SOCK_RAW,
    SOCK_STREAM,
    SOL_SOCKET,
)
from usocket import socket as _socket

IPPROTO_IP = 0
IPPROTO_TCP = 6
IPPROTO_UDP = 17
TCP_NODELAY = 1
_bind = _vb.fn("net_bind")
_listen = _vb.fn("net_listen")
_accepted = _vb.fn("net_accepted")
_route = _vb.fn("net_route")
_peer = _vb.fn("net_peer")
_resolve = _vb.fn("net_resolve")
_fileno = _socket.fileno
_accept_raw = _socket.accept
_connect_raw = _socket.connect
_sendto_raw = _socket.sendto
_recvfrom_raw = _socket.recvfrom
_setsockopt_raw = _socket.setsockopt
_room = _vb.fn("net_room")
_esp8266 = bool(_vb.fact("hidden"))


def _check(result):
    if result is not None and result < 0:
        raise OSError(-result)
    return result


def _literal(host):
    parts = host.split(".")
    return len(parts) == 4 and all(p.isdigit() and len(p) < 4 for p in parts)


def _address(address):
    host, port = address
    if not host:
        host = "0.0.0.0"
    if not _literal(host):
        host = getaddrinfo(host, port)[0][4][0]
    return host, int(port)


def getaddrinfo(host, port, af=0, kind=0, proto=0, flags=0):
    if not host:
        host = "0.0.0.0"
    if not _literal(host):
        found = _resolve(host)
        if found < 0:
            if found < -1:
                _vb.pause(-found)
            raise OSError(-2)
        host = _vb.text(found)
    return [(AF_INET, kind or SOCK_STREAM, proto, "", (host, int(port)))]


def _sockaddr(sock, address):
    host, port = _address(address)
    return _vb.data(_check(_route(_fileno(sock), host, port)))


def _tuple(port):
    if port >= 0:
        return "127.0.0.1", port
    host, port = _vb.text(-port).split(" ")
    return host, int(port)


def socket(af=AF_INET, type=SOCK_STREAM, proto=0):
    """One of the few that the chip has room for: ENFILE, on the ESP8266 ENOMEM, when there are no more."""
    if _room(type) < 1:
        gc.collect()  # as the ports do
        if _room(type) < 1:
            raise OSError(12 if _esp8266 else 23)
    return _socket(af, type, proto)


def _method_bind(self, address):
    host, port = _address(address)
    _check(_bind(_fileno(self), host, port))


def _method_listen(self, backlog=2):
    _check(_listen(_fileno(self), backlog))


def _method_accept(self):
    room = _room(SOCK_STREAM)
    if room < 1 and _esp8266:
        raise OSError(11)  # it is not even answered
    conn, raw = _accept_raw(self)
    if room < 1:
        conn.close()
        raise OSError(23)
    try:
        return conn, _tuple(_accepted(_fileno(conn), raw))
    except MemoryError:
        conn.close()
        raise


def _method_connect(self, address):
    _connect_raw(self, _sockaddr(self, address))


def _method_sendto(self, data, address):
    return _sendto_raw(self, data, _sockaddr(self, address))


def _method_recvfrom(self, size, flags=0):
    data, raw = _recvfrom_raw(self, size, flags)
    return data, _tuple(_peer(_fileno(self), raw))


def _method_setsockopt(self, level, name, value):
    if level == IPPROTO_IP and name in (IP_ADD_MEMBERSHIP, IP_DROP_MEMBERSHIP):
        return  # the world is one listener: every group reaches it
    _setsockopt_raw(self, level, name, value)


for _name in ("bind", "listen", "accept", "connect", "sendto", "recvfrom", "setsockopt"):
    _vb.patch(_socket, _name, globals()["_method_" + _name])
if _esp8266:
    _vb.hide(_socket, "fileno")
