"""Clients that are slow, silent, greedy or many at once: the others still get their answers, and nothing is left behind."""

import contextlib
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from hosttests.support.hostile_clients import Siege
from hosttests.support.raw_http import Answer, Wire, ask, settled, until

BOTH = pytest.mark.boards("nodemcu", "esp32")
HALF = b"GET /gpio?pin=PIN HTTP/1.1\r\nHost: HOST\r\nX-Slow: "


@pytest.fixture
def calm(board):
    """The board; afterwards only the asking connection is left, and the console is free of tracebacks."""
    settled(board)
    yield board
    assert settled(board)["connections"] == 1
    if board.world:
        assert "Traceback" not in board.console()


@pytest.fixture
def hurry(calm):
    """The board, whose time passes ten times as fast: its patience is as short."""
    calm.world.put({"time": {"speed": 10}})
    yield calm
    calm.world.put({"time": {"speed": 1}})


def crowd(board, stack: contextlib.ExitStack, count: int, data: bytes) -> list[Wire]:
    """`count` connections that each send `data` and then wait."""
    return [stack.enter_context(Wire(board)).send(data) for _ in range(count)]


def polite(board) -> int:
    """The status that a client gets who does as Retry-After says, three times at most."""
    for _ in range(3):
        answer = ask(board, b"GET /health HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n")
        if answer and answer.status == 200:
            return 200
        time.sleep(int(answer.headers.get("retry-after", 1)) if answer else 1)
    return answer.status if answer else 0


def served(board, path: str, wire: Wire | None = None) -> tuple[Answer, Wire | None]:
    """The answer to a client who does as Retry-After says, over `wire` if it is still open, else over a new one; and the wire.

    Among sixty threads and on a busy machine this client, too, may be late: then its place was given away.
    """
    answer = None
    for _ in range(4):
        with contextlib.suppress(ConnectionError, TimeoutError):
            if not wire:
                wire = Wire(board)
            answer = wire.get(path).answer()
            if answer and answer.status == 200:
                break
        if wire:
            wire.close()
        wire = None
        time.sleep(int(answer.headers.get("retry-after", 1)) if answer else 0)
    return answer, wire


@pytest.mark.long
@BOTH
def test_half_open_connections_and_slow_readers_keep_nobody_waiting(calm, free_pins):
    free = []
    for _ in range(6):
        with Siege(calm, half_open=50, readers=10) as siege, contextlib.ExitStack() as kept:
            poller = None
            for i in range(4):
                answer, wire = served(calm, f"/gpio?pin={free_pins[0]}&state={i % 2}")
                wire.close()
                assert answer.status == 200 and json.loads(answer.body)["state"] == i % 2
                answer, poller = served(calm, "/pins", poller)
                assert answer.status == 200 and json.loads(answer.body)["pins"]
            kept.callback(poller.close)
        assert siege.came["half-open"] >= 50 and siege.came["reader"] >= 10
        free.append(settled(calm)["heap_free"])
    # what the first one brought in may stay, and what 32 requests of late meant is remembered; a place of each would take 50 KB
    assert max(free[2:]) > free[1] - 4000, free


@BOTH
def test_more_pollers_than_places_lose_no_request(calm, free_pins):
    pin = free_pins[0]

    def revision():
        return calm.get(f"/gpio/{pin}", headers={"Connection": "close"}).json()["rev"]

    def toggle(wire):
        with contextlib.suppress(ConnectionError):
            return wire.get(f"/gpio/{pin}", method="PUT", body=b'{"state":"toggle"}').answer()

    def poll():
        # a connection may be closed between two requests, but then the second one was not carried out
        wire, fresh = Wire(calm), True
        for _ in range(250):
            while not (answer := toggle(wire)):
                wire.close()
                assert not fresh, "closed before the first answer"
                wire, fresh = Wire(calm), True
            answers.append(answer.status)
            fresh = answer.headers["connection"] == "close"
            if fresh:
                wire.close()
                wire = Wire(calm)
        wire.close()

    calm.put(f"/gpio/{pin}", {"state": 0})
    answers, first = [], revision()
    with Wire(calm) as wire:
        assert toggle(wire).status == 200
    step = revision() - first
    with ThreadPoolExecutor(12) as pool:
        for done in [pool.submit(poll) for _ in range(12)]:
            done.result()
    assert set(answers) == {200}
    assert revision() - first == step * (1 + len(answers)) == step * 3001


@BOTH
def test_silent_connections_keep_nobody_waiting(calm):
    with contextlib.ExitStack() as stack:
        crowd(calm, stack, 40, b"")
        assert polite(calm) == 200


def test_an_idle_poller_keeps_its_connection_while_there_is_room(calm):
    with Wire(calm) as poller:
        assert poller.get("/health").answer().status == 200
        for _ in range(5):
            assert polite(calm) == 200
        assert poller.get("/health").answer().status == 200


@pytest.mark.world
@BOTH
@pytest.mark.parametrize("start", ["GET /health HTTP/1.1\r\nHost: HOST\r\nX: ",
                                   "PUT /gpio/D5 HTTP/1.1\r\nHost: HOST\r\nContent-Length: 4000\r\n\r\n",
                                   "PUT /gpio/D5 HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n"],
                         ids=["headers", "body", "chunks"])  # fmt: skip
