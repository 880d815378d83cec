import sys

from fakes.chip import PERIOD, Chip
from picorest import clock

DAY = 86400


def test_uptime_survives_the_wrap_of_ticks():
    with Chip(PERIOD - 1500) as chip:
        for day in range(1, 41):  # three wraps
            chip.wait(DAY * 1000)
            assert clock.uptime() == day * DAY, day


def test_uptime_loses_no_fraction_however_often_it_is_asked():
    with Chip() as chip:
        for _ in range(7000):
            chip.wait(7)
            clock.uptime()
        assert clock.uptime() == 49


def test_the_rtc_is_asked_often_enough_to_notice_its_own_wrap():
    with Chip() as chip:
        for _ in range(10):
            chip.wait(3600 * 1000)
            clock.uptime()
        assert chip.asked == 10


def test_a_set_clock_tells_seconds_and_milliseconds():
    with Chip(123) as chip:
        chip.wait(4567)
        assert not clock.synced
        clock.set_unix(1795230000, 900, chip)
        assert clock.synced and chip.rtc == [(1795230000, 900)]
        assert clock.unix_ms() == (1795230000, 900)
        chip.wait(99)
        assert clock.unix_ms() == (1795230000, 999) and clock.unix() == 1795230000
        chip.wait(1)
        assert clock.unix_ms() == (1795230001, 0) and clock.unix() == 1795230001


def test_a_set_clock_stays_right_over_weeks_and_eras():
    with Chip(PERIOD - 1) as chip:
        chip.wait(999)
        clock.set_unix(2085978496 - 10 * DAY, 250, chip)  # NTP's era ends in ten days
        for _ in range(40):
            chip.wait(12 * 3600 * 1000)
            clock.uptime()
        assert clock.unix_ms() == (2085978496 + 10 * DAY, 250)


def test_setting_the_clock_does_not_touch_uptime():
    with Chip() as chip:
        chip.wait(5000)
        clock.uptime()
        for unix in (1795230000, 946684800, 4102444800):
            clock.set_unix(unix, 0, chip)
            assert clock.uptime() == 5 and clock.unix() == unix


def test_every_millisecond_of_setting_is_kept():
    for ticks in (0, 1, 500, 999, 1000, 1001):
        for ms in (0, 1, 499, 999):
            with Chip() as chip:
                chip.wait(ticks)
                clock.set_unix(1795230000, ms, chip)
                assert clock.unix_ms() == (1795230000, ms), (ticks, ms)


def test_unix_seconds_whatever_the_epoch_of_the_port():
    for epoch, seconds in ((2000, 848545200), (1970, 1795230000)):
        port = type("time", (), {})  # a class will do for a module
        port.ticks_ms = lambda: 0
        port.ticks_add = port.ticks_diff = lambda a, b: 0
        port.gmtime = lambda _, epoch=epoch: (epoch, 1, 1, 0, 0, 0, 5, 1)
        port.time = lambda seconds=seconds: seconds
        kept = sys.modules.pop("picorest.clock")
        sys.modules["time"] = port
        try:
            import picorest.clock

            assert picorest.clock.unix() == 1795230000 and not picorest.clock.synced
        finally:
            del sys.modules["time"]
            sys.modules["picorest.clock"] = picorest.clock = kept


def test_iso():
    for unix, offset, text in (
        (0, 0, "1970-01-01T00:00:00Z"),
        (-1, 0, "1969-12-31T23:59:59Z"),
        (951782400, 0, "2000-02-29T00:00:00Z"),
        (1795230000, 0, "2026-11-21T03:00:00Z"),
        (1795230000, 3600, "2026-11-21T04:00:00+01:00"),
        (1795230000, 20700, "2026-11-21T08:45:00+05:45"),
        (1795230000, -12600, "2026-11-20T23:30:00-03:30"),
        (1795230000, -900, "2026-11-21T02:45:00-00:15"),
        (2085978495, 0, "2036-02-07T06:28:15Z"),
        (2085978496, 0, "2036-02-07T06:28:16Z"),
        (2147483647, 0, "2038-01-19T03:14:07Z"),
        (2147483648, 50400, "2038-01-19T17:14:08+14:00"),
        (4107542400, 0, "2100-03-01T00:00:00Z"),
        (4294967296, 0, "2106-02-07T06:28:16Z"),
    ):
        assert clock.iso(unix, offset) == text, (unix, offset, clock.iso(unix, offset))


def test_an_offset_with_seconds_keeps_the_instant():
    assert clock.iso(1795230000, 1172) == "2026-11-21T03:19:00+00:19"
    assert clock.iso(1795230000, -1521) == "2026-11-21T02:34:00-00:26"


def test_the_calendar_follows_itself_day_by_day():
    year, month, day = 1899, 12, 31
    for days in range(-25567, 84371):  # 1900-01-01 to 2200-12-31
        day += 1
        length = 31 - (month - 1) % 7 % 2
        if month == 2:
            length = 29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28
        if day > length:
            day = 1
            month += 1
            if month > 12:
                month = 1
                year += 1
        assert clock.civil(days) == (year, month, day), days
    assert (year, month, day) == (2200, 12, 31)
