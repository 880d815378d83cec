"""Arduino Nano ESP32: ESP32-S3 with octal PSRAM. Format: see nodemcu.py."""

TITLE = "Arduino Nano ESP32 (ESP32-S3)"
CHIP = "esp32s3"
MACHINE = "ESP32S3"
LAYOUT = "TX RX RST GND D2 D3 D4 D5 D6 D7 D8 D9 D10 D11 D12|VIN GND B1 VUSB A7 A6 A5 A4 A3 A2 A1 A0 B0 3V3 D13"
PINS = """
0 LED_GREEN B1 |iodunp|boot
1 A0 |iodunpa|ok
2 A1 |iodunpa|ok
3 A2 |iodunpa|boot
4 A3 |iodunpa|ok
5 D2 |iodunpa|ok
6 D3 |iodunpa|ok
7 D4 |iodunpa|ok
8 D5 |iodunpa|ok
9 D6 |iodunpa|ok
10 D7 |iodunpa|ok
11 A4 SDA |iodunpb|ok
12 A5 SCL |iodunpb|ok
13 A6 |iodunpb|ok
14 A7 |iodunpb|ok
15 GPIO15 |iodunpb|ok
16 GPIO16 |iodunpb|ok
17 D8 |iodunpb|ok
18 D9 |iodunpb|ok
19 USB_N |iodunpb|reserved
20 USB_P |iodunpb|reserved
21 D10 |iodunp|ok
26 GPIO26 ||forbidden
27 GPIO27 ||forbidden
28 GPIO28 ||forbidden
29 GPIO29 ||forbidden
30 GPIO30 ||forbidden
31 GPIO31 ||forbidden
32 GPIO32 ||forbidden
33 GPIO33 ||forbidden
34 GPIO34 ||forbidden
35 GPIO35 ||forbidden
36 GPIO36 ||forbidden
37 GPIO37 ||forbidden
38 D11 |iodunp|ok
39 GPIO39 |iodunp|ok
40 GPIO40 |iodunp|ok
41 GPIO41 |iodunp|ok
42 GPIO42 |iodunp|ok
43 D1 TX |iodunp|reserved
44 D0 RX |iodunp|reserved
45 LED_BLUE |iodunp|boot
46 LED_RED B0 |iodunp|boot
47 D12 |iodunp|ok
48 D13 LED |iodunp|ok
"""
WHY = """
0 Low at boot starts download mode instead of the program; the green LED is on it and lit when low.
3 Selects the source of the debug signals at boot; the level does not matter in normal use.
19 USB port
20 USB port
26 PSRAM chip
27 flash chip
28 flash chip
29 flash chip
30 flash chip
31 flash chip
32 flash chip
33 octal PSRAM chip
34 octal PSRAM chip
35 octal PSRAM chip
36 octal PSRAM chip
37 octal PSRAM chip
43 serial console
44 serial console
45 Selects the flash voltage at boot; the blue LED is on it and lit when low.
46 Must be low or open to start download mode; the red LED is on it and lit when low.
"""
ADC_VOLTS = None
PWM_MAX_HZ = 40000000
PWM_ONE_FREQUENCY = False
CONNECTIONS = 6  # of the chip's 10 sockets: others listen, ask for the time and the weather, answer names
