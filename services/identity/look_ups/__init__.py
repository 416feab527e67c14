"""Asking the registers about somebody in a case, on the record."""
