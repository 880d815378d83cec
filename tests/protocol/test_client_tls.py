"""https of the device's client: never without a certificate that was checked."""

import socket
import ssl
import threading
from pathlib import Path

import pytest

from tests.protocol.support.fetch import fetch_all, ok
from tests.protocol.support.scripted_server import Scripted

FOLDER = Path(__file__).parent / "certificates"
AUTHORITY, OTHER = str(FOLDER / "authority.pem"), str(FOLDER / "other.pem")


@pytest.fixture
def ask():
    """Fetch from safe.example over TLS; what came of it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(FOLDER / "server.pem")

    def ask(*answers, name="safe.example", tls=context, path="https://%s:%d/", **options):
        with Scripted(*answers, tls=tls) as server:
            ask.server = server
            names = {name: ("127.0.0.1", server.port)}
            return fetch_all([(path % (name, server.port), {"ms": 3000})], names=names, **options)["out"][0][0]

    return ask


def test_a_trusted_server_is_asked(ask):
    out = ask(ok(b"hello" * 300), ca=AUTHORITY)
    assert out["status"] == 200
    assert bytes.fromhex(out["body"]) == b"hello" * 300


def test_der_and_several_certificates_work_too(ask, tmp_path):
    both = tmp_path / "both.pem"
    both.write_text("some words\n" + Path(OTHER).read_text() + Path(AUTHORITY).read_text())
    assert ask(ok(), ca=str(both))["status"] == 200
    der = tmp_path / "authority.der"
    der.write_bytes(ssl.PEM_cert_to_DER_cert(Path(AUTHORITY).read_text()))
    assert ask(ok(), ca=str(der))["status"] == 200


def test_a_server_of_another_authority_is_refused(ask):
    out = ask(ok(), ca=OTHER)
    assert (out["status"], out["problem"], out["sent"]) == (502, "upstream-untrusted", False)
    assert ask.server.requests == []


def test_a_server_of_another_name_is_refused(ask):
    out = ask(ok(), ca=AUTHORITY, name="evil.example")
    assert (out["status"], out["problem"]) == (502, "upstream-untrusted")
    assert ask.server.requests == []


@pytest.mark.parametrize("ca", [None, "nowhere.pem", str(FOLDER / "README.md")])
def test_without_an_authority_there_is_no_https(ask, ca):
    out = ask(ok(), ca=ca)
    assert (out["status"], out["problem"]) == (501, "no-https")
    assert "ca" in out["detail"] or ca in out["detail"]
    assert ask.server.requests == []


def test_before_the_clock_is_set_no_certificate_is_valid(ask):
    out = ask(ok(), ca=AUTHORITY, synced=False)
    assert (out["status"], out["problem"], out["sent"]) == (503, "clock-not-set", False)
    assert "clock" in out["detail"] and ask.server.requests == []


def test_a_server_that_does_not_speak_tls_is_told():
    def talk():
        with server.accept()[0] as peer:
            peer.recv(1000)
            peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\nThis is not TLS")

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=talk, daemon=True).start()
        names = {"safe.example": server.getsockname()}
        url = f"https://safe.example:{server.getsockname()[1]}/"
        out = fetch_all([(url, {"ms": 3000})], names=names, ca=AUTHORITY)["out"][0][0]
    assert (out["status"], out["sent"]) == (502, False)


def test_a_server_that_hangs_in_the_handshake_meets_the_deadline(ask):
    out = ask("hang", tls=None, ca=AUTHORITY)
    assert (out["status"], out["problem"]) == (504, "upstream-timeout")


def test_no_redirect_from_https_to_http(ask):
    out = ask(b"HTTP/1.1 302 Found\r\nLocation: http://safe.example:%PORT%/\r\n\r\n", ca=AUTHORITY)
    assert (out["status"], out["problem"]) == (502, "upstream-redirect")
    assert len(ask.server.requests) == 1
