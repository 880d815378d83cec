"""Asking another server because of an action, in a task of its own: small, for it may wait long.
On an ESP8266 only with links or alarms. On an ESP8266 not without proxy or thingspeak."""

from asyncio import sleep_ms

from ..problem import Problem


async def run(app, name, module, entry, told, patient=False):
    """Let a module ask as fetch() does, until its answer() says True. entry: what that gets; its first item becomes False at the
    end. patient: try again for as long as it takes, but for what time does not change."""
    error = None
    tries = 0
    try:
        while True:
            wait = 5000
            before = error
            try:
                await app.alone()
                if await app.ask(name, module, entry) is True:
                    error = None
                    break
                wait = 0
            except MemoryError:
                error = "There was too little memory to ask."
            except Problem as e:
                wait = e.members.get("retry_after", 15) * 1000
                if e.type == "too-early":
                    wait = max(wait - 900, 200)  # to be the first when the window opens
                else:
                    error = str(e)
                    tries += 1
                    busy = e.type == "upstream-busy" and tries < 4
                    if e.type == "upstream-bad-key" or e.type == "unknown-channel" or not patient and not busy:
                        break
            if error != before and told:
                told(error)
            if app.memory_reserve:
                app.release()
            await sleep_ms(wait)
    finally:
        entry[0] = False
    if error:
        print("%s: %s" % (name, error))
    if told:
        told(error)
    told = None
    if app.memory_reserve:
        app.release()
