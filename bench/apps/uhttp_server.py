"""The endpoint with uhttp-server."""

import machine
import uhttp.server

server = uhttp.server.HttpServer(port=80)
while True:
    client = server.wait()
    if client:
        number = int(client.query["pin"])
        pin = machine.Pin(number, machine.Pin.OUT)
        pin.value(int(client.query["state"]))
        client.respond({"pin": number, "state": pin.value()})
