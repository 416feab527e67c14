"""What identity does: one function, one use case."""
