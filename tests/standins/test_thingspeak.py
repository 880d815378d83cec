"""The stand-in for ThingSpeak: channels, keys, the 15 s window, bulk writes, TalkBack and the odd answers."""

import pytest
import requests

NOW = 1795230000.0
WRITE = {"api_key": "W5"}


@pytest.fixture
def ask(standins, clock):
    clock[0] = NOW
    standins.reset()
    standins.configure({"thingspeak": {"channels": {"5": {"write_key": "W5", "read_key": "R5"}}}})

    def call(method, path, **more):
        return requests.request(method, f"http://127.0.0.1:{standins.ports['thingspeak']}{path}", timeout=5, **more)

    return call


def entries(standins, channel="5"):
    return standins.state()["thingspeak"]["channels"][channel]["entries"]


def test_an_update_answers_the_entry_id_as_text(ask, standins):
    reply = ask("GET", "/update", params=WRITE | {"field1": "21.50", "status": "fine"})
    assert (reply.status_code, reply.text) == (200, "1")
    assert entries(standins) == [
        {"created_at": "2026-11-21T03:00:00Z", "entry_id": 1, "field1": "21.50", "status": "fine"}
    ]


def test_update_json_answers_the_entry_with_nulls(ask):
    data = ask("POST", "/update.json", json=WRITE | {"field1": 21.5, "field2": True, "lat": 1.5}).json()
    assert (data["channel_id"], data["entry_id"]) == (5, 1)
    assert (data["field1"], data["field2"], data["field3"], data["latitude"]) == ("21.5", "true", None, "1.5")
    assert {f"field{n}" for n in range(1, 9)} | {"status", "elevation", "longitude"} <= set(data)


@pytest.mark.parametrize(
    "where, how",
    [
        ("query", {"params": WRITE | {"field1": "1"}}),
        ("body", {"data": WRITE | {"field1": "1"}}),
        ("body", {"json": WRITE | {"field1": "1"}}),
        ("header", {"headers": {"THINGSPEAKAPIKEY": "W5"}, "data": {"field1": "1"}}),
    ],
)
def test_the_key_may_come_four_ways(ask, standins, where, how):
    assert ask("POST", "/update", **how).text == "1"
    assert standins.state()["thingspeak"]["channels"]["5"]["last_key_in"] == where


@pytest.mark.parametrize("path", ["/update", "/update.json"])
def test_within_the_window_a_write_is_refused_with_0_and_status_200(ask, clock, standins, path):
    assert ask("GET", path, params=WRITE | {"field1": 1}).ok
    clock[0] += 14.9
    reply = ask("GET", path, params=WRITE | {"field1": 2})
    assert (reply.status_code, reply.text) == (200, "0")
    assert "rate limit" in standins.state()["services"]["thingspeak"]["last_error"]
    clock[0] += 0.2
    assert ask("GET", "/update", params=WRITE | {"field1": 3}).text == "2"
    channel = standins.state()["thingspeak"]["channels"]["5"]
    assert [entry["field1"] for entry in channel["entries"]] == ["1", "3"] and channel["counts"]["rate_limited"] == 1


def test_a_refused_write_does_not_extend_the_window(ask, clock):
    ask("GET", "/update", params=WRITE | {"field1": 1})
    for _ in range(3):
        clock[0] += 4
        assert ask("GET", "/update", params=WRITE | {"field1": 2}).text == "0"
    clock[0] += 4
    assert ask("GET", "/update", params=WRITE | {"field1": 2}).text == "2"


def test_a_clock_set_back_does_not_lock_the_channel(ask, clock):
    ask("GET", "/update", params=WRITE | {"field1": 1})
    clock[0] -= 86400
    assert ask("GET", "/update", params=WRITE | {"field1": 2}).text == "2"


@pytest.mark.parametrize("path", ["/update", "/update.json"])
@pytest.mark.parametrize("key", ["R5", "wrong", None])
def test_a_bad_write_key_is_400_with_0(ask, path, key):
    reply = ask("POST", path, data={"api_key": key, "field1": 1} if key else {"field1": 1})
    assert (reply.status_code, reply.text) == (400, "0")


