"""The ThingSpeak service against the stand-in and its faults."""

import pytest

from tests.protocol.support.services import EXPECTED, FAULTS

KEYS = {"channel": 123, "read_key": "DEMOREADKEY", "write_key": "DEMOWRITEKEY"}


@pytest.mark.parametrize("fault", FAULTS)
def test_thingspeak_through_every_fault(outside, fault):
    outside.standins.set("thingspeak", fault)
    read, written = outside.run(["thingspeak", "read", []], ["thingspeak", "write", [{"field1": 21.5, "field3": True}]],
                                thingspeak=KEYS)  # fmt: skip
    entries = outside.channel()["entries"]
    if fault not in EXPECTED:
        assert read["feeds"][0]["field1"] is not None
        assert written == entries[-1]["entry_id"] == 25
        assert (entries[-1]["field1"], entries[-1]["field3"]) == ("21.5", "1")
        return
    assert len(entries) == 24
    assert (read["status"], read["problem"]) == EXPECTED[fault]
    assert read["upstream"] == "thingspeak"
    if fault == "rate-limited":
        assert (written["status"], written["problem"]) == (429, "too-early")
        assert 0 < written["retry_after"] <= 15
    else:
        assert (written["status"], written["problem"]) == EXPECTED[fault]


def test_thingspeak_reads_what_it_is_asked_for(outside):
    feeds, field, other = outside.run(
        ["thingspeak", "read", [None, None, "3"]], ["thingspeak", "read", [None, "2", "5"]],
        ["thingspeak", "read", ["999999"]], thingspeak=KEYS)  # fmt: skip
    assert feeds["channel"] == 123
    assert [entry["entry_id"] for entry in feeds["feeds"]] == [22, 23, 24]
    assert set(feeds["feeds"][0]) == {"created_at", "entry_id", "field1", "field2", "field3"}
    assert None in [entry["field2"] for entry in field["feeds"]]
    assert (other["status"], other["problem"]) == (404, "unknown-channel")
    assert outside.channel()["last_key_in"] == "header"


def test_the_read_key_is_for_its_own_channel_only(outside):
    outside.standins.configure({"thingspeak": {"channels": {"5": {"read_key": "OTHER", "add": [{"field1": 1}]}}}})
    (problem,) = outside.run(["thingspeak", "read", ["5"]], thingspeak=KEYS)
    assert (problem["status"], problem["problem"]) == (502, "upstream-bad-key")
    assert outside.standins.thingspeak.state()["channels"]["5"]["last_key_in"] is None


@pytest.mark.parametrize("arguments", [["0"], ["x"], [None, "9"], [None, "0"], [None, None, "0"], [None, None, "9999"]])
def test_thingspeak_arguments_are_checked(outside, arguments):
    (problem,) = outside.run(["thingspeak", "read", arguments], thingspeak=KEYS)
    assert problem["status"] == 400
    assert outside.asked("thingspeak") == 0


def test_too_many_results_for_the_memory(outside):
    outside.standins.configure({"thingspeak": {"channels": {"123": {
        "fields": {str(n): "A long description of the field" for n in range(1, 9)},
        "add": [{f"field{n}": "123456789012345678901234567890" for n in range(1, 9)}] * 20}}}})  # fmt: skip
    (problem,) = outside.run(["thingspeak", "read", [None, None, "12"]], thingspeak=KEYS)
    assert (problem["status"], problem["problem"]) == (502, "upstream-too-large")
    assert "ask for less" in problem["detail"]


@pytest.mark.parametrize(("chip", "most"), [("esp8266", 12), ("esp32", 25)])
def test_how_many_results_a_board_takes(outside, chip, most):
    outside.standins.configure({"thingspeak": {"channels": {"123": {"add": [{"field1": n} for n in range(30)]}}}})
    fits, more = outside.run(
        *[["thingspeak", "read", [None, "1", str(count)]] for count in (most, most + 1)], thingspeak=KEYS, chip=chip
    )
    assert len(fits["feeds"]) == most
    assert (more["status"], more["problem"], more["allowed"]) == (400, "bad-number", most)


def test_the_window_is_kept_on_the_board(outside):
    write = ["thingspeak", "write", [{"field1": 1}]]
    first, second = outside.run(write, write, thingspeak=KEYS)
    assert first == 25
    assert (second["status"], second["problem"]) == (429, "too-early")
    assert 10 < second["retry_after"] <= 15
    assert outside.asked("thingspeak") == 1
    (other,) = outside.run(write, thingspeak=KEYS)  # a board that does not know of the write before
    assert (other["status"], other["problem"]) == (429, "too-early")
    assert len(outside.channel()["entries"]) == 25


def test_a_refused_write_does_not_start_the_window(outside):
    write = ["thingspeak", "write", [{"field1": 1}]]
    first, second = outside.run(write, write, thingspeak={**KEYS, "write_key": "WRONG"})
    assert first["problem"] == second["problem"] == "upstream-bad-key"
    assert "WRONG" not in first["detail"]
    assert outside.asked("thingspeak") == 1, "a refused key is not tried again at once"


@pytest.mark.parametrize(("fault", "seconds"), [("rate-limited", 10), ("bad-key", 290), ("error500", 10), ("garbage", 10)])
def test_a_refusal_is_remembered(outside, fault, seconds):
    outside.standins.set("thingspeak", fault)
    read = ["thingspeak", "read", []]
    ten = outside.run(*[read] * 9, seconds, read, thingspeak=KEYS)
    assert {(one["status"], one["problem"]) for one in ten} == {EXPECTED[fault]}
    assert outside.asked("thingspeak") == 1


def test_a_wrong_write_key_does_not_keep_from_reading_and_a_right_one_is_tried_at_once(outside):
    write, read = ["thingspeak", "write", [{"field1": 1}]], ["thingspeak", "read", []]
    wrong = {**KEYS, "write_key": "WRONG"}
    refused, feeds, written = outside.run(write, read, {"thingspeak": KEYS}, write, thingspeak=wrong)
    assert refused["problem"] == "upstream-bad-key" and feeds["feeds"] and written == 25


def test_a_channel_that_does_not_exist_is_asked_for_once(outside):
    unknown = ["thingspeak", "read", ["999999"]]
    found = outside.run(*[unknown] * 5, ["thingspeak", "read", ["999998"]], thingspeak=KEYS)
    assert {one["problem"] for one in found} == {"unknown-channel"}
    assert outside.asked("thingspeak") == 2


@pytest.mark.parametrize("entry", [{}, [], 5, {"field9": 1}, {"api_key": "x"}, {"field1": {}}, {"field 1": 1}])
def test_entries_that_thingspeak_would_not_understand(outside, entry):
    (problem,) = outside.run(["thingspeak", "write", [entry]], thingspeak=KEYS)
    assert (problem["status"], problem["problem"]) == (400, "bad-entry")
    assert outside.asked("thingspeak") == 0
