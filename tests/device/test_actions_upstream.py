"""Actions that ask other servers: a field of ThingSpeak, an upstream that is called."""

import asyncio

from expect import equal, raises
from fakes.thingspeak import Answer, App, Clock, Config, FakeSpeak
from picorest.actions import perform
from picorest.problem import Problem
from picorest.upstream import call, errand


class Cloud(App):
    """A board whose actions go to a ThingSpeak in memory."""

    def __init__(self):
        self.time = Clock()
        super().__init__(Config(hook={"url": "http://hook.example/bell"}), FakeSpeak())
        self.applied = 0
        self.words = []

    def told(self, words):
        self.words.append(words)

    async def sleep_ms(self, ms):
        end = self.time.now + ms / 1000
        while self.time.now < end:
            await asyncio.sleep_ms(0)

    async def alone(self, ms=0):
        while self.outbound:
            await asyncio.sleep_ms(0)

    async def pass_time(self, seconds):
        errand.sleep_ms = self.sleep_ms
        for _ in range(seconds):
            for _ in range(80):
                await asyncio.sleep_ms(0)
            self.time.now += 1

    def field(self):
        return [entry[1].get("field1") for entry in self.speak.entries]


async def test_a_field_is_written_at_once_and_then_the_last_state_within_the_window():
    app = Cloud()
    equal(perform(app, {"do": "thingspeak.field1.set", "value": 5}, app.told), None)
    await app.pass_time(1)
    equal((app.field(), app.words), (["5"], [None]))
    for value in (6, 7, "8"):
        equal(perform(app, {"do": "thingspeak.field1.set", "value": value}, app.told), None)
        await app.pass_time(1)
    equal(app.field(), ["5"])
    perform(app, {"do": "thingspeak.field2.set", "value": True}, app.told)
    await app.pass_time(20)
    equal((app.field(), app.speak.entries[-1][1]), (["5", "8"], {"field1": "8", "field2": "1"}))
    equal(app.speak.writes, [1, 1])
    app.time.restore()


async def test_a_field_is_toggled_from_what_the_channel_says():
    for before, after in (("1", "0"), ("0", "1"), ("0.00", "1"), ("lots", "1"), (None, "1")):
        app = Cloud()
        if before:
            app.speak.entries.append(("before", {"field1": before}))
        perform(app, {"do": "thingspeak.field1.toggle"})
        await app.pass_time(2)
        equal((before, app.field()[-1]), (before, after))
        asked = len(app.speak.asked)
        perform(app, {"do": "thingspeak.field1.toggle"})
        perform(app, {"do": "thingspeak.field1.toggle"})
        perform(app, {"do": "thingspeak.field1.toggle"})
        await app.pass_time(20)
        equal((before, app.field()[-1], len(app.speak.asked) - asked), (before, "10"[int(after)], 1))
        app.time.restore()


async def test_a_state_that_changes_while_it_is_sent_is_sent_again():
    app = Cloud()
    answer = app.speak.answer

    def changes(*args):
        app.speak.answer = answer
        perform(app, {"do": "thingspeak.field1.set", "value": 0})
        return answer(*args)

    app.speak.answer = changes
    perform(app, {"do": "thingspeak.field1.set", "value": 1})
    await app.pass_time(30)
    equal(app.field(), ["1", "0"])
    app.time.restore()


async def test_a_field_waits_for_the_network_but_not_for_a_key():
    app = Cloud()
    app.speak.mood = lambda path: "offline"
    perform(app, {"do": "thingspeak.field1.set", "value": 1}, app.told)
    await app.pass_time(100)
    equal(len(app.words), 1)
    assert "refused or broke the connection" in app.words[0]
    app.speak.mood = lambda path: None
    await app.pass_time(40)
    equal((app.field(), app.words[1:]), (["1"], [None]))
    app.speak.answer = lambda *_: Answer("0", 401)
    perform(app, {"do": "thingspeak.field1.set", "value": 0}, app.told)
    await app.pass_time(40)
    assert "key" in app.words[-1], app.words
    equal((app.writes[0], len(app.words)), (False, 3))
    app.time.restore()


async def test_an_upstream_is_called():
    app = Cloud()
    app.speak.answer = lambda *_: Answer("fine")
    for _ in range(3):
        equal(perform(app, {"do": "hook.call"}, app.told), None)
    await app.pass_time(5)
    equal((app.speak.asked, app.words), (["bell"] * 3, [None] * 3))
    app.speak.answer = lambda *_: Answer("no", 500)
    perform(app, {"do": "hook.call"}, app.told)
    await app.pass_time(5)
    assert "500" in app.words[-1], app.words
    app.speak.online = False
    for _ in range(4):
        equal(perform(app, {"do": "hook.call"}, app.told), None)
    assert "others wait" in perform(app, {"do": "hook.call"}, app.told)
    await app.pass_time(5)
    assert "Wi-Fi" in app.words[-1], app.words
    equal(len(app.words), 8)
    app.time.restore()


async def test_who_refuses_is_not_called_again_at_once():
    for status, seconds, more in ((429, 55, 10), (401, 290, 15), (403, 290, 15)):
        app = Cloud()
        app.speak.answer = lambda *_: Answer("no", status)  # noqa: B023
        for _ in range(9):
            perform(app, {"do": "hook.call"}, app.told)
            await app.pass_time(1)
        equal((len(app.speak.asked), len(app.words)), (1, 9))
        assert "hook" in app.words[0] and app.words[0] == app.words[8], app.words
        await app.pass_time(seconds - 9)
        perform(app, {"do": "hook.call"})
        await app.pass_time(more)
        equal((status, len(app.speak.asked)), (status, 1))
        app.speak.answer = lambda *_: Answer("fine")
        perform(app, {"do": "hook.call"}, app.told)
        await app.pass_time(5)
        equal((status, len(app.speak.asked), app.words[-1]), (status, 2, None))
        app.time.restore()


async def test_a_key_that_thingspeak_refuses_is_not_tried_at_each_press():
    for spec in ({"do": "thingspeak.field1.set", "value": 1}, {"do": "thingspeak.field1.toggle"}):
        app = Cloud()
        app.speak.answer = lambda *_: Answer("0", 401)
        for _ in range(8):  # two toggles are none
            perform(app, spec, app.told)
            await app.pass_time(5)
        equal((spec, len(app.speak.asked)), (spec, 1))
        assert "key" in app.words[0], app.words
        app.config.data = {"thingspeak": b"another key"}
        perform(app, spec, app.told)
        await app.pass_time(5)
        equal((spec, len(app.speak.asked)), (spec, 2))
        app.time.restore()


def test_an_upstream_that_answers_too_much_was_called():
    equal(call.answer(None, [True, "hook"], Problem("upstream-too-large", upstream="hook", allowed=2048)), True)
    with raises(Problem):
        call.answer(None, [True, "hook"], Problem("no-wifi", upstream="hook"))
