"""./deploy.sh deploy --config TEMPLATE --sheet FILE: a set of boards that differ, and the sheet that names them."""

import json
import re
import xml.etree.ElementTree as ET

import pytest

from host import UserError
from host.board import sheet
from host.board.class_set import ClassSet, Place
from host.board.sheet import Row, Sheet, network_code
from tests.tools.support.cut_cable import built, deployed, program
from virtualboard.repl import Repl
from virtualboard.supervisor import Supervisor

TEMPLATE = {"hostname": "board-{number}", "wifi": {"ap": {"ssid": "class-{number}", "password": "secret-{mac}"}}}
OPENED = "Wi-Fi: access point class-1, the configured password: join it and open http://192.168.4.1/"
OWN = "Wi-Fi: access point picorest-4C11AE, password k7m2x-9fjrq: join it and open http://192.168.4.1/"


def rows(file):
    return [(row.number, row.mac, row.name, row.ssid, row.password, row.address) for row in Sheet(file).rows]


def test_each_board_is_configured_numbered_and_on_the_sheet(tmp_path, monkeypatch, capsys):
    config, file = tmp_path / "class.json", tmp_path / "class.html"
    config.write_text(json.dumps(TEMPLATE))
    made = built("esp32", tmp_path, program(tmp_path, "new"))
    other = "0000000000aa", "board-6", "class-6", "long enough", "http://192.168.1.6/"
    Sheet(file).put(Row(6, *other))
    with Supervisor("esp32") as board:
        assert board.wait_ready()
        for _ in range(2):  # the second time it is known
            deployed(board, made, monkeypatch, config=config, sheet=file)
        mac = board.profile.mac.hex()
        with Repl(board.console.port) as repl:
            stored = json.loads(repl.eval("open('config.json').read()"))
    assert stored == {"hostname": "board-7", "wifi": {"ap": {"ssid": "class-7", "password": f"secret-{mac}"}}}
    assert rows(file) == [(6, *other), (7, mac, "board-7", "class-7", f"secret-{mac}", "http://192.168.1.77/")]
    assert "number 7 is on the sheet" in capsys.readouterr().out


def test_the_password_that_a_board_made_up_is_on_the_sheet(tmp_path):
    boards = ClassSet(None, None, tmp_path / "class.html")
    boards.enter(Place(None, 1, "5ccf7f10a0b1"), OWN)
    boards.enter(Place(b'{"wifi": {"ap": {"password": "of us all"}}}', 2, "5ccf7f10a0b2"), OPENED)
    assert rows(tmp_path / "class.html") == [
        (1, "5ccf7f10a0b1", "picorest-4C11AE", "picorest-4C11AE", "k7m2x-9fjrq", "http://192.168.4.1/"),
        (2, "5ccf7f10a0b2", "class-1", "class-1", "of us all", "http://192.168.4.1/"),
    ]
    assert (tmp_path / "class.html").stat().st_mode & 0o77 == 0, "passwords are in it"


def test_the_sheet_shows_every_board_with_a_code(tmp_path, monkeypatch):
    coded = []
    picture = sheet._picture
    monkeypatch.setattr(sheet, "_picture", lambda text: coded.append(text) or picture(text))
    ours = Sheet(tmp_path / "class.html")
    ours.put(Row(2, "b", "two", "", "", "http://192.168.1.2/"))
    ours.put(Row(1, "a", "</script><b>", "a;b", 'c:"\\', "http://192.168.4.1/"))
    page = (tmp_path / "class.html").read_text()
    assert re.findall("<h2>(.*?)</h2>", page) == ["1: &lt;/script&gt;&lt;b&gt;", "2: two"]
    assert coded[-2:] == [r'WIFI:T:WPA;S:a\;b;P:c\:\"\\;;', "http://192.168.1.2/"]
    pictures = [ET.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", page, re.DOTALL)]
    assert len(pictures) == 2 and all(one.get("viewBox") for one in pictures)
    assert [row.name for row in Sheet(tmp_path / "class.html").rows] == ["</script><b>", "two"]


def test_what_a_phone_takes_for_a_network():
    assert network_code("class-1", "k7m2x-9fjrq") == "WIFI:T:WPA;S:class-1;P:k7m2x-9fjrq;;"


@pytest.mark.parametrize(("config", "first", "words"), [
    ({"hostname": "board-{number}"}, None, "--number N, or keep a --sheet"),
    ({"hostname": "{name}"}, 1, "fleet config"),
])  # fmt: skip
def test_a_template_that_cannot_be_filled_in_is_refused(config, first, words):
    with pytest.raises(UserError, match=words):
        ClassSet(json.dumps(config).encode(), first, None)


def test_a_template_is_checked_before_a_board_is_disturbed(tmp_path, monkeypatch):
    config = tmp_path / "class.json"
    config.write_text('{"hostname": "no spaces {number}"}')
    with pytest.raises(UserError, match="would be refused by the board"):
        deployed(None, None, monkeypatch, config=config, port="socket://127.0.0.1:1", number=1)


def test_numbers_count_up_and_what_is_no_template_stays_as_it_is():
    plain = b'{ "hostname":  "mine" }'
    boards = ClassSet(plain, None, None)
    assert boards.board(None) == Place(plain) and boards.example() == plain
    assert ClassSet(None, None, None).board(None) == Place(None)


@pytest.mark.parametrize("text", ["<html></html>", '<script type="application/json">[{"number": 1}]</script>'])
def test_another_file_is_not_overwritten(text, tmp_path):
    (tmp_path / "mine.html").write_text(text)
    with pytest.raises(UserError, match="is no sheet"):
        Sheet(tmp_path / "mine.html")
    assert (tmp_path / "mine.html").read_text() == text
