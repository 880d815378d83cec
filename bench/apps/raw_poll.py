"""The endpoint with a poller and sockets alone: the least that can be done, without a check of anything."""

import json
import select
import socket

import machine

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(socket.getaddrinfo("0.0.0.0", 80)[0][-1])
listener.listen(16)
poller = select.poll()
poller.register(listener, select.POLLIN)


def answer(head):
    query = head.split(b" ", 2)[1].split(b"?", 1)[1]
    args = dict(pair.split(b"=", 1) for pair in query.split(b"&"))
    number = int(args[b"pin"])
    pin = machine.Pin(number, machine.Pin.OUT)
    pin.value(int(args[b"state"]))
    body = json.dumps({"pin": number, "state": pin.value()})
    return HEAD % (len(body), body)


while True:
    for sock, _ in poller.ipoll(-1):
        if sock is listener:
            client, _ = listener.accept()
            client.setblocking(False)
            poller.register(client, select.POLLIN)
            continue
        poller.unregister(sock)
        try:
            head = sock.recv(1024)
            if head[-4:] == b"\r\n\r\n":
                sock.send(answer(head))
        except OSError:
            pass
        sock.close()
