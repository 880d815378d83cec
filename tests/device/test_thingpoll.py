"""Pins driven from ThingSpeak: fields, silence, TalkBack."""

import asyncio

from expect import equal
from fakes.thingspeak import Answer, App, Clock, Config, FakeSpeak
from picorest.thingspeak.service import Service


class Scene:
    def __init__(self, **settings):
        self.time = Clock()
        self.speak = FakeSpeak()
        self.app = App(Config(**settings), self.speak)
        self.service = self.app.service("thingspeak.poll", "thingspeak.poll")

    async def poll(self, seconds=15, **fields):
        """Somebody writes these fields, time passes, the board reads at the end; returns what it drove."""
        if fields:
            self.speak.entries.append((str(self.time.now), fields))
        del self.app.driven[:]
        self.time.now += seconds
        for _ in range(3):
            self.service.step()
            for _ in range(20):
                await asyncio.sleep_ms(0)
        return self.app.driven


async def test_a_field_drives_its_pin():
    scene = Scene(read={"pins": {"1": "D1", "3": 12}})
    equal(await scene.poll(field1="1", field3="0"), [("D1", 1), ("12", 0)])
    equal(await scene.poll(field1="0"), [("D1", 0), ("12", 0)])
    equal(await scene.poll(field1="1.00000", field3=" 1"), [("D1", 1), ("12", 1)])  # as libraries write a float
    equal(await scene.poll(field1="0.0", field3="0"), [("D1", 0), ("12", 0)])
    equal(scene.service.error, None)
    scene.time.restore()


async def test_what_is_neither_leaves_the_pin_until_it_was_silent_for_long():
    scene = Scene(read={"pins": {"1": "D1"}})
    equal(await scene.poll(field1="1"), [("D1", 1)])
    equal(await scene.poll(field1="lots"), [])
    assert "neither 1 nor 0" in scene.service.error
    equal(await scene.poll(284), [])
    equal(await scene.poll(1), [("D1", 0)])
    equal(scene.service.log[0][2], None)
    equal(await scene.poll(1), [])
    equal(await scene.poll(field1="1"), [("D1", 1)])
    scene.time.restore()


async def test_what_is_no_1_or_0_drives_nothing():
    scene = Scene(read={"pins": {"1": "D1"}})
    for value in ("nan", "0.5", "2", "-1", "", "on", "1 0"):
        equal(await scene.poll(field1=value), [])
        assert "neither 1 nor 0" in scene.service.error, value
    scene.time.restore()


async def test_what_went_wrong_is_told_until_all_went_well():
    scene = Scene(read={"pins": {"1": "D1", "2": "D2"}})
    await scene.poll(field1="lots", field2="1")
    assert "Field 1 is neither" in scene.service.error and scene.service.success is None
    scene.time.now += 15
    scene.service.step()  # it asks again: until there is an answer, the last word holds
    assert "Field 1 is neither" in scene.service.error
    await scene.poll(field1="0", field2="1")
    equal((scene.service.error, scene.service.success), (None, scene.time.now))
    scene.time.restore()


async def test_a_refusal_makes_it_wait_as_long_as_told():
    for status, seconds in ((401, 300), (404, 300), (429, 15)):
        scene = Scene(read={"pins": {"1": "D1"}})
        scene.speak.entries.append(("x", {"field1": "1"}))
        answer = scene.speak.answer
        scene.speak.answer = lambda *_: Answer({}, status)  # noqa: B023
        await scene.poll()
        scene.speak.answer = answer
        del scene.speak.asked[:]
        await scene.poll(seconds - 1)
        equal(scene.speak.asked, [])
        equal(await scene.poll(1), [("D1", 1)])
        scene.time.restore()


async def test_commands_with_a_mistake_end_nothing():
    for orders in ("D1", "D1=hot", "=1"):
        scene = Scene(talkback={"id": 7, "key": "K", "commands": {"ON": orders}}, read={"pins": {}})
        scene.app.refuse = True
        scene.speak.commands = ["ON"]
        await scene.poll()
        assert not scene.service.busy
        scene.time.restore()