def test_a_drip_does_not_keep_the_connection_for_ever(hurry, start):
    drip = b"1\r\na\r\n" if "chunked" in start else b"a"
    with Wire(hurry) as wire:
        wire.send(start.encode())
        for _ in range(500):  # ten seconds here are a hundred there
            if wire.speaks(0.02):
                break
            wire.send(drip)
        else:
            pytest.fail("500 bytes, one by one, and still waiting for more")
        answer = wire.answer()
        assert (answer.status, json.loads(answer.body)["type"]) == (408, "timeout")
        assert answer.headers["connection"] == "close"


@pytest.mark.world
@BOTH
def test_a_silent_or_idle_connection_is_closed(hurry):
    with Wire(hurry) as silent, Wire(hurry) as idle:
        assert idle.get("/health").answer().headers["connection"] == "keep-alive"
        assert silent.ended()
        assert idle.ended()


@pytest.mark.world
def test_a_reader_that_stops_reading_is_closed(hurry):
    with Wire(hurry) as wire:
        wire.send(b"GET /pins HTTP/1.1\r\nHost: HOST\r\n\r\n" * 300)  # more answers than the systems between us keep
        until(lambda: settled(hurry)["connections"] == 1, 5)
        assert polite(hurry) == 200


@BOTH
def test_connections_that_break_off_leave_nothing(calm):
    for data in (b"", b"G", HALF, b"PUT /gpio/D5 HTTP/1.1\r\nHost: HOST\r\nContent-Length: 100\r\n\r\n{"):
        for _ in range(5):
            with Wire(calm) as wire:
                wire.send(data)
    assert polite(calm) == 200


@pytest.mark.long
@pytest.mark.world
@pytest.mark.boards("esp32")
def test_when_all_places_are_truly_busy_the_answer_is_503_at_once(calm):
    calm.world.put({"time": {"ntp": "down"}})  # to set the clock by hand takes two seconds
    with contextlib.ExitStack() as stack:
        crowd(calm, stack, 6, b"GET /gpio/25?wait=20 HTTP/1.1\r\nHost: HOST\r\n\r\n")
        time.sleep(0.3)
        refused = ask(calm, b"GET /gpio/25?wait=20 HTTP/1.1\r\nHost: HOST\r\n\r\n")
        assert refused.status == 503 and json.loads(refused.body)["type"] == "too-many-waiting"
        assert refused.headers["retry-after"] == "2"
    with contextlib.ExitStack() as stack:
        asking = crowd(calm, stack, 6, b"POST /time/sync HTTP/1.1\r\nHost: HOST\r\n\r\n")
        time.sleep(0.3)
        busy = ask(calm, b"GET /health HTTP/1.1\r\nHost: HOST\r\n\r\n")
        assert busy.status == 503, busy
        assert busy.headers["retry-after"] == "1" and busy.headers["content-type"] == "application/problem+json"
        assert int(busy.headers["content-length"]) == len(busy.body)
        assert json.loads(busy.body)["type"] == "busy"
        for wire in asking[:2]:
            assert json.loads(wire.answer().body)["type"].startswith("ntp-")
        assert polite(calm) == 200


@pytest.mark.world
@BOTH
def test_a_greedy_client_is_slowed_down_when_others_are_there(calm):
    stop = threading.Event()
    seen = {}

    def greedy():
        with contextlib.suppress(OSError, EOFError):
            while not stop.is_set():
                answer = ask(calm, b"GET /health HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n", source="127.0.0.2")
                if answer:
                    seen[answer.status] = answer

    threads = [threading.Thread(target=greedy) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        polled = []

        def poll():
            answer = ask(calm, b"GET /health HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n", source="127.0.0.3")
            polled.append(answer and answer.status)
            return 429 in seen

        assert until(poll), "the greedy one was never told to ask less often"
        assert set(polled) == {200}
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    answer = seen[429]
    assert answer.headers["retry-after"] == "1" and json.loads(answer.body)["type"] == "too-many-requests"


def test_a_lonely_client_may_be_as_fast_as_it_can(calm):
    time.sleep(0.6)  # the clients of the test before are forgotten
    with Wire(calm) as wire:
        assert {wire.get("/health").answer().status for _ in range(300)} == {200}


@BOTH
def test_attacks_leave_the_heap_as_it_was(calm):
    def attack():
        with contextlib.ExitStack() as stack:
            crowd(calm, stack, 10, HALF)
            crowd(calm, stack, 10, b"\x16\x03\x01" + bytes(100))
            crowd(calm, stack, 10, b"GET /" + b"a" * 3000)
        with contextlib.ExitStack() as stack:
            crowd(calm, stack, 10, b"PUT /gpio/D5 HTTP/1.1\r\nHost: HOST\r\nContent-Length: 900\r\n\r\n" + b"{" * 900)
        return settled(calm)["heap_free"]

    attack()
    before = attack()
    assert attack() > before - 600


@pytest.mark.long
def test_a_thousand_requests_leave_the_heap_as_it_was(calm, free_pins):
    def requests(count):
        for i in range(count):
            answer = calm.get(f"/gpio?pin={free_pins[0]}&state={i % 2}")
            assert answer.ok, answer.text
            assert calm.get("/nothing").status_code == 404
        return settled(calm)["heap_free"]

    before = requests(50)
    assert requests(450) > before - 600
