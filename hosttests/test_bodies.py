"""What a request may have as its body: JSON under any label, forms for pins, numbers by their value, nothing twice."""

import json

import pytest

from hosttests.support.gpio import ok, refused

ON = {"state": 1}
LABELS = [None, "application/json", "application/octet-stream", "text/plain", "text/json", "application/x-www-form-urlencoded",
          "APPLICATION/JSON; charset=utf-8", "application/merge-patch+json", "nonsense"]  # fmt: skip


def send(board, path: str, body: bytes, label: str | None = None, method: str = "PUT", **headers: str):
    kind = {"Content-Type": label} if label else {}
    return board.request(method, path, data=body, headers={**kind, **headers})


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_json_under_any_label(board, free_pins, method, subtests):
    """Home Assistant sends bytes, which are application/octet-stream then, and says POST unless told otherwise."""
    pin = free_pins[0]
    for label in LABELS:
        with subtests.test(str(label)):
            ok(board.put(f"/gpio/{pin}", {"state": 0}))
            said = ok(send(board, f"/gpio/{pin}", json.dumps(ON).encode(), label, method))
            assert (said["state"], said["was"]) == (1, 0)
            assert ok(send(board, "/gpio", json.dumps({pin: 0}).encode(), label, method))["pins"][0]["state"] == 0


def test_other_resources_take_any_label_too(board, subtests):
    for label in LABELS:
        with subtests.test(str(label)):
            refused(send(board, "/config", b'{"hostname":"a b"}', label, "PATCH"), 400, "bad-config")
            refused(send(board, "/thingspeak", b'{"nothing":1}', label, "POST"), 400, "bad-entry")
            refused(send(board, "/wifi", b'{"ssid":1}', label), 400, "bad-credentials")


def test_a_form_for_a_pin(board, free_pins, subtests):
    pin = free_pins[0]
    for label in LABELS:
        with subtests.test(str(label)):
            said = ok(send(board, f"/gpio/{pin}", b"state=1&for=2", label, "POST"))
            assert said["state"] == 1 and 0 < said["for"] <= 2
    assert ok(send(board, f"/gpio/{pin}", b"st%61te=o%66f\r\n"))["state"] == 0
    assert ok(send(board, "/gpio", f"{pin}=on".encode()))["pins"][0]["state"] == 1
    number = ok(board.get(f"/gpio/{pin}"))["pin"]
    assert ok(send(board, "/gpio", f"{number}=0".encode()))["pins"][0]["state"] == 0
    assert ok(send(board, f"/gpio/{pin}", b"&&state=1&"))["state"] == 1
    refused(send(board, "/gpio", "Größe=1".encode()), 404, "unknown-pin")
    refused(send(board, "/gpio", "Übersee=1".encode()), 404, "unknown-pin")
    refused(send(board, f"/gpio/{pin}", b"state=1&state=0"), 400, "repeated-parameter")
    refused(send(board, f"/gpio/{pin}", b"state=1&nothing=0"), 400, "unknown-parameter")
    refused(send(board, f"/gpio/{pin}", b"state=%zz"), 400, "bad-query")
    refused(send(board, "/config", b"hostname=shed", method="PATCH"), 400, "bad-json")


def test_one_pin_in_the_ways_that_people_try(board, free_pins, subtests):
    """As the form of a page, as JSON that names its pin, and with no body but a query."""
    pin = free_pins[0]
    number = ok(board.get(f"/gpio/{pin}"))["pin"]
    for method in ("PUT", "POST"):
        for path, body in (
            ("/gpio", f"pin={pin}&state=on"), ("/gpio", f"state=1&pin={number}"), ("/gpio", json.dumps({"pin": pin, "state": 1})),
            ("/gpio", json.dumps({"state": True, "pin": number})), (f"/gpio?pin={pin}&state=1", ""),
            (f"/gpio/{pin}?state=high", ""),
        ):  # fmt: skip
            with subtests.test(f"{method} {path} {body}"):
                ok(board.put(f"/gpio/{pin}", {"state": 0}))
                said = ok(send(board, path, body.encode(), method=method))
                assert (said["pin"], said["state"], said["was"]) == (number, 1, 0)
    refused(send(board, "/gpio?state=1", b""), 404, "unknown-pin")
    refused(send(board, "/gpio", b"pin=&state=1"), 400, "missing-pin")
    refused(send(board, f"/gpio?pin={pin}&state=0", b"{}"), 400, "bad-json")  # there is a body, so that counts
    assert ok(board.get(f"/gpio/{pin}"))["state"] == 1


