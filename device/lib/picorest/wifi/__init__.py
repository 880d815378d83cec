"""The network: stations, the board's own access point, the set-up page's portal."""
