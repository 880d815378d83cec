# Runs first at every start. Everything worth failing happens in main.py, which has a safety net.