async def test_an_upstream_that_is_away_is_silence_too():
    for away in ("lost", "offline", "wifi"):
        scene = Scene(read={"pins": {"1": "D1"}, "silence": 60})
        scene.app.safe = 1
        equal(await scene.poll(field1="0"), [("D1", 0)])
        scene.speak.mood = lambda path: away  # noqa: B023
        scene.speak.online = away != "wifi"
        equal(await scene.poll(59), [])
        equal(await scene.poll(1), [("D1", 1)])
        scene.time.restore()


async def test_a_field_that_was_never_written_is_silence():
    scene = Scene(read={"pins": {"1": "D1"}, "silence": 60})
    equal(await scene.poll(30), [])
    equal(await scene.poll(30), [("D1", 0)])
    scene.time.restore()


async def test_an_old_entry_holds_unless_an_age_is_set():
    scene = Scene(read={"pins": {"1": "D1"}, "silence": 60})
    await scene.poll(field1="1")
    for _ in range(300):
        equal(await scene.poll(15), [("D1", 1)])
    scene.time.restore()
    scene = Scene(read={"pins": {"1": "D1"}, "silence": 60, "max_age": 100})
    await scene.poll(field1="1")
    for _ in range(6):
        equal(await scene.poll(15), [("D1", 1)])
    for _ in range(3):
        equal(await scene.poll(15), [])
    equal(await scene.poll(15), [("D1", 0)])
    equal(await scene.poll(field1="1"), [("D1", 1)])
    scene.time.restore()


async def test_talkback_commands():
    commands = {"ON": "D1=1", "NIGHT": "D1=0, D5=1", "FLIP": "D1=toggle"}
    scene = Scene(talkback={"id": 7, "key": "T", "commands": commands})
    scene.speak.commands = ["ON", "NIGHT", "DANCE", "FLIP"]
    equal(await scene.poll(), [("D1", "1"), ("D1", "0"), ("D5", "1"), ("D1", "toggle")])
    equal(scene.service.commands, 3)
    assert "DANCE" in scene.service.error
    equal(await scene.poll(), [])
    assert all("T" not in path for path in scene.speak.asked)
    scene.time.restore()


async def test_white_space_in_the_answers():
    scene = Scene(talkback={"id": 7, "key": "T", "commands": {"GOOD  NIGHT": "D5=0"}}, read={"pins": {"1": "D1"}})
    scene.speak.separators = " ,\r\n\t", "\t: \r\n"
    scene.speak.commands = ["GOOD  NIGHT"]
    equal(await scene.poll(field1="1"), [("D1", 1), ("D5", "0")])
    equal(scene.service.error, None)
    scene.time.restore()


async def test_a_field_that_is_only_shown_is_read_and_drives_nothing():
    scene = Scene()
    scene.app.config.data = {"display": b'{"screens":[["{thingspeak.field2}"]]}'}
    scene.service.log = None
    assert scene.service.act("start") and scene.app.fields is scene.service.log
    equal(await scene.poll(field2="21.5"), [])
    equal((scene.app.fields[0][6], scene.service.error), ("21.5", None))
    now = scene.time.now
    equal(await scene.poll(field1="7"), [])  # an entry without it says nothing of it
    equal(scene.app.fields[0][4:], [now, scene.time.now, "21.5"])
    equal(await scene.poll(1000), [])
    scene.time.restore()


async def test_what_is_configured_wrongly_is_told():
    for settings in ({"read": {"pins": {"9": "D1"}}}, {"channel": 0, "read": {"pins": {"1": "D1"}}}):
        app = App(Config(**settings), FakeSpeak())
        await Service(app, "thingspeak.poll", "thingspeak.poll").run()
        assert "fields from 1 to 8" in app.failures["thingspeak.read"]
