# The safety net: whatever fails in the program, the board says so on the console and starts again. Short, as it stays in memory.
import sys

trial = None
path = sys.path[:]
try:
    # A file of the user's hides what has the same name: app.py the program, json.py a part of MicroPython. So the folders that
    # the user's files are in are left out here; app.py adds them behind all others if there is a module `user`.
    for place in "", "/", "/lib":
        if place in path:
            sys.path.remove(place)
    if "picorest.version" in __import__("os").listdir():  # see versions.py, which is in memory only when it is needed
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
    except Exception as e:
        if not isinstance(e, MemoryError):  # the program may still fill it
            print("versions.py is not picorest's: rename it, and run ./deploy.sh deploy.")
        __import__("time").sleep(15)
        __import__("machine").reset()
finally:
    sys.path[:] = path
    if hasattr(trial, "deinit"):
        trial.deinit()  # after Ctrl-C: an ESP8266 would leave it armed, in memory that is given away
