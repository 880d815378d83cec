"""What a link is: a list with these columns. What else the configuration has of it is read when it is needed."""

# On an ESP8266 only with links.

KIND = const(0)
WHEN = const(1)  # as it is configured; of an event in small letters
SUBJECT = const(2)  # of OF_PIN: the Line; of OF_BUTTON: its GPIO number; of OF_BOARD: the event, or None for the state
VALUE = const(3)  # what was seen last; None: nothing, or nothing that is not stale
STATE = const(4)  # whether its condition holds, as far as it has acted on that; None: nobody knows
LAST = const(5)  # uptime at which it acted last, or None
COUNT = const(6)  # how often it has acted
WHY = const(7)  # why it did not the last time that it could have, in words, or None
HEARD = const(8)  # uptime of the newest value; None once its silence was acted on, or where silence means nothing
SILENCE = const(9)  # seconds of it that are too many
DUE = const(10)  # uptime at which it is judged again, or None
BURST = const(11)  # how often it has acted of late, and
BEGUN = const(12)  # since which uptime

# kinds
OF_BUTTON = const(0)
OF_PIN = const(1)
OF_VALUE = const(2)
OF_BOARD = const(3)

# what happened
EVENT = const(0)
CHANGED = const(1)
SILENT = const(2)

FAR = const(16)  # added to the number of links that stand behind a change, where one of them follows another board
