# The safety net: whatever fails in the program, the board says so on the console and starts again.
import os
import sys

trial = None
try:
    if "picorest.version" in " ".join(os.listdir()):  # see versions.py, which is in memory only when it is needed
        trial = __import__("versions").choose()
    import app

    app.run(trial)
except Exception as e:
    sys.print_exception(e)
    try:
        __import__("versions").failed(trial)
    except MemoryError:  # the program may still fill it
        import time

        import machine

        time.sleep(15)
        machine.reset()
finally:
    if trial:
        trial.deinit()  # after Ctrl-C: an ESP8266 would leave it armed, in memory that is given away
