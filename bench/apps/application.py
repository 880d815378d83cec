"""The whole application, as it is built for a NodeMCU."""

import app

app.run()
