"""The endpoint as a user of microdot writes it."""

import machine
from microdot import Microdot

app = Microdot()


@app.get("/gpio")
def gpio(request):
    number = int(request.args["pin"])
    pin = machine.Pin(number, machine.Pin.OUT)
    pin.value(int(request.args["state"]))
    return {"pin": number, "state": pin.value()}


app.run(port=80)
