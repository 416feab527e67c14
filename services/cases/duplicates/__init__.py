"""Cases that may be the same as another."""
