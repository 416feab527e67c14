"""The keys that sign tokens: in use, published, rotated."""
