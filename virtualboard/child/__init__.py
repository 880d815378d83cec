"""What runs inside the board's process: CPython prepares the chip, then the real MicroPython takes over."""
