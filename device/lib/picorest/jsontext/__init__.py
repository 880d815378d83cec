"""JSON in text, without objects of it."""
