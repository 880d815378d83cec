"""The characters that JSON is made of, as the bytes they are. The build puts the numbers where they are used."""

QUOTE = const(0x22)
COMMA = const(0x2C)
COLON = const(0x3A)
OPEN_ARRAY = const(0x5B)
BACKSLASH = const(0x5C)
OPEN_OBJECT = const(0x7B)
CLOSE_OBJECT = const(0x7D)
UNICODE = const(0x75)  # the u of an escape \u00e9