def test_a_write_without_data_is_refused(ask, standins):
    assert ask("GET", "/update", params=WRITE).text == "0"
    assert entries(standins) == []


def test_feeds_have_a_header_and_strings_or_nulls(ask):
    reply = ask("GET", "/channels/123/feeds.json", params={"api_key": "DEMOREADKEY", "results": 5})
    data = reply.json()
    assert data["channel"]["id"] == 123 and data["channel"]["last_entry_id"] == 24
    assert data["channel"]["field1"] == "Temperature" and "field4" not in data["channel"]
    assert len(data["feeds"]) == 5 and data["feeds"][0]["field2"] is None
    assert all(isinstance(feed["field1"], str) for feed in data["feeds"])
    assert reply.headers["Transfer-Encoding"] == "chunked"


def test_reads_have_the_real_sizes(ask, standins):
    full = {f"field{n}": f"{n}.25" for n in range(1, 4)}
    standins.configure({"thingspeak": {"channels": {"123": {"clear": True, "add": [full] * 100}}}})
    sizes = [
        len(ask("GET", "/channels/123/feeds.json", params={"api_key": "DEMOREADKEY", "results": n}).content)
        for n in (1, 100)
    ]
    assert 300 < sizes[0] < 500 and 9_000 < sizes[1] < 13_000


def test_without_results_a_hundred_entries_come(ask, standins):
    standins.configure({"thingspeak": {"channels": {"5": {"add": [{"field1": n} for n in range(150)]}}}})
    feeds = ask("GET", "/channels/5/feeds.json", params={"api_key": "R5"}).json()["feeds"]
    assert [feed["field1"] for feed in feeds] == [str(n) for n in range(50, 150)]


def test_one_field_and_its_last_value(ask, standins):
    standins.configure({"thingspeak": {"channels": {"5": {"add": [{"field1": 7, "field2": 1}, {"field2": 2}]}}}})
    read = {"headers": {"THINGSPEAKAPIKEY": "R5"}}
    data = ask("GET", "/channels/5/fields/1.json?results=2", **read).json()
    assert [feed["field1"] for feed in data["feeds"]] == ["7", None] and "field2" not in data["feeds"][0]
    last = ask("GET", "/channels/5/fields/1/last.json", **read).json()
    assert last == {"created_at": "2026-11-21T03:00:00Z", "entry_id": 1, "field1": "7"}
    assert ask("GET", "/channels/5/fields/1/last.txt", **read).text == "7"
    assert ask("GET", "/channels/5/feeds/last.json", **read).json()["entry_id"] == 2
    assert ask("GET", "/channels/5/feeds/1.json", **read).json()["field2"] == "1"


def test_a_field_never_written_has_no_last_entry(ask):
    reply = ask("GET", "/channels/5/fields/8/last.json", params={"api_key": "R5"})
    assert (reply.status_code, reply.text) == (200, '"-1"')


@pytest.mark.parametrize(
    "path, status, body",
    [
        ("/channels/5/feeds.json", 400, "-1"),
        ("/channels/5/fields/1.json", 400, "-1"),
        ("/channels/5/fields/1/last.json", 200, '"-1"'),
        ("/channels/5/fields/1/last", 200, "-1"),
    ],
)
@pytest.mark.parametrize("key", ["", "?api_key=nope"])
def test_a_refused_read_is_minus_one(ask, path, status, body, key):
    reply = ask("GET", path + key)
    assert (reply.status_code, reply.text) == (status, body)


def test_an_unknown_channel_is_404_with_the_status_as_a_string(ask):
    reply = ask("GET", "/channels/77/feeds.json?results=1")
    assert reply.status_code == 404 and reply.json()["status"] == "404"
    assert set(reply.json()["error"]) == {"error_code", "message", "details"}


