"""What runs tests of device code on the real MicroPython, and what mistakes they notice."""
