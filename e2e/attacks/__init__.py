"""Attacks on the running system, through the gateway; each fails before what it attacks was mended."""
