"""Other servers, asked over HTTP and HTTPS."""
