"""Pins of the virtual board behave as those of each chip's port."""

import threading

import pytest

from virtualboard.repl import DeviceError, Repl
from virtualboard.shared_memory import CHANGES
from virtualboard.supervisor import Supervisor


class Lab:
    """A board without an application, its prompt and its world."""

    def __init__(self, name):
        self.board = Supervisor(name).start()
        assert self.board.wait_ready()
        self.repl = Repl(self.board.console.port)
        self.repl.run("from machine import Pin, PWM, ADC, Signal")

    def fails(self, code):
        with pytest.raises(DeviceError) as caught:
            self.repl.run(code)
        return str(caught.value).strip().split("\n")[-1]

    def put(self, **change):
        self.board.change(change)

    def output(self, number):
        return self.board.view()["outputs"].get(str(number))

    def close(self):
        self.repl.close()
        self.board.close()


def _lab(name):
    lab = Lab(name)
    yield lab
    lab.close()


@pytest.fixture(scope="module")
def nodemcu():
    yield from _lab("nodemcu")


@pytest.fixture(scope="module")
def esp32():
    yield from _lab("esp32")


@pytest.fixture(scope="module")
def nano():
    yield from _lab("nano_esp32")


@pytest.fixture(scope="module")
def c3():
    yield from _lab("esp32c3")


def numbers(lab):
    return lab.repl.eval("""[n for n in range(-1, 60) if ok(n)]""") if lab.repl.run(
        "def ok(n):\n try:\n  Pin(n)\n  return True\n except ValueError:\n  return False\n") == "" else None


def test_which_numbers_exist(nodemcu, esp32, nano, c3):
    assert numbers(nodemcu) == [0, 1, 2, 3, 4, 5, 9, 10, 12, 13, 14, 15, 16]
    assert numbers(esp32) == [*range(24), 25, 26, 27, *range(32, 40)]
    assert numbers(nano) == [*range(22), *range(38, 49)]
    assert numbers(c3) == [*range(12), 20, 21]


def test_an_output_reads_back_and_shows_in_the_world(nodemcu):
    assert nodemcu.repl.eval("(Pin(14, Pin.OUT, value=1).value(), Pin(14).value(0), Pin(14)())") == (1, None, 0)
    nodemcu.repl.run("Pin(14).on()")
    assert nodemcu.output(14) == {"name": "D5", "mode": "out", "level": 1}
    nodemcu.repl.run("Pin(14).toggle()")
    assert nodemcu.output(14)["level"] == 0


