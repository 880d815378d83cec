"""Which of two versions on the flash runs, and the way back from a new one that does not prove itself.

picorest.version says it in one line: "PLACE ID" runs that one. "PLACE ID ? PLACE ID" tries the first at the next start, with
the second to go back to; "?w" if it came over Wi-Fi. While it is tried, and after that went wrong, there is "!" for "?" and the two
have changed places: whatever ends a trial early, even a power cut, leads back. A place is an offset in the ROMFS partition, or
a folder. main.py imports this before the program, and after a failure; in between it is not in memory. A version on trial
confirms itself, see picorest/update/confirm.py.
"""

import sys

_FILE = const("picorest.version")
# its words
_ID = const(1)
_MARK = const(2)
_OTHER = const(3)
_OTHER_ID = const(4)
_SIZE = const(3)  # column of os.ilistdir()
# text: a function of this module would keep all of it in memory
_LATE = const(
    "lambda _: (print('Too late: the version before starts again.'), r.memory(b'picorest f' + r.memory()[10:]), m.reset())"
)


def _read():
    for name in (_FILE, _FILE + ".new"):  # FAT has only the second for a moment
        try:
            with open(name) as f:
                line = f.read()
            if line[-1:] == "\n":  # else the power went while it was written
                return line.split()
        except (OSError, ValueError):  # no text: the power went, and what FAT has there is another file's
            pass
    return []


def _write(words):
    import os

    new = _FILE + ".new"
    with open(new, "w") as f:
        f.write(" ".join(words) + "\n")
    try:
        os.rename(new, _FILE)
    except OSError:  # FAT cannot rename over a file
        os.remove(_FILE)
        os.rename(new, _FILE)


def choose():
    """Make the version that is to run importable. A trial begins here: returns the timer that ends it, else None."""
    timer = None
    words = _read()
    if len(words) == 5:
        if words[_MARK][:1] == "?":
            import machine

            print("Version %s is new: it has to prove itself now." % words[_ID])
            _write(words[_OTHER:] + [words[_MARK].replace("?", "!")] + words[:2])
            timer = machine.Timer(-1)
            late = eval(_LATE, {"m": machine, "r": machine.RTC()})
            timer.init(mode=timer.ONE_SHOT, period=120000 if words[_MARK] == "?w" else 60000, callback=late)
        else:
            print("Version %s did not prove itself: %s runs, the one before." % (words[_OTHER_ID], words[_ID]))
    if words:
        _enter(words[0])
    del sys.modules["versions"]
    return timer


def _enter(place):
    if place.isdigit():
        import vfs

        if place != "0" and hasattr(vfs, "VfsRom"):  # at 0 the firmware has found it
            try:
                vfs.umount("/rom")
            except OSError:
                sys.path.extend(("/rom", "/rom/lib"))
            vfs.mount(vfs.VfsRom(memoryview(vfs.rom_ioctl(2, 0))[int(place) :]), "/rom")
    elif place != "/":
        import os

        if os.statvfs("/")[0] < 4096:  # FAT, which a power cut may have damaged
            try:
                _check(place)
            except (OSError, UnicodeError, ValueError) as e:
                print("A file of the program is damaged:", e)
                failed(None)
        sys.path.insert(0, place + "/lib")
        sys.path.insert(0, place)


def _check(folder):
    # a .mpy file that ends too early would stop MicroPython for good: neither Ctrl-C nor a timer ends that
    import os

    for entry in os.ilistdir(folder):
        path = folder + "/" + entry[0]
        if entry[1] & 0x4000:
            _check(path)
        else:
            left = entry[_SIZE]
            with open(path, "rb") as f:
                data = b" "
                while data:
                    data = f.read(2048)
                    left -= len(data)
                    if b"\xff" * 64 in data:  # erased flash
                        left = -1
                        break
            if left:
                raise ValueError(path)


def library(path):
    """Make a program importable that lies among the user's files; path: what sys.path is to hold. What these would hide of
    MicroPython is imported before they can."""
    import os

    sys.path.remove("")
    files = os.listdir("/")
    for file in files + (os.listdir("/lib") if "lib" in files else []):
        name = file.split(".")[0]  # a folder may be a module, too
        if file[len(name) :] in ("", ".py", ".mpy"):
            try:
                sys.modules[name] = __import__(name)  # name: of a file on the board
            except ImportError:
                pass
    sys.path[:] = [folder for folder in path if folder] + [""]  # what lies in /lib comes first
    if "app.py" in files and "app.mpy" in files:
        print("app.py on this board hides the program, app.mpy: rename yours, and restart the board.")
    del sys.modules["versions"]


def failed(timer):
    """Say what to do about a program that ended or did not even start, and restart. timer: what choose() returned."""
    import time

    import machine

    rtc = machine.RTC()
    if rtc.memory()[:9] in (b"", b"picorest "):
        rtc.memory(b"picorest f" + rtc.memory()[10:])  # see picorest/board.py
    if timer:
        print("The new version stopped before it had proved itself: the board restarts with the one before.")
        time.sleep(2)
    else:
        if "app" not in sys.modules:
            print("The program is not on this board, or not all of it: run ./deploy.sh deploy over USB.")
        print("picorest stopped. It restarts in 15 seconds; press Ctrl-C to stop that and get the prompt.")
        time.sleep(15)
    machine.reset()