def test_a_channel_without_a_read_key_is_public(ask, standins):
    standins.configure({"thingspeak": {"channels": {"6": {"write_key": "W6", "add": [{"field1": 1}]}}}})
    assert ask("GET", "/channels/6/feeds.json").json()["feeds"][0]["field1"] == "1"


def test_reads_can_be_bounded_in_time(ask, standins):
    history = [{"field1": hour, "created_at": NOW - hour * 3600} for hour in range(5)]
    standins.configure({"thingspeak": {"channels": {"5": {"add": history}}}})

    def values(**query):
        feeds = ask("GET", "/channels/5/feeds.json", params=query | {"api_key": "R5"}).json()["feeds"]
        return [feed["field1"] for feed in feeds]

    assert values() == ["4", "3", "2", "1", "0"]
    assert values(minutes=90) == ["1", "0"]
    assert values(start="2026-11-21 00:30:00", end="2026-11-21 01:30:00") == ["2"]
    assert values(results=2) == ["1", "0"]
    assert values(results=0) == []


def bulk(ask, updates, key="W5", channel=5):
    return ask("POST", f"/channels/{channel}/bulk_update.json", json={"write_api_key": key, "updates": updates})


def test_a_bulk_write_is_202_and_keeps_the_times(ask, standins):
    updates = [{"created_at": f"2026-11-21 01:00:{n:02}", "field1": n} for n in range(3)]
    reply = bulk(ask, updates)
    assert (reply.status_code, reply.json()) == (202, {"success": True})
    assert [(entry["created_at"][-9:], entry["field1"]) for entry in entries(standins)] == [
        ("01:00:00Z", "0"), ("01:00:01Z", "1"), ("01:00:02Z", "2"),
    ]  # fmt: skip


def test_bulk_times_may_be_relative_iso_or_epoch(ask, clock, standins):
    assert bulk(ask, [{"delta_t": 0, "field1": 1}, {"delta_t": 20, "field1": 2}]).status_code == 202
    assert [entry["created_at"] for entry in entries(standins)] == ["2026-11-21T02:59:40Z", "2026-11-21T03:00:00Z"]
    clock[0] += 15
    assert bulk(ask, [{"created_at": "2026-11-21T02:00:00+01:00", "field1": 3}]).status_code == 202
    clock[0] += 15
    assert bulk(ask, [{"created_at": int(NOW) - 10, "field1": 4}]).status_code == 202
    assert [entry["field1"] for entry in entries(standins)] == ["3", "1", "4", "2"]


def test_a_bulk_write_shares_the_window(ask, clock):
    one = [{"created_at": "2026-11-21T01:00:00Z", "field1": 1}]
    assert bulk(ask, one).status_code == 202
    reply = bulk(ask, one)
    assert reply.status_code == 429 and reply.json()["status"] == "429"
    assert ask("GET", "/update", params=WRITE | {"field1": 1}).text == "0"


def test_a_time_sent_twice_is_stored_once_and_counted(ask, clock, standins):
    one = [{"created_at": "2026-11-21T01:00:00Z", "field1": 1}]
    bulk(ask, one)
    clock[0] += 15
    assert bulk(ask, one * 2 + [{"created_at": "2026-11-21T01:00:20Z", "field1": 2}]).status_code == 202
    assert [entry["field1"] for entry in entries(standins)] == ["1", "2"]
    assert standins.state()["thingspeak"]["channels"]["5"]["counts"]["duplicates"] == 2


@pytest.mark.parametrize(
    "updates, key, channel, status",
    [
        ([{"field1": 1}], "W5", 5, 400),
        ([{"created_at": "yesterday", "field1": 1}], "W5", 5, 400),
        ([], "W5", 5, 400),
        ("no list", "W5", 5, 400),
        ([{"created_at": n, "field1": 1} for n in range(961)], "W5", 5, 413),
        ([{"created_at": 1, "field1": 1}], "R5", 5, 401),
        ([{"created_at": 1, "field1": 1}], "W5", 77, 404),
    ],
)
def test_bulk_refusals_are_error_objects(ask, standins, updates, key, channel, status):
    reply = bulk(ask, updates, key, channel)
    assert reply.status_code == status and reply.json()["status"] == str(status)
    assert entries(standins) == []


