"""Runs in MicroPython: for each line "ZONE UNIX" of standard input one line "OFFSET NAME DST" of picorest.ntp.timezone."""

import sys

from picorest.ntp.timezone import offset

for line in sys.stdin:
    zone, unix = line.split()
    east, name, dst = offset(zone, int(unix))
    print(east, name, int(dst))
