"""What only other chips run is left out of an ESP8266's program, and every line stays where it is."""

from host.build.one_chip import without_others

SOURCE = '''
def start(app, get):
    if get("links") and app.board.chip != "esp8266":
        from links import Links

        Links(app)
    if app.board.chip == "esp8266":
        get("°C")
    if app.board.chip != "esp8266":
        get("far")
    else:
        get("near")
    return [3 if app.board.chip == "esp8266" else 8]
'''


def line(text, word):
    return text[: text.index(word)].count("\n")


def test_what_other_chips_run_is_left_out_and_lines_stay():
    found = without_others(SOURCE)
    assert "Links" not in found and 'get("°C")' in found and 'get("near")' in found and "return [3]" in found
    assert len(found.splitlines()) == len(SOURCE.splitlines())
    for word in ('get("°C")', 'get("near")'):
        assert line(found, word) == line(SOURCE, word)


def test_what_asks_for_a_small_heap_is_not_asked_there():
    source = """
if not SMALL and deep():
    deep()
if app.memory_reserve:
    shallow = app.memory_reserve and drop("x") or (
        not memory.SMALL or board.chip == "esp8266"
        and (a or b)
    )
size = 22 if memory.SMALL else 21
if not app.memory_reserve:
    deep()
else:
    near = left and app.memory_reserve
"""
    found = without_others(source)
    words = 'pass if True: shallow = drop("x") or ( a or b ) size = 22 if False: deep() else: near = left'
    assert found.split() == words.split()
    assert len(found.splitlines()) == len(source.splitlines())


def test_a_condition_that_may_be_either_stays():
    source = 'if new and chip == "esp8266" or small:\n    print(1)\n'
    assert without_others(source) == source
    assert without_others(source.replace("small", 'board.chip == "esp32"')) == source.replace(" or small", "")
