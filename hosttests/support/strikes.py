"""A module `user` that lets a task of the board raise or wait for ever, at its next wait or a later one."""

USER = '''
import asyncio
import builtins

tasks = []  # those made since the start, the services first


class Struck:
    """A coroutine that does what it is told to."""

    blow = hang = False
    waits = 0

    def __init__(self, coroutine):
        self.coroutine = coroutine
        tasks.append(self)

    def send(self, value):
        self.waits -= 1
        if self.waits < 0 and self.blow:
            self.coroutine.close()
            raise self.blow
        if self.hang:
            self.hang = False
            self.coroutine = asyncio.Event().wait()
        return self.coroutine.send(value)

    def throw(self, error):
        return self.coroutine.throw(error)

    def close(self):
        self.coroutine.close()


create = asyncio.create_task
asyncio.create_task = lambda coroutine: create(Struck(coroutine))


def setup(app):
    @app.post("/strike")
    def strike(request):
        spec = request.json
        struck = tasks[spec["task"]]
        struck.waits = spec["waits"]
        struck.blow = getattr(builtins, spec["error"])("struck at wait %d" % spec["waits"])
        return {}

    @app.post("/hang")
    def hang(request):
        tasks[request.json["task"]].hang = True
        return {}

    @app.post("/block")
    def block(request):
        while True:
            pass
'''
