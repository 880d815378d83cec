"""The clock: time servers and time zones."""
