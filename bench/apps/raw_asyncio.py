"""The endpoint with asyncio's streams and nothing else: one read, no check of anything."""

import asyncio
import json

import machine

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"


async def serve(reader, writer):
    head = await reader.read(1024)
    if head:
        query = head.split(b" ", 2)[1].split(b"?", 1)[1]
        args = dict(pair.split(b"=", 1) for pair in query.split(b"&"))
        number = int(args[b"pin"])
        pin = machine.Pin(number, machine.Pin.OUT)
        pin.value(int(args[b"state"]))
        body = json.dumps({"pin": number, "state": pin.value()})
        writer.write(HEAD % (len(body), body))
        await writer.drain()
    writer.close()
    await writer.wait_closed()


async def main():
    server = await asyncio.start_server(serve, "0.0.0.0", 80, backlog=16)
    await server.wait_closed()


asyncio.run(main())
