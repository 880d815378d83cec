"""Scripts made small: no comments, no spaces, and short names for what they call their own.

Two kinds of names become short: those that a script declares at its top, which are the same everywhere in it, and those that
belong to one statement at the top, a function most often, which begin with the first letters in each. What stands in the place
of a property (behind a dot, a key in braces) is none of either. The scripts are ours, so the rules are few: statements end with
a semicolon, no labels, no methods in braces, no classes, and no name of the browser's is declared anew.
"""

import re
from collections import Counter
from typing import NamedTuple

_TOKEN = re.compile(
    r"(?P<space>\s+|//[^\n]*|/\*.*?\*/)"
    r"|(?P<name>[A-Za-z_$][\w$]*)"
    r"|(?P<number>\.?\d[\w.]*)"
    r"|(?P<text>\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')"
    r"|(?P<regex>/(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*)"
    r"|(?P<sign>\?\.|\.\.\.|=>|\+\+|--|[^\s\w])",
    re.DOTALL,
)
_TEMPLATE = re.compile(r"(?:[^`\\$]|\\.|\$(?!\{))*(?:`|\$\{)", re.DOTALL)  # up to its end, or to what is put in
_WORDS = set(
    "async await break case catch class const continue default delete do else export extends false finally for function if import in"
    " instanceof let new null of return static super switch this throw true try typeof undefined var void while with yield".split()
)
_BEFORE_REGEX = {*"(,=:[!&|?{};+-*%<>", "=>", "return", "typeof", ""}
_BEFORE_OBJECT = {*"(,=:[!&|?", "...", "return", "throw", "const", "let", "of", "in"}  # an object or a pattern, not a block
_OPENING, _CLOSING = ("{", "(", "["), ("}", ")", "]")
_DECLARING = ("const", "let", "function")
_GOES_ON = (*_CLOSING, ";", ",", ".", "catch", "finally", "else", "while")  # what follows a } inside of a statement
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Token(NamedTuple):
    kind: str  # name, number, text, regex, sign
    text: str


class Name(NamedTuple):
    place: int  # among the tokens
    lone: bool  # {name}, which means {name: name}


def small(script: str) -> str:
    """The script in as few characters as these rules get it to."""
    tokens = list(_tokens(script))
    words = [token.text for token in tokens]
    names = list(_variables(tokens))
    short = _chosen(words, names, _levels(tokens))
    for place, lone in names:
        if place in short:
            words[place] = (words[place] + ":" if lone else "") + short[place]
    return _joined(words)


def _tokens(script: str):
    """What the script consists of. A template is cut at what is put in: text, the tokens of that, text."""
    at, last, depth, templates = 0, "", 0, []  # templates: how deep in braces each open one was
    while at < len(script):
        goes_on = bool(templates) and script[at] == "}" and depth == templates[-1]
        if goes_on or script[at] == "`":
            text = script[at] + _TEMPLATE.match(script, at + 1)[0]
            if goes_on:
                templates.pop()
            if text.endswith("${"):
                templates.append(depth)
            kind, last = "text", "(" if text.endswith("${") else "`"
        else:
            found = _TOKEN.match(script, at)
            kind, text = found.lastgroup, found[0]
            if kind == "regex" and last not in _BEFORE_REGEX:
                kind, text = "sign", "/"
            depth += (text == "{") - (text == "}")
            last = last if kind == "space" else text
        at += len(text)
        if kind != "space":
            yield Token(kind, text)


def _levels(tokens: list[Token]) -> list[int]:
    """How many brackets are open around each token."""
    levels, level = [], 0
    for kind, text in tokens:
        level -= kind == "sign" and text in _CLOSING or kind == "text" and text[0] == "}"
        levels.append(level)
        level += kind == "sign" and text in _OPENING or kind == "text" and text.endswith("${")
    return levels


