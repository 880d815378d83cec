"""The configuration and the world that a board starts with when nobody says otherwise: all of it answers offline."""

NETWORK, PASSWORD = "home", "home-secret"
_SENSOR = {"nodemcu": "D2", "esp32": "23", "nano_esp32": "D2", "esp32c3": "4"}


def sensor(board):
    """The pin on which the demonstration's DHT22 sits."""
    return _SENSOR[board.name]


def configuration(board):
    """The demonstration's config.json."""
    pin = sensor(board)
    return {
        "board": board.name,
        "wifi": {"networks": [{"ssid": NETWORK, "password": PASSWORD}]},
        "dht": [{"pin": pin, "type": "dht22"}],
        "weather": {"place": "Paris,FR"},
        "thingspeak": {"channel": 123, "read_key": "DEMOREADKEY", "write_key": "DEMOWRITEKEY"},  # the stand-in's
    }
