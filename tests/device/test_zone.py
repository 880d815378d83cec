from expect import equal, raises
from picorest.ntp import timezone
from picorest.problem import Problem

PARIS = "CET-1CEST,M3.5.0,M10.5.0/3"


def test_a_change_is_exact_to_the_second():
    for unix, answer in (
        (1774745999, (3600, "CET", False)),  # 2026-03-29 01:59:59
        (1774746000, (7200, "CEST", True)),  # 03:00:00
        (1792889999, (7200, "CEST", True)),  # 2026-10-25 02:59:59
        (1792890000, (3600, "CET", False)),  # 02:00:00
    ):
        equal(timezone.offset(PARIS, unix), answer)


def test_answers_do_not_depend_on_what_was_asked_before():
    tokyo = "JST-9"
    for unix in (1774745999, 1774746000, 0, 4102444799, 1792890000, 1792889999):
        timezone._last = None
        fresh = timezone.offset(PARIS, unix)
        equal(timezone.offset(tokyo, unix), (32400, "JST", False))
        timezone.offset("EST5EDT,M3.2.0,M11.1.0", unix)
        timezone.offset(PARIS, 1774745999)
        equal(timezone.offset(PARIS, unix), fresh)


def test_a_fixed_zone():
    equal(timezone.offset("UTC0", 1795230000), (0, "UTC", False))
    equal(timezone.offset("<+0545>-5:45", 1795230000), (20700, "+0545", False))
    equal(timezone.offset("<-0930>9:30", 1795230000), (-34200, "-0930", False))
    equal(timezone.offset("LMT-0:19:32", 1795230000), (1172, "LMT", False))


def test_daylight_saving_all_year():
    for unix in (1798761599, 1798761600, 1798772400, 1798779600, 1798783200, 1814400000):
        # the examples of RFC 8536: begins when it ends, at New Year
        equal(timezone.offset("XXX3EDT4,0/0,J365/23", unix), (-14400, "EDT", True))
        equal(timezone.offset("EST5EDT,0/0,J365/25", unix), (-14400, "EDT", True))


def test_a_change_around_new_year():
    # begins 48 h before 1 January, ends 48 h after: each lies in the neighbouring year
    tz = "AAA0BBB-1,0/-48,J2/48"
    new_year = 1798761600  # 2027-01-01
    for unix, name in (
        (new_year - 172801, "AAA"),
        (new_year - 172800, "BBB"),
        (new_year, "BBB"),
        (new_year + 86400 + 172799 - 3600, "BBB"),
        (new_year + 86400 + 172800 - 3600, "AAA"),
    ):
        timezone._last = None
        equal(timezone.offset(tz, unix)[1], name)


def test_years_beyond_2038():
    equal(timezone.offset(PARIS, 4128627600), (3600, "CET", False))  # 2100-10-31 02:00
    equal(timezone.offset(PARIS, 4109878800), (7200, "CEST", True))  # 2100-03-28 03:00, in a year without leap day
    equal(timezone.offset(PARIS, 4109878799), (3600, "CET", False))


def test_what_is_wrong_is_named():
    for tz, part in (
        ("", "a name of 3 letters or more at its end"),
        ("Europe/Paris", 'a number from 0 to 24 at "/Paris"'),
        ("CE-1", 'a name of 3 letters or more at "CE-1"'),
        ("CET", "a number from 0 to 24 at its end"),
        ("CET-25", 'a number from 0 to 24 at "25"'),
        ("CET-1:60", 'a number from 0 to 59 at "60"'),
        ("CET-1:", "a number from 0 to 59 at its end"),
        ("CET-0001", 'a number from 0 to 24 at "0001"'),
        ("<+01-1", "expected > at its end"),
        ("<>0", 'a name of 3 letters or more at ">0"'),
        ("+01-1", 'a name of 3 letters or more at "+01-1"'),
        ("ÄÖÜ0", "a name of 3 letters or more at"),
        (" UTC0", 'a name of 3 letters or more at " UTC0"'),
        ("UTC0 ", 'a name of 3 letters or more at " "'),
        ("CET-1CEST", "a comma and the day when the clocks change at its end"),
        ("CET-1CEST,M3.5.0", "a comma and the day when the clocks change at its end"),
        ("CET-1CEST,M13.5.0,M10.5.0", 'a number from 1 to 12 at "13.5.0,M10.5.0"'),
        ("CET-1CEST,M3.6.0,M10.5.0", 'a number from 1 to 5 at "6.0,M10.5.0"'),
        ("CET-1CEST,M3.5.7,M10.5.0", 'a number from 0 to 6 at "7,M10.5.0"'),
        ("CET-1CEST,M3,M10.5.0", 'a dot and the week at ",M10.5.0"'),
        ("CET-1CEST,M3.5,M10.5.0", 'a dot and the weekday at ",M10.5.0"'),
        ("CET-1CEST,J0,J300", 'a number from 1 to 365 at "0,J300"'),
        ("CET-1CEST,J366,J300", 'a number from 1 to 365 at "366,J300"'),
        ("CET-1CEST,366,300", 'a number from 0 to 365 at "366,300"'),
        ("CET-1CEST,M3.5.0/168,M10.5.0", 'a number from 0 to 167 at "168,M10.5.0"'),
        ("CET-1CEST,M3.5.0/,M10.5.0", 'a number from 0 to 167 at ",M10.5.0"'),
        (PARIS + ",", 'nothing more at ","'),
    ):
        with raises(Problem) as caught:
            print(timezone.offset(tz, 1795230000))
        problem = caught.error
        equal((problem.status_code, problem.type), (400, "bad-timezone"))
        assert '"%s"' % tz in problem.detail and part in problem.detail, problem.detail


def test_a_refused_zone_leaves_the_answers_of_others():
    timezone.offset(PARIS, 1774746000)
    with raises(Problem):
        timezone.offset(PARIS + "!", 1774746000)
    equal(timezone.offset(PARIS, 1774746000), (7200, "CEST", True))


def test_a_numbered_day_does_not_count_the_29th_of_february():
    # J59 is 28 February and J60 1 March in every year; days counted from 0 go over 29 February
    for tz, days in (("AAA0BBB,J59/0,J60/1", (58, 59, 58, 60)), ("AAA0BBB,58/0,59/1", (58, 59, 58, 59))):
        for new_year, begin, end in ((1798761600, days[0], days[1]), (1830297600, days[2], days[3])):  # 2027, and 2028
            names = []
            for at in (begin, end):
                for second in (-1, 0):
                    timezone._last = None
                    names.append(timezone.offset(tz, new_year + at * 86400 + second)[1])
            equal((tz, new_year, names), (tz, new_year, ["AAA", "BBB", "BBB", "AAA"]))