def _variables(tokens: list[Token]):
    """A Name for each that stands for a variable and not for a property."""
    objects = []  # of what is open: whether it is an object or a pattern
    for place, (kind, text) in enumerate(tokens):
        before = tokens[place - 1].text if place else ""
        after = tokens[place + 1].text if place + 1 < len(tokens) else ""
        if kind == "text":
            objects = objects[:-1] if text[0] == "}" else objects
            objects = [*objects, False] if text.endswith("${") else objects
        elif kind == "sign" and text in _OPENING:
            objects.append(text == "{" and before in _BEFORE_OBJECT)
        elif kind == "sign" and text in _CLOSING:
            objects.pop()
        elif kind == "name" and before not in (".", "?.") and text not in _WORDS:
            member = bool(objects) and objects[-1] and before in ("{", ",")
            if not (member and after == ":"):
                yield Name(place, member and after in (",", "}", "="))


def _chosen(words: list[str], names: list[Name], levels: list[int]) -> dict[int, str]:
    """{place: short name} for every use of a name that the script declares."""
    statement = _statements(words, levels)
    everywhere, within = _declared(words, statement, levels)
    found: dict[int, dict[str, int]] = {}  # per statement: its own names, numbered as they come
    foreign = set()
    for place, _ in names:
        word, mine = words[place], found.setdefault(statement[place], {})
        if word in within.get(statement[place], ()) and word not in everywhere:
            mine.setdefault(word, len(mine))
        elif word not in everywhere:
            foreign.add(word)
    free = [word for word in map(_spelled, range(2000)) if word not in foreign and word not in _WORDS]
    most = max(map(len, found.values()), default=0)
    uses = Counter(words[place] for place, _ in names)
    top = dict(zip(sorted(everywhere, key=lambda word: (-uses[word], word)), free[most:], strict=False))
    short = {}
    for place, _ in names:
        word, mine = words[place], found[statement[place]]
        if word in top or word in mine:
            short[place] = top.get(word) or free[mine[word]]
    return short


def _statements(words: list[str], levels: list[int]) -> list[int]:
    """For each token the number of the statement at the top that it belongs to."""
    number, found = 0, []
    for place, word in enumerate(words):
        found.append(number)
        after = words[place + 1] if place + 1 < len(words) else ""
        if levels[place] == 0 and (word == ";" or word == "}" and after not in _GOES_ON):
            number += 1
    return found


def _declared(words: list[str], statement: list[int], levels: list[int]) -> tuple[set[str], dict[int, set[str]]]:
    """The names that are declared at the top, and those inside of each statement."""
    everywhere, within = set(), {}
    for place, word in enumerate(words):
        if word in (*_DECLARING, "catch", "=>") and words[place - 1] != ".":
            for at in _introduced(words, place, levels):
                top = levels[place] == 0 and word in _DECLARING and (word != "function" or at == place + 1)
                names = everywhere if top else within.setdefault(statement[at], set())
                names.add(words[at])
    return everywhere, within


def _introduced(words: list[str], place: int, levels: list[int]):
    """The places of the names that const, let, function, catch or => at `place` introduces."""
    start = place + 1
    if words[place] == "=>":
        start = place - 1
        if words[start] == ")":
            start = max(at for at in range(start) if levels[at] == levels[start] and words[at] == "(")
    elif words[place] == "function":
        yield start
        start += 1
    if words[start] in _OPENING:
        yield from _patterns(words, start)
    elif words[place] != "catch":  # one that names no error
        yield start


def _patterns(words: list[str], start: int):
    """The names in a list of parameters or a pattern that begins with a bracket: not the keys, and not what they are by default."""
    open_, at, default = 1, start + 1, 0  # default: how many brackets were open where one began
    while open_:
        word = words[at]
        open_ += (word in _OPENING) - (word in _CLOSING)
        if default and (open_ < default or word == "," and open_ == default):
            default = 0
        elif word == "=" and not default:
            default = open_
        elif not default and re.match(r"[\w$]", word) and words[at + 1] != ":":
            yield at
        at += 1


def _spelled(number: int) -> str:
    rest, letter = divmod(number, len(_LETTERS))
    return (_LETTERS[rest - 1] if rest else "") + _LETTERS[letter]


def _joined(words: list[str]) -> str:
    """The words with a space only where two would become one."""
    made = ""
    for word in words:
        apart = re.match(r"[\w$]{2}|\+\+|--", made[-1:] + word[:1])
        made += " " + word if apart else word
    return made
