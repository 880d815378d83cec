"""/pins: the board's pin map."""

from microdot import Microdot

from ..boards.profile import pin_rows, reason, verdict
from ..http.response import Reply

api = Microdot()

_CAPS = const(" iinput ooutput dopen_drain upull_up npull_down ppwm aadc badc2 ")


@api.get("/pins")
def index(req):
    """GET /pins: the board's title and headers, and of each pin its names, what it can do, why not, and who uses it."""
    return Reply(_map(req.app.board, req.app.pins.lines))


def _map(board, lines):
    yield '{"board":"%s","chip":"%s","title":"%s"' % (board.name, board.chip, board.profile.TITLE)
    start = ',"layout":"%s","pins":[' % board.profile.LAYOUT
    for names, caps, word in pin_rows(board):
        mark = names[0]
        why = reason(board, mark)
        user = None
        if mark == "A0":
            mark = '"A0"'
        else:
            gpio = int(mark)
            _, caps, word, why = verdict(board, gpio)
            line = lines.get(gpio)
            user = board.owners.get(gpio) or (why if word == "reserved" else "gpio" if line and line.mode else None)
        words = []
        for c in caps:
            at = _CAPS.find(" " + c)
            words.append(_CAPS[at + 2 : _CAPS.find(" ", at + 1)])
        yield '%s{"pin":%s,"name":"%s","aliases":["%s"]' % (start, mark, names[1], '","'.join(names[1:]))
        # the profile's words need no escapes, and json.dumps() would take twice the memory
        yield ',"capabilities":["%s"]' % '","'.join(words) if words else ',"capabilities":[]'
        yield ',"verdict":"%s","why":' % word
        yield '"%s"' % why if why else "null"
        yield ',"used_by":"%s"}' % user if user else ',"used_by":null}'
        start = ","
    yield "]}"
