"""Links: what happens here, or on another board, makes something happen."""
