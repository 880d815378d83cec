# The safety net: whatever fails in the program, the board says so on the console and starts again.
import sys

trial = None
path = sys.path[:]
try:
    # A file of the user's hides what has the same name: app.py the program, json.py a part of MicroPython. So the folders that
    # the user's files are in are left out here; app.py adds them behind all others if there is a module `user`.
    sys.path[:] = [folder for folder in path if folder not in ("", "/", "/lib")]
    import os
    import time

    import machine

    if "picorest.version" in " ".join(os.listdir()):  # see versions.py, which is in memory only when it is needed
        sys.path.append("")
        trial = __import__("versions")
        sys.path.remove("")
        trial = trial.choose()
    try:
        import app
    except ImportError:  # installed as a library, the program lies where the user's files are
        sys.path.append("")
        __import__("versions").library(path)
        import app

    app.run(trial)
except Exception as e:
    sys.print_exception(e)
    sys.path[:] = path
    try:
        __import__("versions").failed(trial)
    except MemoryError:  # the program may still fill it
        time.sleep(15)
        machine.reset()
    except (AttributeError, ImportError):
        print("versions.py on this board is not picorest's: rename it, and run ./deploy.sh deploy on the computer at the cable.")
        time.sleep(15)
        machine.reset()
finally:
    sys.path[:] = path
    if hasattr(trial, "deinit"):
        trial.deinit()  # after Ctrl-C: an ESP8266 would leave it armed, in memory that is given away
