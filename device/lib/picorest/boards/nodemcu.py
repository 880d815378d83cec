"""NodeMCU v2/v3 and D1 mini: ESP8266.

PINS has a line per pin: number, names on the silkscreen (the first one is used in answers), capabilities, verdict.
Capabilities: i input, o output, d open drain, u pull-up, n pull-down, p PWM, a analogue, b analogue unless Wi-Fi is on.
Verdicts: ok, boot (works, but the level at boot matters), input-only, reserved, forbidden.
WHY has a line per pin that deserves a sentence.
LAYOUT has the labels of the two headers, left|right, from top to bottom with the USB port below; `-` is not connected.
"""

TITLE = "NodeMCU (ESP8266)"
CHIP = "esp8266"
# what os.uname().machine says on this board
MACHINE = "ESP8266"
LAYOUT = "A0 - - SD3 SD2 SD1 CMD SD0 CLK GND 3V3 EN RST GND VIN|D0 D1 D2 D3 D4 3V3 GND D5 D6 D7 D8 RX TX GND 3V3"
PINS = """
0 D3 FLASH |iodup|boot
1 TX |iodup|reserved
2 D4 LED |iodup|boot
3 RX |iodup|reserved
4 D2 SDA |iodup|ok
5 D1 SCL |iodup|ok
6 CLK ||forbidden
7 SD0 ||forbidden
8 SD1 ||forbidden
9 SD2 ||forbidden
10 SD3 |iodu|ok
11 CMD ||forbidden
12 D6 |iodup|ok
13 D7 |iodup|ok
14 D5 |iodup|ok
15 D8 |iodup|boot
16 D0 |io|ok
A0 A0 |a|ok
"""
WHY = """
0 Low at boot starts download mode instead of the program; the FLASH button pulls it low.
1 serial console
2 Must be high at boot, or the board does not start; the blue LED is on it and lit when low; it flickers at boot.
3 serial console
6 flash chip (clock)
7 flash chip (data)
8 flash chip (data)
9 flash chip (/HOLD: low stops it)
10 Wired to the flash chip's /WP line: free because this firmware runs the flash in DIO or DOUT mode.
11 flash chip (command)
15 Must be low at boot, or the board does not start; the board pulls it down.
16 High while booting; no PWM, no pull-up, no open drain and no interrupt.
A0 Analogue only: 0 to 3.2 V through the divider on the board.
"""
# volts on the pin at full scale: the chip takes 1.0 V, behind 220 kΩ and 100 kΩ on the board
ADC_VOLTS = 3.2
PWM_MAX_HZ = 1000
# the PWM outputs share one frequency
PWM_ONE_FREQUENCY = True
CONNECTIONS = 4
