from expect import equal, raises
from fakes.chip import Chip
from picorest import clock, loop
from picorest.resolver import doubt, resolve, text


class World:
    """A name server that may be silent: then the board waits for `pause` ms."""

    def __enter__(self):
        self.chip = Chip()
        self.chip.__enter__()
        self.kept = loop.address
        loop.address = self.address
        self.names = {"a": "1.1.1.1", "b": "2.2.2.2"}
        self.pause = 0
        self.asked = []
        return self

    def __exit__(self, *_):
        loop.address = self.kept
        self.chip.__exit__()

    def address(self, host, port):
        self.asked.append(host)
        if self.pause or host not in self.names:
            self.chip.wait(self.pause)
            raise OSError(-2)
        return self.names[host], port

    def wait(self, seconds):
        for _ in range(seconds):
            self.chip.wait(1000)
            clock.uptime()

    def find(self, host):
        return resolve(self.chip, host, 80)

    def retry_after(self, host):
        with raises(OSError) as caught:
            self.find(host)
        return caught.error.args[0]


def test_an_address_is_kept_for_ten_minutes_and_a_refusal_for_15_seconds():
    with World() as world:
        for _ in range(3):
            equal(world.find("a"), ("1.1.1.1", 80))
        equal(world.asked, ["a"])
        world.wait(601)
        world.find("a")
        equal(world.asked, ["a", "a"])
        equal(world.retry_after("none"), 15)
        equal(world.retry_after("none"), 15)
        equal(world.asked.count("none"), 1)
        world.wait(15)
        world.names["none"] = "3.3.3.3"
        equal(world.find("none"), ("3.3.3.3", 80))


def test_who_does_not_answer_is_looked_for_again():
    with World() as world:
        world.find("a")
        world.names["a"] = "9.9.9.9"
        doubt(world.chip, "a")
        equal(world.find("a"), ("9.9.9.9", 80))


def test_a_silent_name_server_is_waited_for_less_and_less_often():
    with World() as world:
        world.find("a")
        doubt(world.chip, "a")
        world.pause = 7000
        equal(world.find("a"), ("1.1.1.1", 80))  # the old one is better than none
        begin = len(world.asked)
        pauses = []
        for second in range(3600):
            for host in "abc":
                if host == "a":
                    equal(world.find(host), ("1.1.1.1", 80))
                else:
                    assert world.retry_after(host) > 0
            if len(world.asked) > begin + len(pauses):
                pauses.append(second)
            world.wait(1)
        assert len(pauses) < 16, pauses
        told = text(world.chip)
        after = int(told[told.rfind(":") + 1 : -1])
        assert 0 < after <= 300 and after >= world.retry_after("b") > after - 20, (told, world.retry_after("b"))
        assert '"state":"silent"' in told and '"longest_ms":7000' in told, told
        world.pause = 0
        world.wait(300)
        equal(world.find("b"), ("2.2.2.2", 80))
        assert '"state":"ok"' in text(world.chip) and '"retry_after":null' in text(world.chip)
