"""The least of `network`: a station that joins whatever it is told to, at once."""

STA_IF, AP_IF = 0, 1


def hostname(name=None):
    return name


class WLAN:
    PM_NONE = 0

    def __init__(self, interface):
        self.joined = False

    def active(self, on=None):
        return True

    def connect(self, *credentials):
        self.joined = True

    def disconnect(self):
        self.joined = False

    def isconnected(self):
        return self.joined

    def config(self, *names, **values):
        return b"\x02\0\0\0\0\1"

    def ifconfig(self, values=None):
        return ("127.0.0.1", "255.0.0.0", "127.0.0.1", "127.0.0.1")

    def status(self, what=None):
        return -50 if what else 5
