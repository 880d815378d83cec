"""Put the sentences of problems into a file: memory of an ESP32, and an ESP8266's half of the ROMFS partition, have better uses.

The table in problem_types.py keeps types and statuses. What is said where memory has run out keeps its sentence, too.
"""

import ast
import struct
import zlib

SOURCE = "lib/picorest/problem_types.py"
FILE = "www/sentences.dat"
HELD = ("internal-error", "not-found", "out-of-memory")


def apart(sources: dict[str, bytes]) -> dict[str, bytes]:
    """The sources with a short table, and the file with the sentences, whose last 8 bytes are its checksum and size."""
    source = sources.get(SOURCE, b"").decode()
    tables = [node.value.value for node in ast.parse(source).body if isinstance(node, ast.Assign) and node.targets[0].id == "TYPES"]
    if not tables:
        return sources
    rows = [row.split(" ", 2) for row in tables[0].strip().split("\n")]
    short = [" ".join(row if row[0] in HELD else row[:2]) for row in rows]
    said = "\n" + "".join(f"{row[0]} {row[2]}\n" for row in rows if len(row) > 2 and row[0] not in HELD)
    data = said.encode()
    file = data + struct.pack("<II", zlib.crc32(data), len(data))
    return {**sources, SOURCE: source.replace(tables[0], "\n" + "\n".join(short) + "\n").encode(), FILE: file}
