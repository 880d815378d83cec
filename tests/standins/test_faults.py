"""Every fault of every HTTP stand-in, as a client meets it; and the world's view of what happened."""

import contextlib
import json
import socket

import pytest
import requests

from virtualboard.standins import Standins

TARGETS = {
    "openweather": "/data/2.5/weather?q=Paris,FR&appid=secret",
    "open-meteo": "/v1/forecast?latitude=48.85&longitude=2.35&current=temperature_2m",
    "geocoding": "/v1/search?name=Paris",
    "thingspeak": "/channels/123/feeds.json?results=1&api_key=DEMOREADKEY",
}
WORLD_NAME = {name: "thingspeak" if name == "thingspeak" else "weather" for name in TARGETS}
NOW = 1795230000.0


@pytest.fixture(scope="module")
def standins():
    with Standins(now=lambda: NOW, slow=0.1) as started:
        yield started


@pytest.fixture(params=list(TARGETS))
def service(request, standins):
    standins.reset()
    return request.param


def get(standins, service, target=None, **more):
    url = f"http://127.0.0.1:{standins.ports[service]}{target or TARGETS[service]}"
    return requests.get(url, timeout=more.pop("timeout", 5), **more)


def raw(standins, service, request):
    """Everything the service sends to these bytes, chunked framing included."""
    with socket.create_connection(("127.0.0.1", standins.ports[service]), 5) as sock:
        sock.sendall(request)
        received = b""
        while piece := sock.recv(65536):
            received += piece
    return received


def test_slow_chunked_and_pretty_answers_are_right_in_the_end(standins, service):
    good = get(standins, service).json()
    for state in ("slow", "chunked", "pretty"):
        standins.set(WORLD_NAME[service], state)
        assert get(standins, service).json() == good


def test_chunked_is_awkward_but_legal(standins, service):
    standins.set(WORLD_NAME[service], "chunked")
    head = f"GET {TARGETS[service]} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    received = raw(standins, service, head.encode())
    assert b"Transfer-Encoding: chunked" in received and b"0001;part=yes\r\n" in received
    assert received.endswith(b"\r\n0\r\nX-Checksum: none\r\n\r\n")


def test_pretty_has_white_space_of_each_kind_where_it_may_stand(standins, service):
    standins.set(WORLD_NAME[service], "pretty")
    text = get(standins, service).text
    assert text.startswith("\r\n{\r\n \t") and text.endswith("\r\n}\r\n") and '" : ' in text and " ,\r\n" in text


def test_a_hanging_service_says_nothing(standins, service):
    standins.set(WORLD_NAME[service], "hang")
    with pytest.raises(requests.ReadTimeout):
        get(standins, service, timeout=0.3)


def test_refused_connections_and_back(standins, service):
    standins.set(WORLD_NAME[service], "refuse")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", standins.ports[service]), 2)
    standins.set(WORLD_NAME[service], "ok")
    assert get(standins, service).ok


def test_an_open_connection_is_reset_when_the_service_refuses(standins, service):
    with requests.Session() as session:
        url = f"http://127.0.0.1:{standins.ports[service]}{TARGETS[service]}"
        assert session.get(url, timeout=5).ok
        standins.set(WORLD_NAME[service], "refuse")
        with pytest.raises(requests.ConnectionError):
            session.get(url, timeout=5)


def test_error500_is_html(standins, service):
    standins.set(WORLD_NAME[service], "error500")
    reply = get(standins, service)
    assert reply.status_code == 500 and reply.headers["Content-Type"] == "text/html"


def test_garbage_is_200_but_no_json(standins, service):
    standins.set(WORLD_NAME[service], "garbage")
    reply = get(standins, service)
    assert reply.status_code == 200 and "json" in reply.headers["Content-Type"]
    with pytest.raises(ValueError):
        json.loads(reply.content)


