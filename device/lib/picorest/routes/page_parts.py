"""The dashboard where nobody has built it: its styles and scripts put in their place as it is sent. Not on an ESP8266."""

_TAGS = (('<link rel="stylesheet" href="', "<style>", "</style>\n"), ('<script src="', "<script>", "</script>\n"))


def pieces(file, folder):
    """The text of the page, line by line; file: index.html, opened for reading bytes. folder: where the rest lies."""
    try:
        for line in file:
            yield from _part(line.decode(), folder)
    finally:
        file.close()


def _part(line, folder):
    for start, before, after in _TAGS:
        if line.startswith(start):
            name = line[len(start) :].split('"', 1)[0]
            yield before
            with open("%s/%s" % (folder, name), "rb") as part:
                for text in part:
                    yield text
            yield after
            return
    yield line
