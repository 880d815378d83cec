"""A board on the host: the real MicroPython runs the device files on hardware that is played. See README.md."""
