"""ESP32-C3 development boards (DevKitM, SuperMini). Format: see nodemcu.py."""

TITLE = "ESP32-C3 DevKit (ESP32-C3)"
CHIP = "esp32c3"
MACHINE = "ESP32C3"
LAYOUT = (
    "GND 3V3 3V3 GPIO2 GPIO3 GND RST GND GPIO0 GPIO1 GPIO10 GND 5V 5V GND|"
    "GND TX RX GND GPIO9 GPIO8 GND GPIO7 GPIO6 GPIO5 GPIO4 GND GPIO18 GPIO19 GND"
)
PINS = """
0 GPIO0 A0 |iodunpa|ok
1 GPIO1 A1 |iodunpa|ok
2 GPIO2 A2 |iodunpa|boot
3 GPIO3 A3 |iodunpa|ok
4 GPIO4 A4 |iodunpa|ok
5 GPIO5 |iodunpb|ok
6 GPIO6 |iodunp|ok
7 GPIO7 |iodunp|ok
8 GPIO8 LED |iodunp|boot
9 GPIO9 BOOT |iodunp|boot
10 GPIO10 |iodunp|ok
11 GPIO11 ||forbidden
12 GPIO12 ||forbidden
13 GPIO13 ||forbidden
14 GPIO14 ||forbidden
15 GPIO15 ||forbidden
16 GPIO16 ||forbidden
17 GPIO17 ||forbidden
18 GPIO18 USB_N |iodunp|reserved
19 GPIO19 USB_P |iodunp|reserved
20 GPIO20 RX |iodunp|reserved
21 GPIO21 TX |iodunp|reserved
"""
WHY = """
2 Must be high or open at boot, or the board does not start.
8 Must be high or open to start download mode; many boards have their LED on it, lit when low.
9 Low at boot starts download mode instead of the program; the BOOT button pulls it low.
11 flash chip's supply
12 flash chip
13 flash chip
14 flash chip
15 flash chip
16 flash chip
17 flash chip
18 USB port
19 USB port
20 serial console
21 serial console
"""
ADC_VOLTS = None
PWM_MAX_HZ = 40000000
PWM_ONE_FREQUENCY = False
CONNECTIONS = 6  # of the chip's 10 sockets: others listen, ask for the time and the weather, answer names
