"""A module `network` that nobody asks, for what imports the application and keeps the real time (fakes/wifi.py has its own)."""

import sys

sys.modules["network"] = object
