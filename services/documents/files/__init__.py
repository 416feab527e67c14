"""Files: taken in, looked into, scanned, described, handed out, swept."""
