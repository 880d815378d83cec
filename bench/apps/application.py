"""The whole application, as it is built for an Arduino Nano ESP32: there microdot is loaded."""

import app

app.run()
