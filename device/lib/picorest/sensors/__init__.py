"""Sensors of all kinds but DHT: a module for each kind, and what is common to them."""

# the columns of a sensor
NAME = const(0)
KIND = const(1)  # the name of its module
MEASURES = const(2)  # its module's quantities and units
PINS = const(3)  # GPIO numbers, in the order of the module's KEYS
ADDRESS = const(4)  # as the module's address() makes it, or None
VALUES = const(5)  # the last good reading, in hundredths, in the order of MEASURES; None: there is none
START = const(6)  # ticks at which that was read
DUE = const(7)  # ticks at which it is read next
ERRORS = const(8)  # readings that failed since the start
FAILURES = const(9)  # and how many of these in a row, up to now
ERROR = const(10)  # what was wrong with the last one, in words; None: nothing
