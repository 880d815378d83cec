"""The log that outlives a restart: what it keeps, for how long, and how much of it fits."""

from expect import equal
from fakes.chip import Chip
from picorest import clock, log


def told(board):
    return [(event, times, ago, uptime, unix, text.decode()) for event, times, ago, uptime, unix, text in log.lines(board)]


def texts(board):
    return [line[-1] for line in told(board)]


def test_lines_are_told_the_newest_first():
    with Chip() as chip:
        equal(told(chip), [])
        log.add(chip, log.START, "power-on")
        chip.wait(3000)
        log.add(chip, log.WIFI, "h\u00f6me")
        equal(told(chip), [(log.WIFI, 1, 0, 3, None, "h\u00f6me"), (log.START, 1, 0, 0, None, "power-on")])


def test_the_unix_time_is_told_as_soon_as_it_is_known_and_after_a_restart():
    with Chip() as chip:
        log.add(chip, log.START, "power-on")
        chip.wait(5000)
        clock.set_unix(1795000000, 0, chip)
        log.add(chip, log.CLOCK, "pool")
        before = [(log.CLOCK, 1, 5, 1795000000), (log.START, 1, 0, 1794999995)]
        equal([line[:2] + line[3:5] for line in told(chip)], before)
        clock._uptime = 0
        clock.synced = False  # it restarts
        log.add(chip, log.START, "crash")
        equal([line[:2] + line[3:5] for line in told(chip)], [(log.START, 1, 0, None)] + before)
        equal([line[2] for line in told(chip)], [0, 1, 1])
        log.add(chip, log.START, "crash")
        equal([line[4] for line in told(chip)], [None, None, 1795000000, 1794999995])


def test_what_repeats_itself_is_counted():
    with Chip() as chip:
        log.add(chip, log.START, "power-on")
        for _ in range(300):
            chip.wait(1000)
            log.add(chip, log.WIFI, "home")
            log.add(chip, log.WIFI + 1, "home")
        equal([line[:2] for line in told(chip)], [(log.WIFI + 1, 255), (log.WIFI, 255), (log.START, 1)])
        equal(told(chip)[0][3], 300)
        log.add(chip, log.START, "crash")
        log.add(chip, log.WIFI, "home")  # of this start: the others stay
        equal([line[:3] for line in told(chip)][:3], [(log.WIFI, 1, 0), (log.START, 1, 0), (log.WIFI + 1, 255, 1)])


def test_the_last_twenty_stay():
    with Chip() as chip:
        for n in range(50):
            log.add(chip, log.CONFIG, "key%d" % n)
        equal(texts(chip), ["key%d" % n for n in range(49, 29, -1)])


def test_long_lines_are_cut_between_characters_and_those_that_do_not_fit_make_room():
    for kind, most in (("esp8266", 483), ("esp32", 2039)):
        with Chip() as chip:
            chip.chip = kind
            for n in range(30):
                log.add(chip, log.DIED, "%d\u20ac" % n * 60)
                assert len(chip.remembered) <= most, len(chip.remembered)
            found = texts(chip)
            assert all(0 < len(text.encode()) <= 100 for text in found)
            assert len(found) >= 4 and found[0][:3] == "29\u20ac", found


def test_what_the_program_does_and_how_often_it_failed_stay_beside_it():
    with Chip() as chip:
        chip.remembered = b"r"
        log.add(chip, log.START, "power-on", 2)
        equal((chip.remembered[:1], log.read(chip)[0][2]), (b"r", 2))
        chip.remembered = b"f" + chip.remembered[1:]
        log.add(chip, log.CONFIG, "token")
        equal((chip.remembered[:1], log.read(chip)[0][2], texts(chip)), (b"f", 2, ["token", "power-on"]))
        log.mark(chip, 0)
        equal((chip.remembered[:1], log.read(chip)[0][2], texts(chip)), (b"f", 0, ["token", "power-on"]))


def test_what_a_version_before_left_there_is_no_log():
    with Chip() as chip:
        for left in (b"", b"fails", b"restarts", b"r\n"):
            chip.remembered = left
            equal((told(chip), log.read(chip)[0][2]), ([], 0))
            log.add(chip, log.CONFIG, "token")
            equal(texts(chip), ["token"])


def test_without_memory_a_line_is_left_out():
    class Full(Chip):
        def retained(self, new=None):
            raise MemoryError

    log.add(Full(), log.CONFIG, "token")
