"""The pin rules, against what the data sheets say, written down here a second time."""

from expect import equal, raises
from fakes.gpio import BOARDS, MACHINES, Pin, board, pins, refusal
from picorest.boards.profile import suggestions
from picorest.problem import Problem

# board: (exist, flash or PSRAM, reserved, boot, input only, without PWM, with pull-up, with pull-down)
# (ranges as first-last)
FACTS = {
    "nodemcu": ("0-16", "6-9 11", "1 3", "0 2 15", "", "10 16", "0-5 10 12-15", ""),
    "esp32": ("0-19 21-23 25-27 32-39", "6-11", "1 3", "0 2 5 12 15", "34-39", "34-39", "0-33", "0-33"),
    "nano_esp32": ("0-21 26-48", "26-37", "19 20 43 44", "0 3 45 46", "", "", "0-48", "0-48"),
    "esp32c3": ("0-21", "11-17", "18-21", "2 8 9", "", "", "0-21", "0-21"),
}
ADC1 = {"nodemcu": "", "esp32": "32-39", "nano_esp32": "1-10", "esp32c3": "0-4"}
ADC2 = {"nodemcu": "", "esp32": "0 2 4 12-15 25-27", "nano_esp32": "11-20", "esp32c3": "5"}


def numbers(text):
    found = set()
    for part in text.split():
        ends = part.split("-")
        found |= set(range(int(ends[0]), int(ends[-1]) + 1))
    return found


def facts(name):
    return [numbers(text) for text in FACTS[name]]


def test_what_may_be_touched():
    for name in BOARDS:
        exist, flash, reserved, boot = facts(name)[:4]
        found = pins(name)
        for gpio in range(100):
            expected = None
            if gpio not in exist:
                expected = (404, "unknown-pin")
            elif gpio in flash:
                expected = (409, "flash-pin")
            elif gpio in reserved:
                expected = (409, "reserved-pin")
            for text in (str(gpio), "GPIO%d" % gpio, "gpio%d" % gpio):
                equal((name, gpio, refusal(found, text, mode="in")), (name, gpio, expected))
            if not expected:
                equal((name, gpio, b'"warning":' in found.find(str(gpio)).text()), (name, gpio, gpio in boot))


def test_what_a_pin_can_do():
    for name in BOARDS:
        exist, flash, reserved, _, inputs, no_pwm, up, down = facts(name)
        found = pins(name)
        for gpio in exist - flash - reserved:
            text = str(gpio)
            drive = (409, "input-only-pin") if gpio in inputs else None
            for spec in {"state": 1}, {"state": "toggle"}, {"state": 0, "for": 5}, {"mode": "out"}:
                equal((name, gpio, refusal(found, text, **spec)), (name, gpio, drive))
            drain = (409, "no-open-drain") if (name, gpio) == ("nodemcu", 16) else drive
            equal((name, gpio, refusal(found, text, mode="open_drain")), (name, gpio, drain))
            pwm = drive or ((409, "no-pwm") if gpio in no_pwm else None)
            equal((name, gpio, refusal(found, text, pwm=0.5)), (name, gpio, pwm))
            for pull, able in (("up", up), ("down", down)):
                expected = None if gpio in able and gpio not in inputs else (409, "no-pull")
                equal((name, gpio, pull, refusal(found, text, pull=pull)), (name, gpio, pull, expected))
                equal((name, gpio, pull, refusal(found, text, mode="in", pull=pull)), (name, gpio, pull, expected))


def test_gpio10_hangs_on_the_flash_mode():
    for mode, expected in ((0, (409, "flash-pin")), (1, (409, "flash-pin")), (2, None), (3, None)):
        found = pins("nodemcu", flash=mode)
        for text in ("10", "SD3", "sd3", "GPIO10"):
            equal((mode, refusal(found, text, state=1)), (mode, expected))
        equal(refusal(found, "9", state=1), (409, "flash-pin"))
        for name in ("nano_esp32", "esp32c3"):
            equal((name, mode, refusal(pins(name, flash=mode), "10", state=1)), (name, mode, None))


def test_owners():
    for name in BOARDS:
        found = pins(name)
        names = found.board.row("4")[0]
        found.find("4")
        found.board.reserve(4, "dht22")
        for text in names:
            equal(refusal(found, text, state=1), (409, "reserved-pin"))
        with raises(Problem) as caught:
            found.find("4")
        assert "dht22" in str(caught.error) and names[1] not in caught.error.members["try_"]
        equal(caught.error.members["owner"], "dht22")


def test_the_analogue_inputs():
    for name in BOARDS:
        here = board(name)
        for gpio in facts(name)[0]:
            caps = here.row(str(gpio))[1]
            if caps:
                equal((name, gpio, "a" in caps), (name, gpio, gpio in numbers(ADC1[name])))
                equal((name, gpio, "b" in caps), (name, gpio, gpio in numbers(ADC2[name])))


def test_frequencies():
    for name, most in (("nodemcu", 1000), ("esp32", 40000000), ("nano_esp32", 40000000), ("esp32c3", 40000000)):
        found = pins(name)
        for freq, expected in ((1, None), (most, None), (0, "bad-freq"), (most + 1, "bad-freq"), (0.5, "bad-freq")):
            equal((name, freq, refusal(found, "4", pwm=0.5, freq=freq)), (name, freq, expected and (400, expected)))


def test_alternatives_are_good_for_anything():
    for name in BOARDS:
        exist, flash, reserved, boot, inputs, no_pwm, up, _ = facts(name)
        found = pins(name)
        with raises(Problem) as caught:
            found.find(str(min(flash)))
        tried = {found.find(text).gpio for text in caught.error.members["try_"]}
        assert len(tried) == 4 and tried <= exist - flash - reserved - boot - inputs - no_pwm and tried <= up, (name, tried)


def test_alternatives_belong_to_nobody():
    for name in BOARDS:
        here = board(name)
        tried = suggestions(here)
        here.reserve(int(here.row(tried[0])[0][0]), "dht22")
        again = suggestions(here)
        assert tried[0] not in again and tried[1:] == again[:3], (name, tried, again)


def test_every_reason_is_told():
    for name in BOARDS:
        exist, flash, reserved, boot, inputs = facts(name)[:5]
        here = board(name)
        for gpio in flash | reserved | boot | inputs:
            assert "\n%d " % gpio in here.profile.WHY, (name, gpio)
        equal({int(line.split(" ")[0]) for line in here.profile.PINS.split("\n") if line and line[0] != "A"}, exist)


def test_no_rule_touches_a_pin():
    for name in MACHINES:
        found = pins(name)
        for gpio in range(50):
            for spec in ({"state": 7}, {"state": 1, "mode": "in"}, {"pwm": 2}, {"nonsense": 1}):
                assert refusal(found, str(gpio), **spec), (name, gpio, spec)
        equal(Pin.log, [])