@pytest.mark.parametrize("body", [b"", b"ON", b"state", b"=1", b"{'state':1}", b'{"state"=1}', b"<state>1</state>"])
def test_what_is_neither(board, free_pins, body):
    refused(send(board, f"/gpio/{free_pins[0]}", body, "text/plain"), 400, "bad-json")


def test_a_coded_body(board, free_pins):
    path = f"/gpio/{free_pins[0]}"
    for name in ("Content-Encoding", "CONTENT-encoding"):
        refused(send(board, path, b'{"state":1}', **{name: "gzip"}), 415, "content-encoding")
        ok(send(board, path, b'{"state":1}', **{name: "Identity"}))
        refused(send(board, "/update", b"x" * 9000, **{name: "br"}), 415, "content-encoding")


@pytest.mark.parametrize("path, method, body", [
    ("/gpio", "PUT", '{"PIN":1,"PIN":0}'), ("/gpio/PIN", "PUT", '{"state":1,"state":1}'),
    ("/gpio/PIN", "PUT", '{"state":1,"\\u0073tate":0}'), ("/gpio", "PUT", '{"PIN":{"state":1,"for":1,"for":2}}'),
    ("/config", "PATCH", '{"hostname":"a","hostname":"b"}'), ("/config", "PATCH", '{"ntp":{"servers":[]},"ntp":{}}'),
    ("/config", "PATCH", '{"proxy":{"a":{"url":"http://a.example"},"a":{"url":"http://b.example"}}}'),
    ("/wifi", "PUT", '{"ssid":"home","ssid":"away"}'), ("/thingspeak", "POST", '{"field1":1,"field1":2}'),
])  # fmt: skip
def test_members_given_twice(board, free_pins, path, method, body):
    pin = free_pins[0]
    ok(board.put(f"/gpio/{pin}", {"state": 0}))
    answer = send(board, path.replace("PIN", pin), body.replace("PIN", pin).encode(), method=method)
    refused(answer, 400, "repeated-member")
    assert ok(board.get(f"/gpio/{pin}"))["state"] == 0


def test_a_byte_order_mark(board, free_pins):
    mark = b"\xef\xbb\xbf"
    assert ok(send(board, f"/gpio/{free_pins[0]}", mark + b'{"state":1}'))["state"] == 1
    assert ok(send(board, "/config", mark + b"{}", method="PATCH"))["restart"] == []
    refused(send(board, "/thingspeak", mark + b"{}", method="POST"), 400, "bad-entry")
    refused(send(board, "/gpio", mark), 400, "bad-json")


@pytest.mark.parametrize("one, zero", [("1.0", "0.0"), ("1e0", "0e5"), ("10e-1", "-0.0"), ("100E-2", "-0")])
def test_numbers_count_by_their_value(board, free_pins, one, zero):
    pin = free_pins[0]
    for text, level in ((one, 1), (zero, 0)):
        assert ok(send(board, f"/gpio/{pin}", b'{"state":%s}' % text.encode()))["state"] == level
        assert ok(send(board, "/gpio", b'{"%s":%s}' % (pin.encode(), text.encode())))["pins"][0]["state"] == level
    refused(send(board, f"/gpio/{pin}", b'{"state":1.5}'), 400, "bad-state")
    assert ok(board.get(f"/gpio/{pin}?wait=0&since={float(ok(board.get(f'/gpio/{pin}'))['rev'] + 1)}"))


@pytest.mark.world
def test_numbers_of_the_configuration_count_by_their_value(board):
    said = ok(send(board, "/config", b'{"thingspeak":{"window":1.5e1}}', method="PATCH"))["config"]
    assert isinstance(said["thingspeak"]["window"], int) and said["thingspeak"]["window"] == 15
    refused(send(board, "/config", b'{"thingspeak":{"window":15.5}}', method="PATCH"), 400, "bad-config")
    ok(send(board, "/config", b'{"thingspeak":{"window":null}}', method="PATCH"))


def test_a_key_that_stands_twice_in_the_file_is_told(fresh_board, tmp_path):
    class Twice(dict):
        def items(self):
            return [("hostname", "shed"), ("pins", {"D5": {"name": "a:b\\\""}}), ("hostname", "barn")]

    warned = ok(fresh_board(config=Twice(a=1)).get("/status"))["warnings"]
    assert any("twice" in words for words in warned), warned
    plain = {"hostname": "barn", "pins": {"D5": {"name": 'a:b\\"{:'}, "D6": {"name": ":"}}}
    assert ok(fresh_board(config=plain).get("/status"))["warnings"] == []
