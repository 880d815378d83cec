"""HTTP as the board speaks it."""
