"""What the board's process does first, whatever its engine: it ends with its supervisor, asks it, and shares a page with it."""

import ctypes
import mmap
import os
import signal

from virtualboard import rpc
from virtualboard.shared_memory import SIZE, Page

_PR_SET_PDEATHSIG = 1


def join_supervisor(page_fd, rpc_fd):
    """(function that asks the supervisor, the shared page); the numbers are inherited descriptors."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # a board does not outlive its supervisor

    def ask(*question):
        rpc.send(rpc_fd, question)
        answer = rpc.receive(rpc_fd)
        if answer is None:  # the supervisor is gone
            os._exit(1)
        return answer[0]

    return ask, Page(mmap.mmap(page_fd, SIZE))


def native_functions(*parts):
    """{name: function} of what the device side calls in these parts of the chip."""
    return {name: getattr(part, name) for part in parts for name in part.NATIVE}
