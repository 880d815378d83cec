"""What is remembered of each alarm, in a few bytes. On an ESP8266 only with alarms."""

from struct import pack_into, unpack_from

# the record of an alarm: Unix times, four bytes each, 0 for none
DONE = const(0)  # the last instant that has been dealt with
NEXT = const(4)
LAST = const(8)  # when it was done last
UNTIL = const(12)  # to when it rings, or is put off
STATE = const(16)
MARK = const(17)  # four bytes that tell a schedule from a changed one
SIZE = const(21)
# states
RINGING = const(1)  # it was done, and can be stopped or put off
SNOOZED = const(2)
PENDING = const(3)  # it is due, and will be done as soon as there is memory for it


def get(service, n, field):
    """A Unix time of the record of alarm n, or its state."""
    at = n * SIZE + field
    return service.records[at] if field == STATE else unpack_from("<I", service.records, at)[0]


def put(service, n, field, value):
    """Change that."""
    if field == STATE:
        service.records[n * SIZE + field] = value
    else:
        pack_into("<I", service.records, n * SIZE + field, value)
