"""Pictures for the documents, as SVG: the pins of each board from its profile, and how parts are wired to it."""
