"""The pin guard: which pins of which board are refused for what, with what advice."""

import pytest

from hosttests.support.gpio import ALL, ESP32S, ok, outputs, quick, refused

# board: {pin: (what the owner or the chip is called)}
FLASH = {
    "nodemcu": {"6": "flash", "7": "flash", "8": "flash", "9": "/HOLD", "11": "flash", "SD2": "/HOLD", "clk": "flash"},
    "esp32": {str(n): "flash" for n in range(6, 12)} | {"SD3": "flash"},
    "nano_esp32": {"26": "PSRAM"} | {str(n): "flash" for n in range(27, 33)} | {str(n): "PSRAM" for n in range(33, 38)},
    "esp32c3": {"11": "supply"} | {str(n): "flash" for n in range(12, 18)},
}
RESERVED = {
    "nodemcu": {"1": "console", "TX": "console", "3": "console", "rx": "console"},
    "esp32": {"1": "console", "3": "console"},
    "nano_esp32": {"19": "USB", "20": "USB", "43": "console", "D0": "console", "tx": "console"},
    "esp32c3": {"18": "USB", "19": "USB", "20": "console", "21": "console"},
}
BOOT = {
    "nodemcu": {"D3": "download mode", "D4": "high at boot", "D8": "low at boot"},
    "esp32": {"0": "download mode", "2": "download mode", "5": "boot", "12": "voltage", "15": "boot"},
    "nano_esp32": {"0": "download mode", "3": "boot", "45": "voltage", "46": "download mode"},
    "esp32c3": {"2": "boot", "8": "download mode", "9": "download mode"},
}
UNKNOWN = {
    "nodemcu": "17 20 99 D9 D5x GPIO GPIO17 -1 1.0 0x0 D5,D6 TX1 1e1 \u0661 pin " + "9" * 300,
    "esp32": "20 24 28 29 30 31 40 A0 D99",
    "nano_esp32": "22 23 24 25 49 D14",
    "esp32c3": "22 26 D5",
}
# a change of each kind: none of them may get through
CHANGES = ({"state": 1}, {"state": "toggle"}, {"mode": "in"}, {"mode": "open_drain"}, {"pwm": 0.5}, {"pull": "up"})


@ALL
@pytest.mark.world
def test_pins_of_the_flash_are_out_of_reach(board, board_name):
    before = outputs(board)
    for pin, word in FLASH[board_name].items():
        problem = refused(board.get(f"/gpio?pin={pin}&state=1"), 409, "flash-pin")
        assert word in problem["detail"] and len(problem["try"]) >= 3
        refused(board.get(f"/gpio?pin={pin}"), 409, "flash-pin")
        refused(board.get(f"/gpio/{pin}?wait=1"), 409, "flash-pin")
    for change in CHANGES:
        refused(board.put(f"/gpio/{min(FLASH[board_name])}", change), 409, "flash-pin")
    assert outputs(board) == before


@ALL
def test_what_is_tried_instead_works(board, board_name):
    for pin in refused(board.get(f"/gpio?pin={min(FLASH[board_name])}"), 409, "flash-pin")["try"]:
        if board.world:  # a real board's pins may be wired
            said = ok(board.get(f"/gpio?pin={pin}&state=0"))
            assert said["name"] == pin and "warning" not in said
            ok(board.get(f"/gpio?pin={pin}&mode=in"))


@ALL
@pytest.mark.world
def test_the_console_and_usb_are_reserved(board, board_name):
    before = outputs(board)
    for pin, owner in RESERVED[board_name].items():
        problem = refused(board.get(f"/gpio?pin={pin}&state=0"), 409, "reserved-pin")
        assert owner in problem["owner"] and owner in problem["detail"] and problem["try"]
    for change in CHANGES:
        refused(board.put(f"/gpio/{min(RESERVED[board_name])}", change), 409, "reserved-pin")
    assert outputs(board) == before


@ALL
@pytest.mark.world
def test_strapping_pins_work_with_a_warning(board, board_name):
    for pin, word in BOOT[board_name].items():
        said = ok(board.get(f"/gpio?pin={pin}&mode=in"))
        assert word in said["warning"], pin
        assert ok(board.get(f"/gpio?pin={pin}&state=1"))["state"] == 1
        assert word in ok(board.get(f"/gpio?pin={pin}&mode=in"))["warning"]
    refused(board.get(f"/gpio?pin={pin}&state=9"), 400, "bad-state")


