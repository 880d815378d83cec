"""The log: the last lines of what happened, in the memory that outlives a restart (Board.memory). Imported for one more.

There lie a letter for what the program does and the end of a line; how many starts in a row have not lasted, one byte; the Unix
time at uptime 0, four bytes, 0 while it is not known; then the records, the oldest first: how long it is, what happened, how
often, four bytes of uptime, and text. That of START begins with the Unix time at uptime 0 of the start before.
"""

from struct import pack, unpack_from

from . import clock

LINES = const(20)
HEAD = const(7)  # bytes of what stands before the records
TEXT = const(7)  # and of a record before its text
_ROOM = const(470)  # of the 492 bytes that an ESP8266 has for it
_ROOMY = const(1500)  # elsewhere it has 2048
_LONG = const(100)  # bytes of a text
_BEFORE = const(4)  # lines that are looked through for the same again

# what may happen; the names are in routes/log.py
START = const(0)
DIED = const(1)
FAILED = const(2)
STUCK = const(3)
CLOCK = const(4)
CONFIG = const(5)
UPDATE = const(6)
KEPT = const(7)
RESTART = const(8)
WIFI = const(10)  # and those of wifi/events.py


def read(board):
    """(head, records), each in bytes."""
    data = board.retained()
    if data[1:2] != b"\n" or len(data) < HEAD:
        return (data[:1] or b"r") + b"\n\0\0\0\0\0", b""
    return data[:HEAD], data[HEAD:]


def add(board, event, text="", short=None):
    """One more line, if there is memory for it. short: how many starts in a row have not lasted, if that is news. What repeats
    itself, alone or in turn with a few others, is counted."""
    try:
        _add(board, event, text, short)
    except MemoryError:
        pass


def _add(board, event, text, short):
    head, records = read(board)
    if short is None:
        short = head[2]
    since = clock.unix() - clock.uptime() if clock.synced else 0
    data = text if isinstance(text, bytes) else text.encode()
    if len(data) > _LONG:
        data = data[:_LONG]
        while data[-1] > 127:  # half a character would be none
            data = data[:-1]
    if event == START:
        data = head[3:] + data
    times, at, count, same = 1, 0, 0, []
    while at < len(records):
        count += 1
        same = [] if records[at + 1] == START else same[1 - _BEFORE :] + [at]
        at += records[at]
    for at in same:
        end = at + records[at]
        if records[at + 1] == event and records[at + TEXT : end] == data:
            times = min(records[at + 2] + 1, 255)
            records = records[:at] + records[end:]
            count -= 1
            break
    records += pack("<BBBI", TEXT + len(data), event, times, clock.uptime()) + data
    while count >= LINES or len(records) > (_ROOM if board.chip == "esp8266" else _ROOMY):
        records = records[records[0] :]
        count -= 1
    board.retained(head[:2] + pack("<BI", short, since) + records)


def mark(board, short):
    """Remember how many starts in a row have not lasted."""
    head, records = read(board)
    board.retained(head[:2] + bytes((short,)) + head[3:] + records)


def lines(board):
    """(event, how often, starts ago, uptime, Unix time or None, text in bytes) of each line, the newest first."""
    head, records = read(board)
    places, at = [], 0
    while at < len(records):
        places.append(at)
        at += records[at]
    ago = 0
    since = clock.unix() - clock.uptime() if clock.synced else 0
    while places:
        at = places.pop()
        _, event, times, uptime = unpack_from("<BBBI", records, at)
        text = records[at + TEXT : at + records[at]]
        before = None
        if event == START:
            before = unpack_from("<I", text)[0]
            text = text[4:]
        yield event, times, ago, uptime, since + uptime if since else None, text
        if before is not None:
            ago += 1
            since = before
