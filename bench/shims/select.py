"""The unix port's `select`, and the function of that name, which it leaves out and uhttp-server needs."""

from uselect import *  # noqa: F403
from uselect import POLLERR, POLLHUP, POLLIN, POLLOUT, poll


def select(readers, writers, others, timeout=-1):
    poller = poll()
    for sock in readers:
        poller.register(sock, POLLIN)
    for sock in writers:
        poller.register(sock, POLLOUT)
    ready, able = [], []
    for sock, events in poller.ipoll(-1 if timeout is None or timeout < 0 else int(timeout * 1000)):
        if events & (POLLIN | POLLHUP | POLLERR):
            ready.append(sock)
        if events & POLLOUT:
            able.append(sock)
    return ready, able, []
