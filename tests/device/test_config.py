import json
import os

from expect import equal
from picorest.config.schema import SECRETS, TABLE, line
from picorest.config.settings import Config
from picorest.problem import Problem
from picorest.routes.config import _text, hide

PATH = "testconfig.json"
NEW = PATH + ".new"
ASIDE = "testconfig.broken.json"
FULL = {
    "hostname": "shed",
    "token": "sesame",
    "wifi": {
        "networks": [{"ssid": "home", "password": "secret-home"}, {"ssid": "café"}],
        "ap": {"ssid": "shed-setup", "password": "12345678"},
    },
    "pins": {"D5": {"name": "lamp", "mode": "out", "safe": 0}},
    "dht": [{"pin": "D2", "type": "dht22"}],
    "thingspeak": {"channel": 123, "read_key": "R", "write_key": "W", "write": {"fields": {"1": "dht.D2.temperature"}}},
    "proxy": {"catfact": {"url": "http://cat.example/fact", "pick": "data.0"}},
}


def start(text=None):
    for name in (PATH, NEW, ASIDE):
        if exists(name):
            os.remove(name)
    if text is not None:
        write(PATH, text)
    return Config(PATH)


def write(name, text):
    with open(name, "wb") as f:
        f.write(text if isinstance(text, bytes) else text.encode())


def read(name=PATH):
    with open(name) as f:
        return json.load(f)


def exists(name):
    try:
        os.stat(name)
        return True
    except OSError:
        return False


def joined(parts):
    return b"".join([part.encode() if isinstance(part, str) else bytes(part) for part in parts])


def shown_by(config):
    return json.loads(joined(_text(config.data)))


def refused(config, change):
    """The Problem that a patch meets; nothing may have been written."""
    before = read() if exists(PATH) else None
    data = config.data
    try:
        config.patch(change)
    except Problem as p:
        assert p.status_code == 400 and p.type == "bad-config", p
        assert config.data is data and (read() if exists(PATH) else None) == before and not exists(NEW)
        return p
    raise AssertionError("accepted: %s" % json.dumps(change))


def test_missing_file_means_defaults():
    config = start()
    assert config.broken is None and config.data == {}
    assert config.get("hostname") == "picorest"
    assert config.get("wifi", "networks") == []
    assert config.get("wifi", "ap", "password") is None
    assert config.get("proxy", "catfact", "cache") == 60
    assert config.get("thingspeak", "write", "every") == 20
    assert config.get("no", "such", "key") is None
    assert not exists(ASIDE)


def test_the_users_values_win():
    config = start(json.dumps(FULL))
    assert config.broken is None, config.broken
    assert config.get("hostname") == "shed"
    assert config.get("wifi", "networks", 1, "ssid") == "café"
    assert config.get("wifi", "ap", "ssid") == "shed-setup"
    assert config.get("pins", "D5", "pull") == "none"
    assert not config.warnings


def test_a_byte_order_mark_is_no_harm():
    config = start(b"\xef\xbb\xbf" + b'{"hostname":"shed"}')
    assert config.get("hostname") == "shed" and config.broken is None