def test_a_body_that_is_not_json_is_refused(ask):
    reply = ask("POST", "/update.json", data=b"{oops", headers={"Content-Type": "application/json"})
    assert reply.status_code == 400


def test_talkback_hands_out_commands_once_and_in_order(ask, standins):
    standins.configure({"thingspeak": {"talkbacks": {"7": {"key": "T7", "commands": ["ON", "OFF"]}}}})
    data = ask("POST", "/talkbacks/7/commands.json", data={"api_key": "T7", "command_string": "FIRST", "position": 1})
    assert data.json()["position"] == 1 and data.json()["executed_at"] is None
    got = [ask("POST", "/talkbacks/7/commands/execute.json", data={"api_key": "T7"}).json() for _ in range(4)]
    assert [command.get("command_string") for command in got] == ["FIRST", "ON", "OFF", None]
    assert got[3] == {} and got[0]["executed_at"] == "2026-11-21T03:00:00Z"
    assert ask("GET", "/talkbacks/7/commands/last.json?api_key=T7").json()["command_string"] == "OFF"
    assert ask("GET", "/talkbacks/7/commands/execute?api_key=T7").text == ""
    assert standins.state()["thingspeak"]["talkbacks"]["7"]["executed"] == 3


def test_talkback_refuses_a_wrong_key(ask):
    reply = ask("POST", "/talkbacks/456/commands/execute.json", data={"api_key": "nope"})
    assert reply.status_code == 401 and reply.json()["error"]["error_code"] == "error_auth_required"


def test_an_update_may_fetch_a_command_on_the_way(ask, clock):
    ask("POST", "/talkbacks/456/commands", data={"api_key": "DEMOTALKBACKKEY", "command_string": "LIGHT"})
    query = WRITE | {"field1": 1, "talkback_key": "DEMOTALKBACKKEY"}
    assert ask("POST", "/update.json", data=query).json()["command_string"] == "LIGHT"
    clock[0] += 15
    assert ask("POST", "/update.json", data=query).json() == {}
    clock[0] += 15
    assert ask("POST", "/update", data=query).text == ""


@pytest.mark.parametrize(
    "wrong, word",
    [
        ({"channels": {"x": {}}}, "not a number"),
        ({"channels": {"8": {"colour": 1}}}, "allowed are name"),
        ({"channels": {"8": 3}}, "object"),
        ({"channels": {"8": {"window": "long"}}}, "window"),
        ({"channels": {"8": {"fields": {"9": "Ninth"}}}}, "1 to 8"),
        ({"channels": {"8": {"add": [{"colour": "red"}]}}}, "field1"),
        ({"channels": {"8": {"add": [{"field1": 1, "created_at": "soon"}]}}}, "soon"),
        ({"talkbacks": {"8": {"commands": ["x" * 256]}}}, "255"),
        ({"things": {}}, "allowed are channels, talkbacks"),
    ],
)
def test_settings_that_cannot_be_applied_change_nothing(ask, standins, wrong, word):
    before = standins.state()["thingspeak"]
    with pytest.raises(ValueError, match=word):
        standins.configure(
            {"thingspeak": {"channels": {"9": {"write_key": "W9"}} | wrong.pop("channels", {}), **wrong}}
        )
    assert standins.state()["thingspeak"] == before


@pytest.mark.parametrize("update", [{"delta_t": None}, {"delta_t": "inf"}, {"delta_t": -5}, {"created_at": 1 << 40}])
def test_impossible_times_in_a_bulk_write_are_refused(ask, standins, update):
    assert bulk(ask, [update | {"field1": 1}]).status_code == 400
    assert entries(standins) == []
    assert ask("GET", "/update", params=WRITE | {"field1": 1}).text == "1"


def test_null_removes_a_channel(ask, standins):
    standins.configure({"thingspeak": {"channels": {"5": None}}})
    assert ask("GET", "/update", params=WRITE | {"field1": 1}).status_code == 400
