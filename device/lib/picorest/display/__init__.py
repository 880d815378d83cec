"""A small display on I2C: screens with values, and messages."""
