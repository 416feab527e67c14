"""The log of what was sent and received about a case, for the workers of its agency."""