def test_a_click_at_boot_stays_in_the_history():
    lab = Lab("nodemcu")
    try:
        history = lab.board.view()["history"]
        assert "4" not in history, "nothing has moved this pin"
        lab.repl.run("Pin(4, Pin.OUT, value=1); Pin(4).value(1); Pin(4).value(0); Pin(4, Pin.IN, Pin.PULL_UP)")
        lab.put(pins={"D2": 0})
        changes = lab.board.view()["history"]["4"]
        assert [level for _, level in changes] == [1, 0, 1, 0]
        assert changes == sorted(changes) and changes[0][0] > 0
        lab.repl.run("p = Pin(5, Pin.OUT)\nfor n in range(100): p.value(n % 2)")
        changes = lab.board.view()["history"]["5"]
        assert [level for _, level in changes] == [0, 1] * (CHANGES // 2)
        lab.repl.run("Pin(16, Pin.OUT, value=0)")  # a resistor holds it up until then
        assert [level for _, level in lab.board.view()["history"]["16"]] == [0]
        lab.repl.close()
        lab.board.restart("hard")
        assert lab.board.wait_ready()
        until_restart, last = lab.board.view()["history"]["16"]
        assert until_restart[0] < 0 <= last[0] and last[1] == 1
    finally:
        lab.close()


def test_a_pin_is_one_object_and_init_without_value_keeps_the_latch(nodemcu):
    nodemcu.repl.run("Pin(13, Pin.OUT, value=1); Pin(13, Pin.IN); Pin(13, Pin.OUT)")
    assert nodemcu.repl.eval("(Pin(13) is Pin(13), Pin(13).value())") == (True, 1)


def test_an_outside_source_drives_an_input_and_lets_go(nodemcu):
    nodemcu.repl.run("p = Pin(5, Pin.IN)")
    for level in (1, 0):
        nodemcu.put(pins={"d1": level})
        assert nodemcu.repl.eval("p.value()") == level
    nodemcu.repl.run("p.init(Pin.IN, Pin.PULL_UP)")
    assert nodemcu.repl.eval("p.value()") == 0
    nodemcu.put(pins={"5": None})
    assert nodemcu.repl.eval("p.value()") == 1


def test_an_output_wins_over_an_outside_source_and_the_world_notes_it(nodemcu):
    nodemcu.repl.run("Pin(12, Pin.OUT, value=1)")
    nodemcu.put(pins={"D6": 0})
    assert nodemcu.repl.eval("Pin(12).value()") == 1
    assert nodemcu.output(12) == {"name": "D6", "mode": "out", "level": 1, "conflict": True}
    nodemcu.put(pins={"D6": None})
    assert "conflict" not in nodemcu.output(12)


@pytest.mark.parametrize("name, number", [("nodemcu", 4), ("esp32", 4)])
def test_open_drain_pulls_down_and_is_pulled_up(name, number, request):
    lab = request.getfixturevalue(name)
    lab.repl.run(f"p = Pin({number}, Pin.OPEN_DRAIN, Pin.PULL_UP, value=1)")
    assert lab.repl.eval("p.value()") == 1
    lab.put(pins={str(number): 0})
    assert lab.repl.eval("p.value()") == 0
    lab.put(pins={str(number): None})
    lab.repl.run("p.value(0)")
    assert lab.repl.eval("p.value()") == 0
    assert lab.output(number)["mode"] == "open_drain"


def test_gpio16_of_the_esp8266_is_special(nodemcu):
    assert "doesn't support pull" in nodemcu.fails("Pin(16, Pin.IN, Pin.PULL_UP)")
    assert "does not have IRQ" in nodemcu.fails("Pin(16).irq(lambda p: None)")
    assert "PWM not supported on pin 16" in nodemcu.fails("PWM(Pin(16))")
    nodemcu.repl.run("Pin(16, Pin.OUT, value=0); Pin(16, Pin.OUT)")
    assert nodemcu.output(16)["level"] == 1
    nodemcu.repl.run("p = Pin(16, Pin.OPEN_DRAIN, value=0); p.value(0)")
    assert nodemcu.repl.eval("p.value()") == 1  # it never pulls low
    nodemcu.put(pins={"16": 0})
    assert nodemcu.repl.eval("p.value()") == 0
    nodemcu.put(pins={"16": None})


def test_an_esp8266_input_has_no_latch_to_write(nodemcu):
    nodemcu.repl.run("p = Pin(2, Pin.OUT, value=0); p.init(Pin.IN); p.value(1); p.init(Pin.OUT)")
    assert nodemcu.repl.eval("p.value()") == 0


def test_what_the_port_does_not_know_is_refused(nodemcu, esp32):
    assert nodemcu.fails("Pin(5, Pin.IN, 2)").startswith("ValueError")
    assert nodemcu.fails("Pin(5, 7)").startswith("ValueError")
    assert nodemcu.fails("Pin('D1')") == "ValueError: invalid pin"
    assert nodemcu.fails("Pin.PULL_DOWN").startswith("AttributeError")
    assert nodemcu.fails("import machine; machine.UART").startswith("AttributeError")
    assert esp32.fails("Pin(4, 99)").startswith("ValueError")
    assert esp32.fails("Pin(4, Pin.OUT, strength=3)").startswith("TypeError")


def test_input_only_pins_of_the_esp32(esp32):
    assert esp32.fails("Pin(34, Pin.OUT)") == "ValueError: pin can only be input"
    esp32.put(pins={"VP": 1})
    assert esp32.repl.eval("Pin(36, Pin.IN, Pin.PULL_DOWN).value()") == 1


def test_a_pad_of_an_esp32_reads_0_until_it_is_set_up_and_while_it_is_analogue(esp32, nodemcu):
    esp32.put(pins={"35": 1})
    assert esp32.repl.eval("Pin(35).value(), Pin(35, Pin.IN).value(), Pin(35).value()") == (0, 1, 1)
    esp32.repl.run("ADC(Pin(35)).read()")
    assert esp32.repl.eval("Pin(35).value(), Pin(35, Pin.IN).value()") == (0, 1)
    assert esp32.repl.eval("repr(Pin(35)), repr(Pin(19, Pin.OUT))") == ("Pin(35, mode=Pin.IN)", "Pin(19, mode=Pin.OUT)")
    nodemcu.put(pins={"D1": 1})
    assert nodemcu.repl.eval("Pin(5).value()") == 1
    nodemcu.put(pins={"D1": None})


def test_esp32_pins_have_names_and_pulls(nano):
    assert nano.repl.eval("Pin('D7') is Pin(10)") is True
    assert nano.repl.eval("Pin.board.LED_RED is Pin(46)") is True
    assert nano.repl.eval("(Pin(5, Pin.IN, Pin.PULL_UP).value(), Pin(5, Pin.IN, Pin.PULL_DOWN).value())") == (1, 0)


def test_signal_inverts(esp32):
    esp32.repl.run("s = Signal(Pin(18, Pin.OUT), invert=True); s.on()")
    assert esp32.output(18)["level"] == 0
    assert esp32.repl.eval("s.value()") == 1


def test_pwm_of_the_esp8266_has_one_frequency_clamped(nodemcu):
    nodemcu.repl.run("a = PWM(Pin(14), freq=5000, duty_u16=65535); b = PWM(Pin(12)); b.freq(200); b.duty(256)")
    assert nodemcu.repl.eval("(a.freq(), b.freq(), a.duty(), b.duty(), b.duty_u16())") == (200, 200, 1000, 256, 16383)
    assert nodemcu.output(12) == {"name": "D6", "mode": "pwm", "level": 0, "duty": 0.25, "freq": 200}
    nodemcu.repl.run("a.duty_u16(65535)")
    assert nodemcu.output(14)["duty"] == 1.0
    nodemcu.repl.run("b.freq(70000); a.deinit(); b.deinit()")
    assert nodemcu.output(12)["mode"] == "out"


def test_pwm_of_the_esp32_family_has_limits(c3, esp32):
    c3.repl.run("many = [PWM(Pin(n), freq=1000, duty_u16=0) for n in range(6)]")
    assert "out of PWM channels:6" in c3.fails("PWM(Pin(6))")
    c3.repl.run("for m in many: m.deinit()")
    assert c3.fails("PWM(Pin(6), freq=50_000_000)").startswith("ValueError: frequency")
    assert c3.fails("PWM(Pin(6), duty_u16=70000)").startswith("ValueError: duty")
    c3.repl.run("p = PWM(Pin(6), freq=1000)")
    assert c3.repl.eval("p.duty_u16()") == 32768
    assert c3.output(6)["duty"] == 0.5
    assert esp32.fails("PWM(Pin(35))").startswith("OSError")


def test_adc_of_the_esp8266_divides_by_the_board(nodemcu):
    nodemcu.put(adc={"A0": 1.6})
    assert nodemcu.repl.eval("(ADC(0).read(), ADC(0).read_u16())") == (512, 32767)
    nodemcu.put(adc={"A0": 5})
    assert nodemcu.repl.eval("ADC(0).read()") == 1024
    assert nodemcu.fails("ADC(2)") == "ValueError: ADC(2) doesn't exist"


def test_adc_of_the_esp32_and_the_converter_that_belongs_to_the_radio(esp32):
    esp32.put(adc={"34": 1.65, "4": 3.3})
    assert esp32.repl.eval("(ADC(Pin(34)).read(), ADC(34).read_u16() >> 8, ADC(34).read_uv())") == (2047, 127, 1650000)
    assert esp32.repl.eval("ADC(4).read()") == 4095
    assert esp32.fails("ADC(Pin(5))") == "ValueError: invalid pin"
    esp32.repl.run("import network; network.WLAN(1).active(True)")
    assert esp32.fails("ADC(4).read()").startswith("OSError: [Errno 110]")
    esp32.repl.run("network.WLAN(1).active(False)")


def test_an_edge_from_outside_runs_the_handler(nodemcu, esp32):
    for lab, name in ((nodemcu, "D3"), (esp32, "0")):
        lab.put(pins={name: 1})
        lab.repl.run("import time; got = []\nPin(0, Pin.IN).irq(lambda p: got.append(p.value()), Pin.IRQ_FALLING)")
        for level in (0, 1, 0):
            lab.put(pins={name: level})
            lab.repl.run("time.sleep_ms(20)")
        assert lab.repl.eval("got") == [0, 0]
        lab.repl.run("Pin(0).irq(None)")
        lab.put(pins={name: None})


def test_a_press_bounces_and_every_edge_is_an_interrupt(nodemcu, esp32):
    for lab, name in ((nodemcu, "D3"), (esp32, "0")):
        lab.repl.run("import time; got = []\nPin(0, Pin.IN, Pin.PULL_UP).irq(lambda p: got.append(p.value()), 3)")
        hand = threading.Thread(target=lab.put, kwargs={"press": {name: {"ms": 5, "bounces": 2, "times": 2, "gap_ms": 5}}})
        hand.start()
        while hand.is_alive():
            lab.repl.run("time.sleep_ms(20)")
        hand.join()
        got = lab.repl.eval("got")
        assert (len(got), got[4::5]) == (20, [0, 1, 0, 1])
        lab.repl.run("Pin(0).irq(None)")


def test_driving_a_pin_of_the_flash_stops_the_processor():
    lab = Lab("esp32")
    lab.repl.send("Pin(6, Pin.OUT)")
    lab.repl.until(b"flash chip")
    assert lab.board.wait_ready()
    lab.repl.enter()
    assert lab.repl.eval("__import__('machine').reset_cause()") == 3
    assert lab.board.boots == 2
    lab.close()
