"""GET /adc: analogue inputs."""

import pytest

from hosttests.support.gpio import ESP32S, ok, quick, refused

INPUTS = {"esp32": "32", "nano_esp32": "A0", "esp32c3": "0"}
ADC2 = {"esp32": (0, 2, 4, 12, 13, 14, 15, 25, 26, 27), "nano_esp32": range(11, 15), "esp32c3": (5,)}
NOT = {"esp32": "18", "nano_esp32": "D10", "esp32c3": "6"}


@pytest.mark.world
@pytest.mark.parametrize("volts, raw", [(0, 0), (1.6, 32768), (3.2, 65535), (0.5, 10240)])
def test_volts_of_an_esp8266(board, volts, raw):
    board.world.put({"adc": {"A0": volts}})
    for path in ("/adc/A0", "/adc/a0", "/adc/0", "/adc/A0?samples=16"):
        said = ok(board.get(path))
        assert (said["pin"], said["name"], said["max"]) == ("A0", "A0", 65535)
        assert abs(said["raw"] - raw) < 100 and abs(said["volts"] - volts) < 0.01, path
    assert ok(board.get("/adc")) == {"adc": [said]}


@ESP32S
@pytest.mark.world
def test_volts_of_the_others(board, board_name):
    pin = INPUTS[board_name]
    for volts in (0, 1.65, 3.1):
        board.world.put({"adc": {pin: volts}})
        said = ok(board.get(f"/adc/{pin}"))
        assert abs(said["volts"] - volts) < 0.02 and said["max"] == 65535, said
        assert said in ok(board.get("/adc?samples=4"))["adc"]


@ESP32S
def test_adc2_does_not_work_beside_wifi(board, board_name):
    for pin in ADC2[board_name]:
        problem = refused(board.get(f"/adc/{pin}"), 409, "adc-unavailable")
        assert "Wi-Fi" in problem["detail"] and problem["allowed"]
    listed = [entry["name"] for entry in ok(board.get("/adc"))["adc"]]
    assert listed and set(listed) <= set(problem["allowed"])


@ESP32S
def test_other_pins_are_no_analogue_inputs(board, board_name):
    problem = refused(board.get(f"/adc/{NOT[board_name]}"), 409, "no-adc")
    assert all(board.get(f"/adc/{pin}").ok for pin in problem["allowed"][:2])


@pytest.mark.boards("esp32")
@pytest.mark.world
def test_a_pin_in_use_is_not_disturbed(fresh_board):
    board = quick(fresh_board, config={})
    ok(board.put("/gpio/32", {"state": 1}))
    for pin, word in (("32", "pin-in-use"), ("26", "adc-unavailable"), ("18", "no-adc")):
        problem = refused(board.get(f"/adc/{pin}"), 409, word)
        assert "GPIO32" not in problem["allowed"] and problem["try"] == problem["allowed"][:4], problem
        assert all(board.get(f"/adc/{name}").ok for name in problem["try"]) and problem["try"]
    assert "GPIO32" not in [entry["name"] for entry in ok(board.get("/adc"))["adc"]]
    assert board.world.get()["outputs"]["32"]["level"] == 1


@pytest.mark.boards("esp32")
@pytest.mark.world
def test_the_converter_gives_a_pad_back_that_somebody_waits_for(fresh_board):
    board = quick(fresh_board, config={})
    board.world.put({"pins": {"34": 1}})
    assert board.get("/gpio/34?wait=0.01").status_code == 304
    ok(board.get("/adc/34"))
    ok(board.get("/adc"))
    assert ok(board.get("/gpio/34"))["state"] == 1


@pytest.mark.boards("nodemcu")
def test_what_there_is_not(board):
    refused(board.get("/adc/D5"), 409, "no-adc")
    refused(board.get("/adc/6"), 409, "flash-pin")
    refused(board.get("/adc/A7"), 404, "unknown-pin")
    for samples in ("0", "65", "-1", "x", "", "1.5", "1e1", "99999999999"):
        refused(board.get(f"/adc/A0?samples={samples}"), 400, "bad-samples")
    refused(board.get("/adc?sample=1"), 400, "unknown-parameter")
    assert board.request("PUT", "/adc/A0", json=1).headers["Allow"] == "GET, HEAD, OPTIONS"
