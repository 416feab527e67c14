"""Sessions: gone on with, ended, forgotten."""