def test_broken_files_are_kept_aside():
    whole = json.dumps(FULL)
    cases = (b"", b"\x00\xff\xfe" * 50, whole[: len(whole) // 2], "[1,2]", '"text"', "null", "[" * 2000, whole + "}")
    for text in cases + (" " * 5000, '{"hostname":5}', '{"note":[1e999]}', '{"wifi":[]}', b'{"hostname":"\xff\xfe"}'):
        config = start(text)
        assert config.broken, text
        assert config.data == {} and config.get("hostname") == "picorest"
        assert exists(ASIDE) and not exists(PATH)
        again = Config(PATH)  # whoever looks only after the next start is told, too
        assert again.data == {} and "config.broken.json" in again.broken


def nested(depth, inner="1"):
    return '{"a":' * depth + inner + "}" * depth


def test_what_is_nested_deeply_is_kept_aside():
    for text in (nested(20), '{"pins":{"D5":%s}}' % nested(20), '{"note":%s1%s}' % ("[" * 20, "]" * 20), nested(600)):
        config = start(text)
        assert config.data == {} and "nested" in config.broken, config.broken
    config = start(nested(5))
    assert config.broken is None and shown_by(config) == json.loads(nested(5))


def test_what_only_grows_too_large_in_memory_is_kept_aside():
    config = start('{"hostname":"shed","note":[%s]}' % ",".join(["1e9"] * 900))
    assert config.data == {} and "larger than the 4096 bytes" in config.broken and exists(ASIDE)


def test_the_reason_names_the_line_or_the_key():
    assert "line 3" in start('{"hostname":\n"shed",\n"token" ! }').broken
    assert start('{"wifi":{"ap":{"password":"short"}}}').broken.startswith("wifi.ap.password must be text of 8 to 63")


def test_unknown_keys_warn():
    config = start('{"hostnam":"x","wifi":{"netwrks":[]},"pins":{"D5":{"colour":1}}}')
    assert config.broken is None
    words = " ".join(config.warnings)
    for key in ("hostnam ", "wifi.netwrks ", "pins.D5.colour "):
        assert key in words, words


def test_of_many_warnings_some_are_kept_and_the_rest_is_counted():
    pins = {"D%d" % n: {"colour": n} for n in range(8)}
    config = start(json.dumps({"hostnam": "x", "pins": pins}))
    equal((len(config.warnings), config.warnings[-1]), (6, "4 more like these"))
    config.patch({"hostname": "shed"})
    equal((len(config.warnings), config.warnings[-1]), (6, "4 more like these"))
    config.patch({"pins": {"D%d" % n: None for n in range(4)}})
    equal(len(config.warnings), 5)


def test_many_keys_at_the_top_are_refused():
    many = {"key%d" % n: n for n in range(25)}
    assert "more than 24 keys" in start(json.dumps(many)).broken
    config = start('{"hostname":"shed"}')
    try:
        config.patch(many)
        raise AssertionError
    except Problem as e:
        assert "more than 24 keys" in e.detail
    assert len(config.data) == 1
    many.popitem()
    many["hostname"] = None
    config.patch(many)
    equal((len(config.data), len(config.warnings)), (24, 6))


def test_the_table_documents_itself():
    for row in TABLE.strip().split("\n"):
        key, kind, when, default, words = row.split(" ", 4)
        assert when in ("now", "restart") and words, row
        json.loads(default)
        assert line(key)[3] == default
        if key.split(".")[-1] in ("password", "token", "key", "read_key", "write_key"):
            assert " %s " % key.split(".")[-1] in SECRETS and default in ("null", '""')


def test_public_hides_every_secret():
    config = start(json.dumps(FULL))
    text = json.dumps(shown_by(config))
    for secret in ("sesame", "secret-home", "12345678", '"R"', '"W"'):
        assert secret not in text, text
    shown = shown_by(config)
    assert shown["token"] is True and shown["wifi"]["networks"][0] == {"ssid": "home", "password": True}
    assert shown["hostname"] == "shed" and config.get("token") == "sesame"


def test_hiding_is_not_misled():
    tricky = {
        "key": 'a\\"key":b\\\\',
        "headers": {"X-Key": '}]",', "deep": [{"key": 5}]},
        "token": [1, "]"],
        "list": [{"password": ""}, {"password": "\u20ac\n\t\\"}],
        "note": '{"key":"shown"} "password": \\',
        "keys": "shown",
        "n": {"read_key": -1.5, "write_key": None, "x": True},
    }
    shown = json.loads(joined(hide(json.dumps(tricky, separators=(",", ":")).encode())))
    assert shown == {
        "key": True,
        "headers": True,
        "token": True,
        "list": [{"password": True}, {"password": True}],
        "note": tricky["note"],
        "keys": "shown",
        "n": {"read_key": True, "write_key": True, "x": True},
    }


def test_an_open_network_may_be_sent_back_as_it_was_shown():
    networks = [{"ssid": "cafe", "password": ""}, {"ssid": "home", "password": "secret-home"}]
    config = start(json.dumps({"wifi": {"networks": networks}}))
    assert config.patch(shown_by(config)) == []
    assert config.get("wifi", "networks") == networks


def test_members_that_are_given_twice_are_told():
    pin = '{"mode" : "out", "mode":"in", "name": "x:{\\"mode\\":1}"}'
    config = start('{"hostname":"a", "pins": {"D5": %s, "D6":{"mode":"in"}},"hostname":"b"}' % pin)
    equal(config.get("hostname"), "b")
    equal([words.split(" ")[0] for words in config.warnings], ['"mode"', '"hostname"'])
    assert "twice" in config.warnings[0]
    config = start('{"dht":[{"pin":1,"type":"dht11"},{"pin":2,"type":"dht11"}],"a":"a","b":"a:"}')
    assert not [words for words in config.warnings if "twice" in words]


def test_files_in_another_encoding_are_told_in_words():
    utf16 = b'{\0"\0h\0"\0:\0'
    for text, words in (
        (b"\xff\xfe" + utf16, "UTF-16"), (b"\xfe\xff\0{", "UTF-16"), (utf16, "UTF-16"), (b'{"hostname":"caf\xe9"}', "UTF-8"),
        (b"\xef\xbb\xbf{", "line 1"),
    ):  # fmt: skip
        config = start(text)
        assert words in config.broken, (text, config.broken)
    equal(start(b'\xef\xbb\xbf{"hostname":"shed"}').get("hostname"), "shed")


def test_null_in_the_file_stands_for_the_default_as_in_a_change():
    config = start('{"hostname": null, "wifi": {"static": null, "networks": [{"ssid": "a", "password": "b"}]}}')
    equal((config.broken, config.get("hostname"), config.get("wifi", "static")), (None, "picorest", None))
    equal(config.data["wifi"], b'{"networks":[{"ssid":"a","password":"b"}]}')


def test_patch_merges_and_stores():
    config = start(json.dumps(FULL))
    restart = config.patch({"hostname": "barn", "token": None, "wifi": {"ap": {"password": None}}})
    assert restart == ["hostname"], restart
    for seen in (config, Config(PATH)):
        assert seen.get("hostname") == "barn" and seen.get("token") is None
        assert seen.get("wifi", "ap", "password") is None and seen.get("wifi", "ap", "ssid") == "shed-setup"
        assert seen.get("wifi", "networks", 0, "password") == "secret-home"
    assert not exists(NEW)


def test_patch_of_nested_keys_tells_what_waits_for_a_restart():
    config = start()
    assert config.patch({"wifi": {"networks": [{"ssid": "a"}]}, "auth": "all"}) == []
    change = {"pins": {"D5": {"mode": "out"}}, "thingspeak": {"channel": 5}}
    assert config.patch(change) == ["pins", "thingspeak.channel"]
    assert config.patch({"pins": {"D5": {"mode": "out"}}}) == []
    assert config.patch({}) == []


def test_true_keeps_a_secret():
    config = start(json.dumps(FULL))
    shown = shown_by(config)
    assert config.patch(shown) == []
    assert read() == FULL and config.get("wifi") == FULL["wifi"]
    networks = [{"ssid": "new", "password": "new-secret"}, {"ssid": "home", "password": True}]
    config.patch({"wifi": {"networks": networks}})
    assert Config(PATH).get("wifi", "networks", 1, "password") == "secret-home"
    assert refused(config, {"wifi": {"networks": [{"ssid": "other", "password": True}]}}).members["key"] == (
        "wifi.networks[0].password"
    )
    assert refused(config, {"weather": {"key": True}}).members["key"] == "weather.key"


BAD = (
    ({"hostname": "no spaces"}, "hostname"),
    ({"hostname": ""}, "hostname"),
    ({"hostname": True}, "hostname"),
    ({"hostname": "-a"}, "hostname"),
    ({"auth": "some"}, "auth"),
    ({"token": ""}, "token"),
    ({"token": "a\nb"}, "token"),
    ({"wifi": 1}, "wifi"),
    ({"wifi": {"networks": {}}}, "wifi.networks"),
    ({"wifi": {"networks": ["home"]}}, "wifi.networks[0]"),
    ({"wifi": {"networks": [{"password": "12345678"}]}}, "wifi.networks[0].ssid"),
    ({"wifi": {"networks": [{"ssid": "x" * 33}]}}, "wifi.networks[0].ssid"),
    ({"wifi": {"networks": [{"ssid": "x", "password": "x" * 65}]}}, "wifi.networks[0].password"),
    ({"wifi": {"networks": [{"ssid": "x"}] * 9}}, "wifi.networks"),
    ({"wifi": {"static": {"ip": "1.2.3", "gateway": "1.2.3.1"}}}, "wifi.static.ip"),
    ({"wifi": {"static": {"ip": "1.2.3.256", "gateway": "1.2.3.1"}}}, "wifi.static.ip"),
    ({"wifi": {"static": {"ip": "1.2.3.4"}}}, "wifi.static.gateway"),
    ({"wifi": {"ap": {"password": "1234567"}}}, "wifi.ap.password"),
    ({"wifi": {"ap": {"password": "pässword"}}}, "wifi.ap.password"),
    ({"wifi": {"power_save": 1}}, "wifi.power_save"),
    ({"pins": {"D5": {"mode": "sideways"}}}, "pins.D5.mode"),
    ({"pins": {"D5": {"safe": 2}}}, "pins.D5.safe"),
    ({"pins": {"D 5": {}}}, "pins.D 5"),
    ({"dht": [{"pin": "D2"}]}, "dht[0].type"),
    ({"dht": [{"pin": -1, "type": "dht22"}]}, "dht[0].pin"),
    ({"weather": {"lat": 91}}, "weather.lat"),
    ({"weather": {"lat": "1"}}, "weather.lat"),
    ({"thingspeak": {"channel": 1.5}}, "thingspeak.channel"),
    ({"thingspeak": {"write": {"every": 0}}}, "thingspeak.write.every"),
    ({"thingspeak": {"write": {"fields": {"1": 5}}}}, "thingspeak.write.fields.1"),
    ({"proxy": {"cat": {"url": "ftp://x.example"}}}, "proxy.cat.url"),
    ({"proxy": {"cat": {"url": "http://x.example:65536/"}}}, "proxy.cat.url"),
    ({"proxy": {"cat": {"url": "http://x.example:/a"}}}, "proxy.cat.url"),
    ({"proxy": {"cat": {"url": "http://me:word@x.example/a"}}}, "proxy.cat.url"),
    ({"proxy": {"cat": {"url": "http://[::1]:80/a"}}}, "proxy.cat.url"),
    ({"proxy": {"cat": {"url": "https:///a"}}}, "proxy.cat.url"),
    ({"weather": {"url": "http://b\u00fccher.example"}}, "weather.url"),
    ({"thingspeak": {"url": "http://?a"}}, "thingspeak.url"),
    ({"proxy": {"cat": {}}}, "proxy.cat.url"),
    ({"allowed_origins": ["x"]}, "allowed_origins[0]"),
    ({"allowed_origins": ["http://panel.local:8123/"]}, "allowed_origins[0]"),
    ({"allowed_origins": ["http://Panel.local"]}, "allowed_origins[0]"),
    ({"allowed_origins": ["panel.local:8123"]}, "allowed_origins[0]"),
    ({"allowed_origins": ["http://"]}, "allowed_origins[0]"),
    ({"allowed_origins": ["http://a", "://a"]}, "allowed_origins[1]"),
    # what no browser ever says of a page
    ({"allowed_origins": ["https://panel.local:443"]}, "allowed_origins[0]"),
    ({"allowed_origins": ["http://panel.local:80"]}, "allowed_origins[0]"),
    ({"allowed_origins": ["http://me@panel.local"]}, "allowed_origins[0]"),
    ({"allowed_origins": ["http://böden.de"]}, "allowed_origins[0]"),
    ({"timezone": "Europe/Paris"}, "timezone"),
    ({"timezone": "CET-1CEST,M3.5.0"}, "timezone"),
)


def test_patch_refuses_with_key_and_reason():
    config = start(json.dumps({"hostname": "shed"}))
    for change, key in BAD:
        p = refused(config, change)
        assert p.members["key"] == key, (change, p.members, p.detail)
        assert key in p.detail, p.detail
    refused(config, [1])
    refused(config, "text")
    for url in ("http://nas", "https://a:1?b", "http://a_b.local#c"):
        config.patch({"proxy": {"cat": {"url": url}}})


def test_a_time_zone_of_the_file_that_cannot_be_read_stops_no_other_change():
    config = start('{"timezone":"Europe/Paris"}')
    assert config.broken is None  # GET /time says what is wrong with it
    config.patch({"hostname": "shed"})
    config.patch({"timezone": "CET-1CEST,M3.5.0,M10.5.0/3"})
    assert refused(config, {"timezone": "Europe/Paris"}).detail.startswith('timezone: Time zone "Europe/Paris"')


def test_patch_refuses_what_does_not_fit():
    config = start(json.dumps({"hostname": "shed"}))
    assert "4096" in refused(config, {"note": "x" * 4100}).detail
    deep = 1
    for _ in range(40):
        deep = {"a": deep}
    refused(config, deep)
    assert Config(PATH).get("hostname") == "shed"


def test_a_left_over_temporary_file_changes_nothing():
    old = json.dumps({"hostname": "old"})
    for fresh in (json.dumps({"hostname": "new"}), '{"hostname":"ne', ""):
        start(old)
        write(NEW, fresh)
        assert Config(PATH).get("hostname") == "old" and not exists(NEW)
    start()
    write(NEW, '{"hostname":"ne')
    assert Config(PATH).get("hostname") == "picorest" and not exists(NEW)
    write(NEW, '{"hostname":"new"}')
    assert Config(PATH).get("hostname") == "new" and not exists(NEW)
    start()
    for refused in ('{"hostname":5}', "[]", '{"hostname":"new"}' + " " * 5000):
        write(NEW, refused)
        config = Config(PATH)
        assert (config.data, config.broken) == ({}, None) and not exists(NEW), refused


def test_a_file_may_have_4096_bytes():
    small = '{"hostname":"shed"}'
    config = start(small + " " * (4096 - len(small)))
    assert config.get("hostname") == "shed" and config.broken is None
    config = start(small + " " * (4097 - len(small)))
    assert config.data == {} and "4096 bytes" in config.broken


def test_a_patch_heals_a_broken_file():
    config = start("garbage")
    assert config.broken
    config.patch({"hostname": "shed"})
    assert config.broken is None and Config(PATH).get("hostname") == "shed" and exists(ASIDE)


def test_nothing_of_the_checking_stays_in_memory_that_is_short():
    import gc
    import sys

    from picorest.overlay import forget

    config = start(json.dumps(FULL))
    gc.collect()
    ballast = []
    while gc.mem_free() * 6 > gc.mem_alloc():
        ballast.append(bytearray(4096))
    names = ("load", "validate", "merge_patch", "store", "consistency", "memory_cost")
    for name in names:
        forget("config." + name)  # left by the tests before, which had room
    config.patch({"hostname": "barn"})
    for name in names:
        assert "picorest.config." + name not in sys.modules, name
