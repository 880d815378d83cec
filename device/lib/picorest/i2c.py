"""The I2C bus on two wires, which devices share. On an ESP8266 only with display or sensors."""


def bus(board, sda, scl):
    """A machine.SoftI2C on two GPIO numbers. ValueError(words) where one of its wires stays low."""
    data, clock = board.pin(sda, "open_drain", "up", 1), board.pin(scl, "open_drain", "up", 1)
    # a device that was left in the middle of an answer goes on with it, bit by bit, and lets go of the wire then
    for _ in range(9):
        if data.value():
            break
        clock.value(0)
        clock.value(1)
    for wire, gpio in ((clock, scl), (data, sda)):
        if not wire.value():
            raise ValueError("The I2C wire on %s is held low: a short circuit, or no power." % board.row(str(gpio))[0][1])
    return board.soft_i2c(sda, scl)
