"""The fees of a case, when they fall due, and the payments."""
