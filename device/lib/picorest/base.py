"""How much memory there is, and whether microdot is in it.

microdot takes 8 KB of the heap. Where that is short, on the ESP8266, it is only loaded if somebody uses it: if there is a module
`user` that adds endpoints. picorest's own make do with two names of it.
"""

import gc
import os
import sys

HEAP = gc.mem_free() + gc.mem_alloc()
SMALL = HEAP < 80000


def _user():
    for folder in sys.path:
        try:
            for entry in os.ilistdir(folder):
                if entry[0] in ("user.py", "user.mpy", "user"):
                    return True
        except OSError:
            pass
    return False


user = _user()
whole = user or not SMALL
if whole:
    from microdot import HTTPException, Response
else:

    class HTTPException(Exception):
        pass

    class Response:
        already_handled = None
