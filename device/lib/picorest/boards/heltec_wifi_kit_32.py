"""Heltec WiFi Kit 32: an ESP32 with a display of its own. Format: see nodemcu.py."""

TITLE = "Heltec WiFi Kit 32 (ESP32)"
CHIP = "esp32"
MACHINE = "ESP32"
LAYOUT = ""
# what is wired on the board: the configuration's "display" where that says nothing else
DISPLAY = {"sda": 4, "scl": 15, "reset": 16, "height": 64}
PINS = """
0 GPIO0 BOOT PRG |iodunpb|boot
1 TX0 TX |iodunp|reserved
2 GPIO2 D2 |iodunpb|boot
3 RX0 RX |iodunp|reserved
4 GPIO4 OLED_SDA |iodunpb|ok
5 GPIO5 D5 |iodunp|boot
6 CLK ||forbidden
7 SD0 ||forbidden
8 SD1 ||forbidden
9 SD2 ||forbidden
10 SD3 ||forbidden
11 CMD ||forbidden
12 GPIO12 D12 |iodunpb|boot
13 GPIO13 D13 |iodunpb|ok
14 GPIO14 D14 |iodunpb|ok
15 GPIO15 OLED_SCL |iodunpb|boot
16 GPIO16 OLED_RST |iodunp|ok
17 GPIO17 D17 |iodunp|ok
18 GPIO18 D18 |iodunp|ok
19 GPIO19 D19 |iodunp|ok
21 GPIO21 VEXT |iodunp|ok
22 GPIO22 D22 |iodunp|ok
23 GPIO23 D23 |iodunp|ok
25 GPIO25 LED |iodunpb|ok
26 GPIO26 D26 |iodunpb|ok
27 GPIO27 D27 |iodunpb|ok
32 GPIO32 D32 |iodunpa|ok
33 GPIO33 D33 |iodunpa|ok
34 GPIO34 D34 |ia|input-only
35 GPIO35 D35 |ia|input-only
36 GPIO36 VP |ia|input-only
37 GPIO37 D37 |ia|input-only
38 GPIO38 D38 |ia|input-only
39 GPIO39 VN |ia|input-only
"""
WHY = """
0 Low at boot starts download mode instead of the program; the PRG button pulls it low.
1 serial console
2 Must be low or open when the board is put into download mode.
3 serial console
5 High or open at boot is normal; it sets the timing of a rarely used interface.
6 flash chip (clock)
7 flash chip (data)
8 flash chip (data)
9 flash chip (data)
10 flash chip (data)
11 flash chip (command)
12 Must be low at boot: high selects the wrong flash voltage, and the board does not start.
15 Low at boot silences the boot messages on the serial console; the display's clock wire.
34 Can only be read, and has no pull-up or pull-down.
35 Can only be read, and has no pull-up or pull-down.
36 Can only be read, and has no pull-up or pull-down.
37 Can only be read, and has no pull-up or pull-down.
38 Can only be read, and has no pull-up or pull-down.
39 Can only be read, and has no pull-up or pull-down.
"""
ADC_VOLTS = None
PWM_MAX_HZ = 40000000
PWM_ONE_FREQUENCY = False
CONNECTIONS = 6  # of the chip's 10 sockets: others listen, ask for the time and the weather, answer names
