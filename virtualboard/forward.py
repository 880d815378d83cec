"""The board's own pages within the desk: requests below /board/ go to the board as they are, and its answers come back.

The browser's headers go along, so the board guards itself as ever. Only in the answer it is allowed that the desk, which is the
same site to the browser, has the board's page in a frame.
"""

import http.client
import select
import socket

_PATIENCE = 60  # seconds that a board may take to answer, or to send more
_PIECE = 16384
# of one connection only, see RFC 9110, section 7.6.1
_HOP = {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}
_STRANGER, _DESK = "frame-ancestors 'none'", "frame-ancestors 'self'"


class Silent(OSError):
    """The board does not answer."""


def forward(place, method, path, headers, body, client):
    """Ask the board at `place` (host, port); returns (status, headers as pairs, pieces of its body).

    client: the socket of who asks; when it has gone, the board is not asked any longer. Raises Silent.
    """
    connection = http.client.HTTPConnection(*place, timeout=_PATIENCE)
    try:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in headers:
            if name.lower() not in _HOP:
                connection.putheader(name, value)
        connection.putheader("Connection", "close")
        connection.endheaders(body or None)
        _await(connection.sock, client)
        answer = connection.getresponse()
    except (OSError, http.client.HTTPException) as problem:
        connection.close()
        raise Silent(str(problem)) from None
    told = [(name, value.replace(_STRANGER, _DESK)) for name, value in answer.getheaders() if name.lower() not in _HOP]
    return answer.status, told, _pieces(connection, answer)


def _await(board, client):
    if board not in select.select([board, client], [], [], _PATIENCE)[0] and _gone(client):
        raise Silent("who asked has gone")


def _gone(client):
    return not client.recv(1, socket.MSG_PEEK)


def _pieces(connection, answer):
    try:
        while piece := answer.read1(_PIECE):
            yield piece
    except (OSError, http.client.HTTPException):
        pass  # the board has gone; what it said is shorter than it promised
    finally:
        answer.close()
        connection.close()
