"""Cases that are handled in parts, each a case of its own."""