def test_huge_is_json_without_a_length(standins, service):
    standins.set(WORLD_NAME[service], "huge")
    reply = get(standins, service)
    assert len(reply.content) > 200_000 and "Content-Length" not in reply.headers
    assert set(reply.json()) == {"padding"}


def test_redirect_takes_two_hops_absolute_and_relative(standins, service):
    good = get(standins, service).json()
    standins.set(WORLD_NAME[service], "redirect")
    reply = get(standins, service)
    assert reply.json() == good and [hop.status_code for hop in reply.history] == [301, 302]
    first, second = (hop.headers["Location"] for hop in reply.history)
    assert first.startswith("http://127.0.0.1:") and second.startswith("/")


@pytest.mark.parametrize(
    "name, state, status, body",
    [
        ("openweather", "bad-key", 401, '"cod":401'),
        ("openweather", "rate-limited", 429, '"cod":429'),
        ("open-meteo", "bad-key", 400, "API key"),
        ("open-meteo", "rate-limited", 429, "limit exceeded"),
        ("geocoding", "rate-limited", 429, "limit exceeded"),
        ("thingspeak", "bad-key", 400, "-1"),
        ("thingspeak", "rate-limited", 429, "error_too_many_requests"),
    ],
)
def test_refusals_in_the_service_s_own_words(standins, name, state, status, body):
    standins.reset()
    standins.set(WORLD_NAME[name], state)
    reply = get(standins, name)
    assert reply.status_code == status and body in reply.text


@pytest.mark.parametrize("state, status, text", [("bad-key", 400, "0"), ("rate-limited", 200, "0")])
def test_refused_writes_to_thingspeak(standins, state, status, text):
    standins.reset()
    standins.set("thingspeak", state)
    reply = get(standins, "thingspeak", "/update.json?api_key=DEMOWRITEKEY&field1=1")
    assert (reply.status_code, reply.text) == (status, text)


def test_only_faults_behind_the_gateway_store_a_write(standins):
    stored = set()
    for state in ("ok", "slow", "chunked", "redirect", "error500", "garbage", "huge", "bad-key", "rate-limited"):
        standins.reset()
        standins.set("thingspeak", state)
        url = f"http://127.0.0.1:{standins.ports['thingspeak']}/update"
        requests.post(url, data={"api_key": "DEMOWRITEKEY", "field1": 99}, timeout=5)
        if standins.state()["thingspeak"]["channels"]["123"]["last_entry_id"] == 25:
            stored.add(state)
    assert stored == {"ok", "slow", "chunked", "redirect"}


def test_one_broken_upstream_leaves_the_other_alone(standins):
    standins.reset()
    standins.set("weather", "error500")
    assert get(standins, "thingspeak").ok
    assert [get(standins, name).status_code for name in ("openweather", "open-meteo", "geocoding")] == [500] * 3


def test_unknown_names_and_states_are_refused_with_the_allowed_ones(standins):
    with pytest.raises(ValueError, match="weather, thingspeak, ntp"):
        standins.set("wether", "ok")
    with pytest.raises(ValueError, match="rate-limited"):
        standins.set("weather", "broken")
    with pytest.raises(ValueError, match="wrong-origin"):
        standins.configure({"ntp": "slow"})
    with pytest.raises(ValueError, match="temperature"):
        standins.configure({"weather": {"warmth": 1}, "upstream": {"weather": "slow"}})
    assert standins.state()["states"]["weather"] != "slow"


def test_the_state_is_json_and_tells_what_arrived_without_keys(standins):
    standins.reset()
    get(standins, "openweather")
    standins.set("weather", "error500")
    get(standins, "openweather")
    state = json.loads(json.dumps(standins.state()))
    report = state["services"]["openweather"]
    assert state["states"] == {"weather": "error500", "thingspeak": "ok", "ntp": "up"}
    assert report["requests"] == 2 and report["statuses"] == {"200": 1, "500": 1}
    assert report["log"][0]["path"] == "/data/2.5/weather" and report["log"][0]["query"]["appid"] is True
    assert report["last_error"] == "internal server error"
    standins.reset()
    assert standins.state()["services"]["openweather"]["requests"] == 0


