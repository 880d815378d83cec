"""Signed updates over HTTP: with the key's file in the configuration a board takes no others, whoever has its token."""

import hashlib
import subprocess
import sys
import time

import pytest

from host import ROOT
from host.board import signing
from host.board.ota import pack
from host.build import build
from hosttests.support.gpio import ok, refused
from hosttests.support.upstreams import HOME

BOTH = pytest.mark.boards("nodemcu", "esp32")
pytestmark = [pytest.mark.world, BOTH]
TOKEN = "a token of our own"
KEY, OTHER = signing.Key(bytes(range(32))), signing.Key(bytes(32))
KIND = {"nodemcu": "key", "esp32": "public_key"}


@pytest.fixture
def board(fresh_board, board_name):
    kind = KIND[board_name]
    board = fresh_board("--speed", "5", config={"token": TOKEN, "wifi": HOME, "update": {kind: KEY.settings()[kind]}})
    board.session.headers["Authorization"] = f"Bearer {TOKEN}"
    return board


def put(board, data: bytes, **query):
    query = {"id": "0123abcd", "sha256": hashlib.sha256(data).hexdigest()} | query
    return board.request("PUT", "/update", params=query, data=data, timeout=60)


def update(board, *words: str):
    command = [sys.executable, "-m", "host", "update", "--board", board.url, "--token", TOKEN, *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


def test_only_what_is_signed_with_the_key_is_taken(board, board_name, tmp_path):
    kind = KIND[board_name]
    assert ok(board.get("/update"))["signed"] == kind
    made = build(board_name)
    data = pack(made, "romfs" if made.romfs else "tar")
    good = KEY.parameters(kind, data)
    refused(put(board, data), 403, "not-signed")
    refused(put(board, data, signed=good["signed"]), 403, "not-signed")
    for wrong in (
        OTHER.parameters(kind, data),
        KEY.parameters("key" if kind == "public_key" else "public_key", data),
        KEY.parameters(kind, data + b"x"),
        good | {"signed": str(int(good["signed"]) + 1)},
        good | {"signature": good["signature"][:-2]},
        good | {"signature": "x"},
    ):
        said = refused(put(board, data, **wrong), 403, "wrong-signature")
        assert f"update.{kind} of the configuration" in said["detail"]
    assert ok(board.get("/update"))["next"] is None and ok(board.get("/health"))["status"] == "ok"
    refused(put(board, data[:-1] + b"x", sha256=hashlib.sha256(data).hexdigest(), **good), 400, "damaged")
    done = update(board)
    assert done.returncode == 1 and "takes signed updates only" in done.stderr, done.stdout + done.stderr
    key = tmp_path / "key.txt"
    for seed, status, words in ((bytes(32), 1, "The signature is not by the key"), (KEY.seed, 0, "and keeps it")):
        key.write_text(seed.hex() + "\n")
        done = update(board, "--sign", str(key))
        assert done.returncode == status and words in done.stdout + done.stderr, done.stdout + done.stderr
    said = refused(put(board, data, **good), 409, "older-update")  # sent again, to have an old fault back
    assert "sign it again" in said["detail"]
    refused(board.patch("/config", {"update": None}), 400, "bad-config")


def test_who_has_the_token_alone_cannot_take_the_lock_away(board, board_name):
    kind = KIND[board_name]
    other = OTHER.settings()[kind]
    for change in (None, {kind: None}, {kind: other}, {"key": other, "public_key": other}):
        said = refused(board.patch("/config", {"update": change}), 400, "bad-config")
        assert "by cable" in said["detail"], said
    assert board.patch("/config", {"update": {kind: True if kind == "key" else KEY.settings()[kind]}, "hostname": "shed"}).ok
    shown = ok(board.get("/config"))["update"]
    assert shown == ({"key": True} if kind == "key" else {"public_key": KEY.settings()[kind]})
    refused(put(board, b"x" * 5000), 403, "not-signed")


def test_a_key_for_another_kind_of_board_is_refused_and_one_that_is_there_opens_nothing(fresh_board, board_name):
    other = "public_key" if board_name == "nodemcu" else "key"
    board = fresh_board(config={"token": TOKEN, "wifi": HOME})
    board.session.headers["Authorization"] = f"Bearer {TOKEN}"
    assert ok(board.get("/update"))["signed"] is None
    for change in ({other: KEY.settings()[other]}, {KIND[board_name]: "x" * 64}, {KIND[board_name]: "ab"}):
        said = refused(board.patch("/config", {"update": change}), 400, "bad-config")
        assert "update." + KIND[board_name] in said["detail"], said
    board = fresh_board(config={"token": TOKEN, "wifi": HOME, "update": {other: KEY.settings()[other]}})
    board.session.headers["Authorization"] = f"Bearer {TOKEN}"
    assert "update." + KIND[board_name] in str(ok(board.get("/status"))["warnings"])
    refused(put(board, b"x" * 5000), 403, "not-signed")
    refused(put(board, b"x" * 5000, **KEY.parameters(other, b"x" * 5000)), 403, "wrong-signature")


def test_the_clock_of_the_computer_goes_into_the_signature():
    before = int(time.time())
    assert before <= int(KEY.parameters("key", b"")["signed"]) <= time.time()
