"""The configuration and the world that a board starts with when nobody says otherwise: all of it answers offline."""

NETWORK, PASSWORD = "home", "home-secret"
# What lies beside a board on the desk, and on which of its pins; the DHT22 is in the configuration, too.
_PARTS = {
    "nodemcu": {"button": "D3", "led": "D5", "dht": "D2", "buzzer": "D7", "potentiometer": "A0"},
    "esp32": {"button": "GPIO4", "led": "GPIO19", "dht": "GPIO23", "buzzer": "GPIO18", "potentiometer": "GPIO34"},
    "heltec_wifi_kit_32": {"button": "GPIO13", "led": "GPIO19", "dht": "GPIO23", "buzzer": "GPIO18", "potentiometer": "GPIO34"},
    "nano_esp32": {"button": "D3", "led": "D5", "dht": "D2", "buzzer": "D7", "potentiometer": "A0"},
    "esp32c3": {"button": "GPIO10", "led": "GPIO7", "dht": "GPIO4", "buzzer": "GPIO6", "potentiometer": "GPIO3"},
}
# The LED on the board: the level that lights it. What its button for flashing is called.
_LIT = {"nodemcu": 0, "esp32": 1, "heltec_wifi_kit_32": 1, "nano_esp32": 1, "esp32c3": 0}
_FLASH = {"nodemcu": "FLASH", "esp32": "BOOT", "heltec_wifi_kit_32": "BOOT", "nano_esp32": None, "esp32c3": "BOOT"}


def sensor(board):
    """The pin on which the demonstration's DHT22 sits."""
    return _PARTS[board.name]["dht"]


def bench(board):
    """How the desk is laid out: `parts` by pin, `lit` (level), `flash` (the name of a button, or None)."""
    return {"parts": _PARTS[board.name], "lit": _LIT[board.name], "flash": _FLASH[board.name]}


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