def test_head_has_no_body_and_http10_no_chunks(standins):
    standins.reset()
    head = raw(standins, "openweather", f"HEAD {TARGETS['openweather']} HTTP/1.1\r\nConnection: close\r\n\r\n".encode())
    assert head.startswith(b"HTTP/1.1 200 OK\r\n") and head.endswith(b"\r\n\r\n")
    old = raw(standins, "openweather", f"GET {TARGETS['openweather']} HTTP/1.0\r\n\r\n".encode())
    assert b"chunked" not in old and b"Content-Length" in old


@pytest.mark.parametrize(
    "request_bytes, status",
    [
        (b"nonsense\r\n\r\n", 400),
        (b"POST /update HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST /update HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", 413),
        (b"POST /update HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 411),
        (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n", 431),
    ],
)
def test_malformed_requests_are_answered(standins, request_bytes, status):
    standins.reset()
    assert raw(standins, "thingspeak", request_bytes).startswith(f"HTTP/1.1 {status} ".encode())


def test_stop_frees_everything():
    stopped = Standins().start()
    waiting = socket.create_connection(("127.0.0.1", stopped.ports["thingspeak"]), 5)
    stopped.stop()
    with contextlib.suppress(ConnectionResetError):  # closed before its data were read
        assert waiting.recv(1) == b""
    waiting.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", stopped.ports["thingspeak"]), 2)


def test_members_are_missing_or_null_wherever_they_stand(standins):
    standins.reset()
    good = get(standins, "openweather").json()
    standins.configure({"gaps": {"feels_like": "missing", "wind": "null", "weather": "null"}})
    thin = get(standins, "openweather").json()
    assert "feels_like" not in thin["main"] and thin["wind"] is None and thin["weather"] is None
    assert thin["main"]["temp"] == good["main"]["temp"]
    assert standins.state()["gaps"] == {"feels_like": "missing", "wind": "null", "weather": "null"}
    standins.configure({"gaps": {"feels_like": None, "wind": None, "weather": None}})
    assert get(standins, "openweather").json() == good
    with pytest.raises(ValueError, match="missing, null"):
        standins.configure({"gaps": {"wind": "gone"}})
    standins.configure({"gaps": {"wind": "null"}})
    standins.reset()
    assert get(standins, "openweather").json() == good


@pytest.mark.parametrize("status", [400, 402, 409, 413, 422])
def test_a_channel_refuses_one_value_for_good(standins, status):
    standins.reset()
    standins.configure({"thingspeak": {"channels": {"123": {"window": 0, "refuses": {"value": -99, "status": status}}}}})
    key = standins.thingspeak.channels[123].write_key
    url = f"http://127.0.0.1:{standins.ports['thingspeak']}"
    before = standins.thingspeak.channels[123].last_entry_id
    good = [{"delta_t": 0, "field1": 1}, {"delta_t": 15, "field1": 2}]
    bulk = {"write_api_key": key, "updates": [*good, {"delta_t": 15, "field2": "-99"}]}
    assert requests.post(url + "/channels/123/bulk_update.json", json=bulk, timeout=5).status_code == status
    assert requests.get(f"{url}/update.json?api_key={key}&field1=-99", timeout=5).status_code == status
    assert standins.thingspeak.channels[123].last_entry_id == before
    assert requests.get(f"{url}/update?api_key={key}&field1=-98", timeout=5).text == str(before + 1)
    with pytest.raises(ValueError, match="refuses"):
        standins.configure({"thingspeak": {"channels": {"123": {"refuses": {"value": 1, "status": 500}}}}})
    standins.reset()
    assert standins.thingspeak.channels[123].refuses is None
