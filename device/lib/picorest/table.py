"""Tables that are a text, because that stays in flash: a line for each row, which begins with its key."""


def find_row(table, key):
    """What stands behind the key in its line, in a table that begins and ends with a line's end; None if there is no such row."""
    at = table.find("\n%s " % key)
    return None if at < 0 else table[at + len(key) + 2 : table.find("\n", at + 1)]
