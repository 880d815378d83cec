"""GET /proxy and GET /proxy/NAME: what the board hands on of other servers' answers, and what it does not."""

import pytest

from hosttests.support.upstreams import BUSY, FAULTS, HOME, assert_problem, forgotten, online, still_serves
from virtualboard.client import wait

pytestmark = pytest.mark.world
BOTH = pytest.mark.boards("nodemcu", "esp32")
CHANNEL = "http://api.thingspeak.com/channels/123"
PROXY = {
    "lamp": {"url": CHANNEL + "/fields/3/last.json", "headers": {"THINGSPEAKAPIKEY": "DEMOREADKEY"}, "pick": "field3"},
    "entry": {"url": CHANNEL + "/feeds/24.json?api_key=DEMOREADKEY", "cache": 0, "max_bytes": 512},
    "text": {"url": CHANNEL + "/fields/1/last.txt", "headers": {"THINGSPEAKAPIKEY": "DEMOREADKEY"}},
    "nowhere": {"url": "http://nowhere.example/"},
    "tls": {"url": "https://api.thingspeak.com/"},
}


@pytest.fixture
def board(fresh_board):
    return online(fresh_board(config={"wifi": HOME, "proxy": PROXY}))


@BOTH
def test_names_without_addresses(board):
    listed = board.get("/proxy")
    assert sorted(one["name"] for one in listed.json()["upstreams"]) == sorted(PROXY)
    assert {one["server"] for one in listed.json()["upstreams"]} == {"api.thingspeak.com", "nowhere.example"}
    assert "DEMOREADKEY" not in listed.text + board.get("/config").text.replace("api_key=DEMOREADKEY", "")


@BOTH
def test_json_a_part_of_it_and_text(board):
    entry = board.get("/proxy/entry").json()
    assert (entry["name"], entry["status"], entry["reason"]) == ("entry", 200, "OK") and 0 <= entry["age"] < 60
    assert entry["json"]["entry_id"] == 24
    lamp = board.get("/proxy/lamp").json()
    assert lamp["json"] in ("0", "1") and "text" not in lamp
    assert float(board.get("/proxy/text").json().get("text") or board.get("/proxy/text").json()["json"])


@BOTH
def test_only_names_of_the_configuration(board):
    for name in ("other", "LAMP", "api.thingspeak.com"):
        assert_problem(board.get("/proxy/" + name), 404, "unknown-upstream")
    assert board.get("/proxy/http:%2F%2Fapi.thingspeak.com%2F").status_code == 404
    problem = board.get("/proxy/other").json()
    assert sorted(problem["allowed"]) == sorted(PROXY)


@pytest.mark.long
@BOTH
def test_through_every_fault(board):
    said = {"error500": (500,), "bad-key": (400, 401), "rate-limited": (429,)}  # an answer, whatever it says
    for number, fault in enumerate(FAULTS):
        board.world.put({"upstream": {"thingspeak": fault}})
        forgotten(board, {"proxy": {"entry": {"max_bytes": 500 + number}}})
        answer = still_serves(board, "GET", "/proxy/entry")
        if fault in said:
            assert (answer.status_code, answer.json()["status"] in said[fault]) == (200, True), fault
        elif fault in BUSY:
            assert_problem(answer, *BUSY[fault], "entry")
        else:
            assert answer.json()["json"]["entry_id"] == 24, fault


@BOTH
def test_what_was_good_is_kept_and_shown_as_stale(board):
    assert board.patch("/config", {"proxy": {"lamp": {"cache": 1}}}).ok
    good = board.get("/proxy/lamp").json()
    board.world.put({"upstream": {"thingspeak": "refuse"}, "time": {"speed": 20}})
    wait(lambda: board.get("/proxy/lamp").json()["age"] > 1, "the answer does not grow old")
    stale = board.get("/proxy/lamp").json()
    assert stale["json"] == good["json"]
    assert stale["stale"] is True and "lamp" in stale["error"]


@BOTH
@pytest.mark.native("TLS")
def test_servers_that_cannot_be_asked(board):
    assert_problem(board.get("/proxy/nowhere"), 502, "upstream-unknown", "nowhere")
    assert_problem(board.get("/proxy/tls"), 501, "no-https", "tls")
