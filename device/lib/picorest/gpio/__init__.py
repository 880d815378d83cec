"""The pins, and what may be done with them."""
