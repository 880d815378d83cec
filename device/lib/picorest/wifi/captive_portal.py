"""What makes a phone that joins the access point open the set-up page: every name leads here, and so does every page.

Phones ask for a known page of their maker after joining. A redirect tells them that there is somebody to sign in with;
the answer they expect tells them that the network works. Imported while the access point is open.
"""

import asyncio
import socket

from .. import loop
from ..http.csrf import is_own_host
from ..http.response import Reply
from . import captive_dns

# path, status and body (| is a line end) of what a phone expects, by maker: Android, Apple, Windows, Firefox
_PROBES = """
/generate_204 204
/gen_204 204
/hotspot-detect.html 200 <HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>
/library/test/success.html 200 <HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>
/connecttest.txt 200 Microsoft Connect Test
/ncsi.txt 200 Microsoft NCSI
/canonical.html 200 <meta http-equiv="refresh" content="0;url=https://support.mozilla.org/kb/captive-portal"/>
/success.txt 200 success|
"""


class Portal:
    """ssid: the name of the access point. Make it when the access point is up; close() it before that goes away."""

    def __init__(self, wifi, ssid):
        self.wifi = wifi
        self.ssid = ssid
        self.task = asyncio.create_task(self._serve())

    def close(self):
        self.task.cancel()

    def redirect(self, req):
        """The Response to a phone that looks for somebody else's page; None for any other request."""
        if is_own_host(req.known.get("host") or b"", req.app.names):
            return None
        if self.wifi.connected():
            at = _PROBES.find("\n" + req.path + " ")
            if at < 0:
                return None
            line = _PROBES[at + 1 : _PROBES.find("\n", at + 1)].split(" ", 2)
            body = line[2] if len(line) > 2 else ""
            return Reply(body.replace("|", "\n"), int(line[1]), {"Content-Type": "text/html"})
        url = "http://%s/" % self.wifi.ap.ifconfig()[0]
        return Reply('<a href="%s">Set up this board</a>' % url, 302, {"Location": url, "Content-Type": "text/html"})

    async def _serve(self):
        """Answer names on UDP port 53, at most 50 a second: the rest waits in the network stack or is lost there."""
        ip = self.wifi.ap.ifconfig()[0]
        while True:
            try:
                sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                break
            except OSError:  # all that the chip has are in use
                await asyncio.sleep(2)
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.setblocking(False)
            sock.bind(loop.address("0.0.0.0", 53, socket.SOCK_DGRAM))
            while True:
                await loop.readable(sock)
                try:
                    query, peer = sock.recvfrom(300)
                    answer = captive_dns.reply(query, ip)
                    if answer:
                        sock.sendto(answer, peer)
                except OSError:
                    pass  # a client that has gone again
                await asyncio.sleep_ms(20)
        except OSError as e:
            print("Wi-Fi: no captive portal (%s); open http://%s/ by hand" % (e, ip))
        finally:
            sock.close()
