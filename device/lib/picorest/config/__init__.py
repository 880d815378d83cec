"""The configuration: what may stand there, and the file."""
