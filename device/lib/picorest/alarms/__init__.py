"""What shall happen at set times."""