@ALL
def test_pins_that_do_not_exist(board, board_name):
    for pin in UNKNOWN[board_name].split():
        problem = refused(board.get(f"/gpio?pin={pin}&state=1"), 404, "unknown-pin")
        assert "/pins" in problem["detail"] and problem["try"] and problem["pin"] == pin
    refused(board.get("/gpio?pin=&state=1"), 400, "missing-pin")
    refused(board.get("/gpio?state=1"), 400, "missing-pin")


@pytest.mark.boards("esp32")
@pytest.mark.world
def test_input_only_pins(board):
    board.world.put({"pins": {"36": 1, "39": 0}})
    for pin in ("34", "35", "36", "37", "38", "39", "VP", "vn"):
        for change in ({"state": 1}, {"state": "toggle"}, {"mode": "out"}, {"mode": "open_drain"}, {"pwm": 0.5}):
            problem = refused(board.put(f"/gpio/{pin}", change), 409, "input-only-pin")
            assert "read" in problem["detail"] and problem["try"]
        for pull in ("up", "down"):
            refused(board.put(f"/gpio/{pin}", {"mode": "in", "pull": pull}), 409, "no-pull")
    assert ok(board.get("/gpio?pin=36&mode=in"))["state"] == 1
    assert ok(board.get("/gpio?pin=39"))["state"] == 0


@ESP32S
@pytest.mark.world
def test_a_pad_that_nobody_set_up_shows_its_level(fresh_board, board_name, free_pins):
    """An ESP32's pad reads 0 until it is an input."""
    first, second = free_pins
    board = quick(fresh_board, config={})
    board.world.put({"pins": {first: 1, second: 1}})
    assert ok(board.get(f"/gpio?pin={first}"))["state"] == 1
    assert ok(board.put(f"/gpio/{second}", {"state": 0}))["was"] == 1
    board.world.put({"pins": {first: 0}})
    assert ok(board.get(f"/gpio/{first}"))["state"] == 0


@pytest.mark.boards("nodemcu")
def test_gpio16_of_an_esp8266(board):
    refused(board.put("/gpio/D0", {"pwm": 0.5}), 409, "no-pwm")
    refused(board.put("/gpio/D0", {"mode": "in", "pull": "up"}), 409, "no-pull")
    refused(board.put("/gpio/D0", {"mode": "open_drain"}), 409, "no-open-drain")
    if board.world:
        assert ok(board.put("/gpio/16", {"state": 1}))["state"] == 1
        assert ok(board.put("/gpio/16", {"mode": "in"}))["mode"] == "in"


@pytest.mark.boards("nodemcu")
def test_a0_of_an_esp8266_is_no_digital_pin(board):
    for path in ("/gpio?pin=A0", "/gpio?pin=a0&state=1", "/gpio/A0"):
        assert "/adc" in refused(board.get(path), 409, "analog-only")["detail"]


@pytest.mark.boards("esp32")
def test_gpio10_of_an_esp32_is_flash(board):
    refused(board.get("/gpio?pin=10&state=1"), 409, "flash-pin")


@pytest.mark.world
@pytest.mark.parametrize("mode", ["qio", "qout", "dio", "dout"])
def test_gpio10_of_an_esp8266_depends_on_the_flash_mode(fresh_board, mode):
    board = quick(fresh_board, "--flash-mode", mode, config={})
    verdict = {pin["pin"]: pin["verdict"] for pin in ok(board.get("/pins"))["pins"]}
    if mode[0] == "d":
        assert ok(board.get("/gpio?pin=10&state=1"))["state"] == 1 and verdict[10] == "ok"
    else:
        for path in ("/gpio?pin=10&state=1", "/gpio?pin=SD3", "/gpio/10"):
            assert "DIO" in refused(board.get(path), 409, "flash-pin")["detail"]
        assert verdict[10] == "forbidden" and outputs(board) == {}
    refused(board.get("/gpio?pin=9&state=1"), 409, "flash-pin")
    assert verdict[9] == "forbidden"


@pytest.mark.world
def test_pins_of_the_configuration_are_guarded_too(fresh_board):
    board = quick(fresh_board, config={"pins": {"6": {"mode": "out"}, "TX": {"safe": 1}, "D77": {}, "D5": {"safe": 1}}})
    assert list(outputs(board)) == ["14"]
    warnings = " ".join(ok(board.get("/status"))["warnings"])
    for word in ("pins.6: GPIO6 is wired to the flash", "pins.TX: GPIO1 belongs to the serial console", "pins.D77: "):
        assert word in warnings
