"""Profiles of boards: what a pin is called there and what it can do."""
