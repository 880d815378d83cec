"""The types of problems, with status and meaning: of the device's table, of its answers that take no memory, and of this page."""

import re

from host.build import forms

TABLE = "lib/picorest/problem_types.py"
CANNED = "lib/picorest/http/canned_responses.py"
WORDS = {  # of those whose sentence is made where it happens
    "bad-config": "A setting is not what it must be: *key* says which one. Nothing was changed.",
    "bad-credentials": "No network can have that name or password: *key* says which of them. Nothing was tried.",
    "bad-timezone": "The time zone is none: give one such as CET-1CEST,M3.5.0,M10.5.0/3.",
    "bad-update": "This is no update, or one for another kind of board.",
    "clock-not-set": "No time server has answered yet; https has to wait for that, too.",
    "damaged": "The update did not arrive whole. The version that runs stays.",
    "flash-full": "The flash has no room for a second version: remove files of yours.",
    "no-network": "The board is in no network in which it could ask: see GET /wifi.",
    "no-reading": "The sensor has no good reading yet: the sentence says what to check.",
    "not-stored": "The flash did not take it, or has lost the board's pages.",
    "ntp-bad-answer": "What the time server said is no answer.",
    "ntp-implausible": "The time server says a time that cannot be: choose others in ntp.servers.",
    "ntp-rate": "The time server asks for fewer questions.",
    "ntp-refused": "The time servers refuse this board: choose others in ntp.servers.",
    "ntp-timeout": "No time server has answered in time.",
    "ntp-unconfirmed": "The time servers do not agree.",
    "ntp-unknown": "The time server cannot be found: check ntp.servers and the network's DNS.",
    "ntp-unreachable": "The time server cannot be reached: check the network.",
    "ntp-unsynchronised": "The time server has no reliable time itself.",
    "scan-failed": "The radio is busy: ask again in a moment.",
    "too-often": "Time servers ban who asks too often: wait.",
    "update-off": "Without a token the board takes no updates over Wi-Fi: set one with PATCH /config.",
    "updating": "Another update is on trial or under way: try again in two minutes.",
}


def problem_types(sources: dict[str, bytes]) -> dict[str, tuple[int, str]]:
    """(status, sentence) by type, sorted. In a sentence *name* stands for a member of the answer; it is "" where nobody says it."""
    canned = re.findall(r'"type":"([a-z-]+)".*?"status":(\d+),"detail":"(.*?)"', sources.get(CANNED, b"").decode())
    found = {kind: (int(status), words) for kind, status, words in canned}
    for line in forms.constants(sources[TABLE].decode())["TYPES"].strip().splitlines():
        kind, status, words = [*line.split(" ", 2), ""][:3]
        words = re.sub(r"%\((\w+)\)[sd]", r"*\1*", words).replace("%%", "%")
        found[kind] = int(status), words or WORDS.get(kind, "")
    return dict(sorted(found.items()))


def unexplained(sources: dict[str, bytes]) -> list[str]:
    """What is wrong with WORDS, in sentences: types of which nobody says what they mean, and what is there for none."""
    told = problem_types(sources)
    lines = forms.constants(sources[TABLE].decode())["TYPES"].strip().splitlines()
    bare = {line.split(" ")[0] for line in lines if line.count(" ") == 1}
    silent = [f"{kind} has no sentence: write one behind it, or in host/openapi/problems.py" for kind in told if not told[kind][1]]
    return silent + [f"{kind} in host/openapi/problems.py is no type, or has a sentence" for kind in sorted(WORDS.keys() - bare)]
