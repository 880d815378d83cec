"""One module per command of deploy.sh."""
