"""Readings that ThingSpeak refuses: those for good are dropped and counted, and hold up no others."""

from expect import equal
from fakes.outbox import Scene
from fakes.thingspeak import START
from picorest import clock
from picorest.thingspeak.outbox import COUNT, LOST


async def test_a_reading_that_is_refused_for_good_is_dropped_and_counted_and_the_others_get_through():
    for status in (400, 402, 409, 413, 422):
        scene = Scene()
        scene.speak.refusal = status
        scene.speak.poison = lambda update: str(update["field1"]) in ("3", "7", "30")
        scene.speak.online = False
        await scene.pass_(640)
        scene.speak.online = True
        await scene.pass_(700)
        scene.time.restore()
        sent, waiting, lost, error = scene.state()
        equal((waiting, lost, error), (0, 3, None))
        told = [str(fields["field1"]) for _, fields in scene.speak.entries]
        equal(told, [str(n) for n in range(1, sent + 4) if n not in (3, 7, 30)])
        equal(scene.service.alone, 0)


async def test_a_refusal_is_one_however_it_is_written():
    message = {"message": "bad reading"}
    for http, said in (
        (422, {"status": 422, "error": message}), (200, {"status": 422, "error": message}),
        (200, {"status": "422", "error": message}), (422, {"status": None, "error": {"message": None}}), (422, {"error": message}),
        (422, {"status": "no", "error": "bad"}),
        (422, {}), (422, {"status": "200", "error": message}),
    ):  # fmt: skip
        for separators in ((",", ":"), (", ", " : ")):
            scene = Scene()
            scene.speak.separators = separators
            scene.speak.refusal, scene.speak.http, scene.speak.says = 422, http, said
            scene.speak.poison = lambda update: str(update["field1"]) == "3"
            scene.speak.online = False
            await scene.pass_(200)
            scene.speak.online = True
            await scene.pass_(300)
            scene.time.restore()
            sent, waiting, lost, error = scene.state()
            equal((said, waiting, lost, error), (said, 0, 1, None))
            assert sent > 20


async def test_an_error_without_a_status_is_no_delivery():
    scene = Scene()
    scene.speak.http, scene.speak.says = 202, {"error": {"message": "not now"}}
    scene.speak.poison = lambda update: scene.time.now < 400
    scene.speak.online = False
    await scene.pass_(100)
    scene.speak.online = True
    await scene.pass_(500)
    sent, waiting, lost, error = scene.state()
    equal((lost, error), (0, None))
    equal([str(fields["field1"]) for _, fields in scene.speak.entries], [str(n) for n in range(1, sent + 1)])
    scene.time.restore()


async def test_a_short_refusal_of_one_reading_does_not_hold_up_the_others_when_the_key_is_known_to_be_good():
    for status in (400, 409, 422):
        scene = Scene()
        scene.speak.refusal, scene.speak.short = status, True
        scene.speak.poison = lambda update: str(update["field1"]) in ("3", "9", "10")
        await scene.pass_(400)
        scene.time.restore()
        sent, waiting, lost, _ = scene.state()
        assert lost == 3 and sent > 14 and waiting < 3, scene.state()


async def test_a_key_that_was_changed_at_the_server_loses_a_few_readings_at_most():
    scene = Scene()
    await scene.pass_(100)
    scene.speak.short = True
    scene.speak.poison = lambda update: True
    await scene.pass_(3000)
    scene.time.restore()
    assert scene.service.log[LOST] <= 3 and scene.service.log[COUNT] > 140, scene.state()
    assert "key" in scene.service.error


async def test_one_reading_that_is_refused_is_told():
    scene = Scene()
    scene.speak.poison = lambda update: str(update["field1"]) == "2"
    await scene.pass_(30)
    sent, waiting, lost, error = scene.state()
    equal((sent, waiting, lost), (1, 0, 1))
    assert "it was dropped" in error and clock.iso(START + 121) in error and "bad reading" in error, error
    scene.speak.poison = lambda update: False
    await scene.pass_(20)
    equal(scene.state(), (2, 0, 1, None))
    scene.time.restore()


async def test_a_server_in_trouble_makes_nobody_drop_anything():
    for status in (500, 503, 429, 404, 408, 401):
        scene = Scene()
        scene.speak.refusal = status
        scene.speak.poison = lambda update: True
        await scene.pass_(400)
        scene.speak.poison = lambda update: False
        await scene.pass_(700)
        equal(scene.service.log[LOST], 0)
        scene.check()


async def test_a_wrong_key_is_not_tried_again_at_once_but_another_one_is():
    scene = Scene()
    scene.speak.refusal = 401
    scene.speak.poison = lambda update: True
    await scene.pass_(290)
    equal(len(scene.speak.writes), 1)
    scene.speak.poison = lambda update: False
    scene.app.config.data = {"thingspeak": b"another key"}
    await scene.pass_(5)
    assert len(scene.speak.writes) > 1
    scene.check()


async def test_of_a_batch_no_more_are_sent_one_by_one_than_it_had():
    scene = Scene()
    scene.speak.poison = lambda update: str(update["field1"]) == "1"
    scene.speak.online = False
    await scene.pass_(30)
    waiting = scene.state()[1]
    scene.speak.online = True
    while not scene.service.sent:
        await scene.pass_(1)
    equal((waiting, scene.state()[2], scene.service.alone), (2, 1, 0))
    scene.time.restore()
