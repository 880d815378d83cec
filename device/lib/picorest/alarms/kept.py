"""Up to which instant alarms have been dealt with, in the memory that outlives a restart. Not on an ESP8266."""


def keep(board, unix):
    """Remember it."""


def kept(board):
    """What was remembered before the restart, 0 for nothing."""
    return 0
